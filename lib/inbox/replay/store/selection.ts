import type { Executor } from '@/lib/db/executor'
import type { Scope } from '@/lib/db/tenant'
import { parsePublicId } from '@/lib/kernel/public-id'
import { bucketOf, scopeOf } from '../../core/scope'
import type { InboxRow } from '../../core/event'
import type { ReplayFilter } from '../core/filter'

/** Where the rows of one connection lie. */
export type Shelf = { connection_id: string; bucket: number; scope: string }

/** An inbox row with what became of it, and whether the filter names it or it only belongs to what the filter names. */
export type StoredInboxRow = InboxRow & { state: string; reason: string | null; selected: boolean }

const columns =
  'e.bucket, e.id, e.scope, e.event_id, e.kind, e.endpoint_id, e.mode, e.account_id, e.type, e.object_id, e.api_version, e.created_at, e.as_of, e.body, e.received_at, e.tenant_id, e.connection_id, e.attempts, e.state, e.reason'

/** The shelves that a filter reaches, in the order in which a replay goes through them. */
export async function selectShelves(db: Executor, scope: Scope, { connections }: ReplayFilter): Promise<Shelf[]> {
  const rows = await db.query<{ id: string; account_id: string }>(
    `SELECT id, account_id FROM connection WHERE tenant_id = $1::uuid AND mode = $2::text ORDER BY id`,
    [scope.tenant_id, scope.mode],
  )
  const wanted = connections?.map((id) => parsePublicId('connection', id))
  const reached = wanted === undefined ? rows : rows.filter((row) => wanted.includes(row.id))
  return reached.map((row) => {
    const name = scopeOf(row.account_id, scope.mode)
    return { connection_id: row.id, bucket: bucketOf(name), scope: name }
  })
}

/** Is anything stored of the event or payment that the filter names? */
export async function findSelection(db: Executor, scope: Scope, filter: ReplayFilter): Promise<boolean> {
  for (const shelf of await selectShelves(db, scope, filter)) {
    const ask = await askOf(db, scope, shelf, filter)
    if ((await selectChunk(db, scope, shelf, ask, null, null, 1)).length > 0) return true
  }
  return false
}

/** The parameters of the predicate below; objects are the ids of everything that hangs on the payment that is asked for. */
export type Ask = readonly unknown[]

export async function askOf(db: Executor, scope: Scope, shelf: Shelf, filter: ReplayFilter): Promise<Ask> {
  const row = filter.event === undefined ? null : parsePublicId('inbox_event', filter.event)
  const objects = filter.payment === undefined ? null : await objectsNamedBy(db, scope, shelf, filter.payment)
  const json = (list: readonly string[] | undefined | null) => (list === undefined || list === null ? null : JSON.stringify(list))
  return [
    row === null ? (filter.event ?? null) : null,
    row,
    filter.since ?? null,
    filter.until ?? null,
    json(filter.types?.map((type) => type.replaceAll('\\', '\\\\').replaceAll('_', '\\_').replaceAll('*', '%'))),
    json(filter.states),
    json(filter.reasons),
    json(filter.kinds),
    json(objects),
    json(filter.only),
  ]
}

const list = (n: number) => `(SELECT jsonb_array_elements_text($${n}::jsonb))`
/** Parameters 1 to 10 are an Ask. */
const predicate = `($1::text IS NULL OR e.event_id = $1::text) AND ($2::uuid IS NULL OR e.id = $2::uuid)
  AND ($3::timestamptz IS NULL OR e.received_at >= $3::timestamptz) AND ($4::timestamptz IS NULL OR e.received_at < $4::timestamptz)
  AND ($5::jsonb IS NULL OR EXISTS (SELECT 1 FROM jsonb_array_elements_text($5::jsonb) t(pattern) WHERE e.type LIKE t.pattern))
  AND ($6::jsonb IS NULL OR e.state IN ${list(6)}) AND ($7::jsonb IS NULL OR split_part(e.reason, ':', 1) IN ${list(7)})
  AND ($8::jsonb IS NULL OR e.kind IN ${list(8)}) AND ($9::jsonb IS NULL OR e.object_id IN ${list(9)})
  AND ($10::jsonb IS NULL OR (e.duplicate_count > 0 AND 'repeated' IN ${list(10)}) OR (e.alarm IS NOT NULL AND 'alarm' IN ${list(10)}))`

export type ChunkRow = { id: string; object_id: string | null; state: string; reason: string | null }

/** The next rows that the filter names, oldest first; rows that came in after the replay was asked for are not its. */
export async function selectChunk(
  db: Executor,
  scope: Scope,
  shelf: Shelf,
  ask: Ask,
  after: string | null,
  until: Date | null,
  limit: number,
): Promise<ChunkRow[]> {
  return db.query<ChunkRow>(
    `SELECT e.id, e.object_id, e.state, e.reason FROM inbox_event e
      WHERE e.bucket = $11::int AND e.scope = $12::text AND (e.tenant_id = $13::uuid OR e.tenant_id IS NULL) AND e.state <> 'pending'
        AND ($14::uuid IS NULL OR e.id > $14::uuid) AND ($15::timestamptz IS NULL OR e.received_at <= $15::timestamptz) AND ${predicate}
      ORDER BY e.id LIMIT $16::int`,
    [...ask, shelf.bucket, shelf.scope, scope.tenant_id, after, until?.toISOString() ?? null, limit],
  )
}

