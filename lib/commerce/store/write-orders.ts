import type { Executor } from '@/lib/db/executor'
import { channels } from '@/lib/db/notify'
import { toJson } from '@/lib/db/rows'
import { newId } from '@/lib/kernel/id'
import type { Mode } from '@/lib/kernel/mode'
import { sha256 } from '@/lib/kernel/seal'
import type { StoreOrder } from '../core/order'
import { snapshotOf } from '../core/snapshot'

export type Reading = { tenant_id: string; store_id: string; mode: Mode; cause: string; read_at: Date; now: Date }
type Written = { id: string; external_id: string; revision: number }

/**
 * Writes many orders of one store: one statement per table. A reading that is older than what is stored changes
 * nothing; equal content makes no new revision. Which of two readings is older is told by our clock; within ten seconds, the
 * longest that a call takes, by the store's `modified_at`, because answers may overtake each other. Returns all rows written, and the ids of those whose content changed.
 */
export async function writeOrders(db: Executor, reading: Reading, orders: StoreOrder[]): Promise<{ written: Written[]; changed: Set<string> }> {
  const contents = new Map(orders.map((order) => [order.external_id, contentOf(order)]))
  // In one order everywhere, so that two writers never wait for each other crosswise.
  const unique = [...new Map(orders.map((order) => [order.external_id, order])).values()].sort((a, b) => (a.external_id < b.external_id ? -1 : 1))
  const written = await upsertOrders(db, reading, unique, contents)
  const revisions = written.map((row) => ({ order_id: row.id, revision: row.revision, ...(contents.get(row.external_id) as Content) }))
  const news = await db.query<{ order_id: string }>(
    `INSERT INTO order_revision (tenant_id, order_id, revision, content_hash, snapshot, cause, read_at)
     SELECT $1::uuid, r.order_id, r.revision, r.content_hash, r.snapshot, $2::text, $3::timestamptz
       FROM jsonb_to_recordset($4::jsonb) AS r (order_id uuid, revision int, content_hash text, snapshot jsonb)
     ON CONFLICT (tenant_id, order_id, revision) DO NOTHING RETURNING order_id`,
    [reading.tenant_id, reading.cause, reading.read_at.toISOString(), toJson(revisions)],
  )
  const changed = new Set(news.map((row) => row.order_id))
  await replaceParts(
    db,
    reading,
    written.filter((row) => changed.has(row.id)),
    new Map(unique.map((order) => [order.external_id, order])),
  )
  return { written, changed }
}

type Content = { snapshot: Record<string, unknown>; content_hash: string }

function contentOf(order: StoreOrder): Content {
  const snapshot = snapshotOf(order)
  return { snapshot, content_hash: sha256(JSON.stringify(snapshot)).toString('hex') }
}

async function upsertOrders(db: Executor, reading: Reading, orders: StoreOrder[], contents: Map<string, Content>): Promise<Written[]> {
  if (orders.length === 0) return []
  const rows = orders.map(({ standing, lines: _lines, claims: _claims, ...order }) => ({
    ...order,
    id: newId(),
    content_hash: contents.get(order.external_id)?.content_hash,
    deleted_at: standing === 'deleted' ? reading.read_at : null,
  }))
  const replaced = [
    'display_number',
    'status',
    'currency',
    'total',
    'total_text',
    'problem',
    'customer_name',
    'customer_email',
    'payment_method',
    'placed_at',
    'paid_at',
    'modified_at',
    'content_hash',
    'read_at',
  ]
  return db.query<Written>(
    `INSERT INTO "order" AS o (tenant_id, id, store_id, mode, external_id, display_number, status, currency, total, total_text, problem, customer_name, customer_email, payment_method,
            placed_at, paid_at, modified_at, deleted_at, revision, content_hash, read_at, created_at)
     SELECT $1::uuid, r.id, $2::uuid, $3::text, r.external_id, r.display_number, r.status, r.currency, r.total, r.total_text, r.problem, r.customer_name, r.customer_email, r.payment_method,
            r.placed_at, r.paid_at, r.modified_at, r.deleted_at, 1, r.content_hash, $4::timestamptz, $5::timestamptz
       FROM jsonb_to_recordset($6::jsonb) AS r (id uuid, external_id text, display_number text, status text, currency text, total bigint, total_text text, problem text, customer_name text,
            customer_email text, payment_method text, placed_at timestamptz, paid_at timestamptz, modified_at timestamptz, deleted_at timestamptz, content_hash text)
     ON CONFLICT (tenant_id, store_id, external_id) DO UPDATE SET ${replaced.map((name) => `${name} = EXCLUDED.${name}`).join(', ')},
            deleted_at = CASE WHEN EXCLUDED.deleted_at IS NOT NULL THEN COALESCE(o.deleted_at, EXCLUDED.deleted_at) WHEN o.deleted_at > EXCLUDED.read_at THEN o.deleted_at END,
            revision = o.revision + CASE WHEN o.content_hash = EXCLUDED.content_hash THEN 0 ELSE 1 END
      WHERE EXCLUDED.read_at > o.read_at + interval '10 seconds'
         OR CASE WHEN o.modified_at IS NULL OR EXCLUDED.modified_at IS NULL OR o.modified_at = EXCLUDED.modified_at THEN EXCLUDED.read_at >= o.read_at
                 ELSE EXCLUDED.modified_at > o.modified_at END
     RETURNING id, external_id, revision`,
    [reading.tenant_id, reading.store_id, reading.mode, reading.read_at.toISOString(), reading.now.toISOString(), toJson(rows)],
  )
}

