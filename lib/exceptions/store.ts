import type { Executor } from '@/lib/db/executor'
import { toJson } from '@/lib/db/rows'
import type { Scope } from '@/lib/db/tenant'
import { newId } from '@/lib/kernel/id'
import type { PagePart } from '@/lib/kernel/page'
import type { NewException } from './open-exceptions'

export async function insertExceptions(db: Executor, rows: NewException[], at: Date): Promise<void> {
  await db.query(
    `INSERT INTO exception (tenant_id, id, mode, key, type, state, subject_kind, subject_id, payment_id, order_id, store_id, amount_at_risk, currency, detail, opened_at)
     SELECT e.tenant_id, e.id, e.mode, e.key, e.type, 'open', e.subject_kind, e.subject_id, e.payment_id, e.order_id, e.store_id, e.amount_at_risk, e.currency, e.detail, $2::timestamptz
       FROM jsonb_to_recordset($1::jsonb) AS e (tenant_id uuid, id uuid, mode text, key text, type text, subject_kind text, subject_id text, payment_id uuid, order_id uuid, store_id uuid,
            amount_at_risk bigint, currency text, detail jsonb)
     ON CONFLICT (tenant_id, key) WHERE state = 'open' DO NOTHING`,
    [toJson(rows.map((row) => ({ ...row, id: newId() }))), at.toISOString()],
  )
}

export async function closeOpen(db: Executor, tenantId: string, keys: string[], reason: string, at: Date): Promise<void> {
  await db.query(
    `UPDATE exception SET state = 'closed', closed_at = $3::timestamptz, close_reason = $4::text
      WHERE tenant_id = $1::uuid AND state = 'open' AND key IN (SELECT jsonb_array_elements_text($2::jsonb))`,
    [tenantId, JSON.stringify(keys), at.toISOString(), reason],
  )
}

/** An open exception with the names of what it is about; the amount as text of minor units, times UTC. */
export type OpenException = {
  id: string
  type: string
  subject_kind: string
  subject_id: string
  payment_id: string | null
  order_id: string | null
  store_id: string | null
  store_name: string | null
  order_display_number: string | null
  amount_at_risk: string | null
  currency: string | null
  detail: Record<string, unknown>
  opened_at: Date
}

const openColumns = `e.id, e.type, e.subject_kind, e.subject_id, e.payment_id, e.order_id, e.store_id, s.name AS store_name, o.display_number AS order_display_number,
            e.amount_at_risk::text AS amount_at_risk, e.currency, e.detail, e.opened_at`

const openJoins = `LEFT JOIN store s ON s.tenant_id = e.tenant_id AND s.id = e.store_id LEFT JOIN "order" o ON o.tenant_id = e.tenant_id AND o.id = e.order_id`

export async function findOpen(db: Executor, scope: Scope, limit: number): Promise<OpenException[]> {
  return db.query<OpenException>(
    `SELECT ${openColumns} FROM exception e ${openJoins}
      WHERE e.tenant_id = $1::uuid AND e.mode = $2::text AND e.state = 'open' ORDER BY e.opened_at DESC, e.id DESC LIMIT $3::int`,
    [scope.tenant_id, scope.mode, limit],
  )
}

/** Open exceptions after a place of the list (towards older) or before it; `oldestFirst` turns the list round. An empty list of types is every type. */
export async function findOpenPage(db: Executor, scope: Scope, types: readonly string[], page: PagePart & { oldestFirst: boolean }): Promise<OpenException[]> {
  const descends = (page.towards === 'older') !== page.oldestFirst
  const order = descends ? 'DESC' : 'ASC'
  return db.query<OpenException>(
    `SELECT ${openColumns} FROM exception e ${openJoins}
      WHERE e.tenant_id = $1::uuid AND e.mode = $2::text AND e.state = 'open' AND ($3::jsonb = '[]' OR e.type = ANY (ARRAY(SELECT jsonb_array_elements_text($3::jsonb))))
        AND ($4::timestamptz IS NULL OR (e.opened_at, e.id) ${descends ? '<' : '>'} ($4::timestamptz, $5::uuid))
      ORDER BY e.opened_at ${order}, e.id ${order} LIMIT $6::int`,
    [scope.tenant_id, scope.mode, JSON.stringify(types), page.from?.at.toISOString() ?? null, page.from?.id ?? null, page.limit],
  )
}

/** What is open, by type and currency, of the newest 10,000: more is never open for long. */
export type OpenSum = { type: string; currency: string | null; count: number; at_risk: string; oldest_at: Date }

export async function sumOpen(db: Executor, scope: Scope): Promise<OpenSum[]> {
  return db.query<OpenSum>(
    `SELECT e.type, e.currency, count(*)::int AS count, coalesce(sum(e.amount_at_risk), 0)::text AS at_risk, min(e.opened_at) AS oldest_at FROM (
       SELECT type, currency, amount_at_risk, opened_at FROM exception
        WHERE tenant_id = $1::uuid AND mode = $2::text AND state = 'open' ORDER BY opened_at DESC, id DESC LIMIT 10000) e GROUP BY 1, 2 ORDER BY 1, 2`,
    [scope.tenant_id, scope.mode],
  )
}

export async function countOpen(db: Executor, scope: Scope): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT 1 FROM exception e WHERE e.tenant_id = $1::uuid AND e.mode = $2::text AND e.state = 'open' LIMIT 1000) counted`,
    [scope.tenant_id, scope.mode],
  )
  return row?.count ?? 0
}