/** Our payment of each of these objects, where the mirror knows it. */
export async function selectPaymentsOf(db: Executor, scope: Scope, shelf: Shelf, objects: string[]): Promise<{ object_id: string; payment_id: string }[]> {
  return db.query(
    `SELECT k.object_id, x.payment_id FROM jsonb_array_elements_text($3::jsonb) k(object_id) CROSS JOIN LATERAL (
        SELECT p.id AS payment_id FROM payment p WHERE p.tenant_id = $1::uuid AND p.connection_id = $2::uuid AND p.stripe_id = k.object_id
        UNION SELECT c.payment_id FROM charge c WHERE c.tenant_id = $1::uuid AND c.connection_id = $2::uuid AND c.stripe_id = k.object_id
        UNION SELECT r.payment_id FROM refund r WHERE r.tenant_id = $1::uuid AND r.connection_id = $2::uuid AND r.stripe_id = k.object_id
        UNION SELECT d.payment_id FROM dispute d WHERE d.tenant_id = $1::uuid AND d.connection_id = $2::uuid AND d.stripe_id = k.object_id
        UNION SELECT p.id FROM checkout_attempt a JOIN payment p ON p.tenant_id = a.tenant_id AND p.connection_id = a.connection_id AND p.stripe_id = a.payment_intent_id
               WHERE a.tenant_id = $1::uuid AND a.connection_id = $2::uuid AND a.session_id = k.object_id) x
      ORDER BY 1, 2`,
    [scope.tenant_id, shelf.connection_id, JSON.stringify(objects)],
  )
}

/** Stripe's ids of everything that hangs on these payments. */
export async function selectObjectsOf(db: Executor, scope: Scope, payments: string[]): Promise<{ payment_id: string; object_id: string }[]> {
  return db.query(
    `SELECT p.id AS payment_id, x.object_id FROM payment p CROSS JOIN LATERAL (
        SELECT p.stripe_id AS object_id
        UNION SELECT p.latest_charge_id WHERE p.latest_charge_id IS NOT NULL
        UNION SELECT c.stripe_id FROM charge c WHERE c.tenant_id = p.tenant_id AND c.payment_id = p.id
        UNION SELECT r.stripe_id FROM refund r WHERE r.tenant_id = p.tenant_id AND r.payment_id = p.id
        UNION SELECT d.stripe_id FROM dispute d WHERE d.tenant_id = p.tenant_id AND d.payment_id = p.id
        UNION SELECT a.session_id FROM checkout_attempt a
               WHERE a.tenant_id = p.tenant_id AND a.connection_id = p.connection_id AND a.payment_intent_id = p.stripe_id AND a.session_id IS NOT NULL) x
      WHERE p.tenant_id = $1::uuid AND p.id IN (SELECT jsonb_array_elements_text($2::jsonb)::uuid) ORDER BY 1, 2`,
    [scope.tenant_id, JSON.stringify(payments)],
  )
}

/** Every row of these objects, and these rows themselves, oldest first. */
export async function selectRowsOf(db: Executor, scope: Scope, shelf: Shelf, ask: Ask, objects: string[], ids: string[]): Promise<StoredInboxRow[]> {
  return db.query<StoredInboxRow>(
    `SELECT ${columns}, (${predicate}) AS selected FROM inbox_event e
      WHERE e.state <> 'pending' AND (e.bucket, e.id) IN (
        SELECT o.bucket, o.id FROM inbox_event o
         WHERE o.tenant_id = $11::uuid AND o.connection_id = $12::uuid AND o.object_id IN ${list(13)}
        UNION SELECT $14::int, i.id::uuid FROM jsonb_array_elements_text($15::jsonb) i(id))
      ORDER BY e.id`,
    [...ask, scope.tenant_id, shelf.connection_id, JSON.stringify(objects), shelf.bucket, JSON.stringify(ids)],
  )
}

/** The folded rows of these objects but those with these ids, oldest first. */
export async function selectRowsBut(db: Executor, scope: Scope, shelf: Shelf, objects: string[], ids: string[]): Promise<StoredInboxRow[]> {
  return db.query<StoredInboxRow>(
    `SELECT ${columns}, false AS selected FROM inbox_event e
      WHERE e.tenant_id = $1::uuid AND e.connection_id = $2::uuid AND e.object_id IN ${list(3)} AND e.state IN ('applied', 'ignored')
        AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements_text($4::jsonb) k(id) WHERE k.id::uuid = e.id)
      ORDER BY e.id`,
    [scope.tenant_id, shelf.connection_id, JSON.stringify(objects), JSON.stringify(ids)],
  )
}

/** What the mirror hangs on the payment that is named, and what rows that were set aside say of it. */
async function objectsNamedBy(db: Executor, scope: Scope, shelf: Shelf, named: string): Promise<string[]> {
  const ours = parsePublicId('payment', named)
  const payments = ours === null ? (await selectPaymentsOf(db, scope, shelf, [named])).map((row) => row.payment_id) : [ours]
  const known = (await selectObjectsOf(db, scope, payments)).map((row) => row.object_id)
  const objects = [...new Set(ours === null ? [named, ...known] : known)]
  const aside = await db.query<{ object_id: string }>(
    `SELECT DISTINCT e.object_id FROM inbox_event e
      WHERE e.tenant_id = $1::uuid AND e.connection_id = $2::uuid AND e.state = 'quarantined' AND e.object_id IS NOT NULL
        AND EXISTS (SELECT 1 FROM jsonb_array_elements_text($3::jsonb) k(id) WHERE position(convert_to(k.id, 'UTF8') IN e.body) > 0)`,
    [scope.tenant_id, shelf.connection_id, JSON.stringify(objects)],
  )
  return [...new Set([...objects, ...aside.map((row) => row.object_id)])].sort()
}