/** Lines are those of the newest revision. Claims stay, each with the newest revision that made it. */
async function replaceParts(db: Executor, reading: Reading, changed: Written[], orders: Map<string, StoreOrder>): Promise<void> {
  if (changed.length === 0) return
  const of = (row: Written) => orders.get(row.external_id) as StoreOrder
  await db.query(`DELETE FROM order_line WHERE tenant_id = $1::uuid AND order_id IN (SELECT x::uuid FROM jsonb_array_elements_text($2::jsonb) AS t (x))`, [
    reading.tenant_id,
    JSON.stringify(changed.map((row) => row.id)),
  ])
  const lines = changed.flatMap((row) => of(row).lines.map((line, index) => ({ ...line, order_id: row.id, position: index + 1 })))
  if (lines.length > 0) {
    await db.query(
      `INSERT INTO order_line (tenant_id, order_id, position, external_id, kind, name, sku, quantity, total, total_text)
       SELECT $1::uuid, r.order_id, r.position, r.external_id, r.kind, r.name, r.sku, r.quantity, r.total, r.total_text
         FROM jsonb_to_recordset($2::jsonb) AS r (order_id uuid, position int, external_id text, kind text, name text, sku text, quantity text, total bigint, total_text text)`,
      [reading.tenant_id, toJson(lines)],
    )
  }
  const claims = changed.flatMap((row) => of(row).claims.map((claim) => ({ ...claim, order_id: row.id, revision: row.revision })))
  if (claims.length > 0) {
    await db.query(
      `INSERT INTO order_payment_claim (tenant_id, order_id, reference, gateway, paid_at, revision, read_at)
       SELECT $1::uuid, r.order_id, r.reference, r.gateway, r.paid_at, r.revision, $2::timestamptz
         FROM jsonb_to_recordset($3::jsonb) AS r (order_id uuid, reference text, gateway text, paid_at timestamptz, revision int)
       ON CONFLICT (tenant_id, order_id, reference) DO UPDATE SET gateway = EXCLUDED.gateway, paid_at = EXCLUDED.paid_at, revision = EXCLUDED.revision, read_at = EXCLUDED.read_at`,
      [reading.tenant_id, reading.read_at.toISOString(), toJson(claims)],
    )
  }
}

/** The store has no such order any more. Returns its id when we knew it. */
export async function writeGone(db: Executor, reading: Reading, externalId: string): Promise<string | null> {
  const rows = await db.query<{ id: string }>(
    `UPDATE "order" SET deleted_at = COALESCE(deleted_at, $4::timestamptz), read_at = GREATEST(read_at, $4::timestamptz) WHERE tenant_id = $1::uuid AND store_id = $2::uuid AND external_id = $3::text RETURNING id`,
    [reading.tenant_id, reading.store_id, externalId, reading.read_at.toISOString()],
  )
  return rows[0]?.id ?? null
}

/** The store's signed word that an order is gone; what is asked after it confirms or takes it back, not what was asked before. */
export async function writeSaidGone(db: Executor, key: { tenant_id: string; store_id: string }, externalId: string, at: Date): Promise<void> {
  await db.query(
    `UPDATE "order" SET deleted_at = $4::timestamptz WHERE tenant_id = $1::uuid AND store_id = $2::uuid AND external_id = $3::text AND deleted_at IS NULL`,
    [key.tenant_id, key.store_id, externalId, at.toISOString()],
  )
}

/** Orders that were said to be gone after they were last read. */
export async function findSaidGone(db: Executor, key: { tenant_id: string; store_id: string }, limit: number): Promise<string[]> {
  const rows = await db.query<{ external_id: string }>(
    `SELECT external_id FROM "order" WHERE tenant_id = $1::uuid AND store_id = $2::uuid AND deleted_at > read_at ORDER BY deleted_at, id LIMIT $3::int`,
    [key.tenant_id, key.store_id, limit],
  )
  return rows.map((row) => row.external_id)
}

/** Which of these orders have an amount now. */
export async function findReadable(db: Executor, tenantId: string, orderIds: string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `SELECT id FROM "order" WHERE tenant_id = $1::uuid AND problem IS NULL AND id IN (SELECT x::uuid FROM jsonb_array_elements_text($2::jsonb) AS t (x))`,
    [tenantId, JSON.stringify(orderIds)],
  )
  return rows.map((row) => row.id)
}

/** Tells open screens, when the transaction commits. */
export async function tellOfOrders(db: Executor, tenantId: string, mode: Mode, orderIds: string[]): Promise<void> {
  await db.query(`SELECT pg_notify($1::text, $2::text)::text`, [
    channels.changes,
    JSON.stringify({ tenant_id: tenantId, mode, kind: 'order', ids: orderIds.slice(0, 50) }),
  ])
}
