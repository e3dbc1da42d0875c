import type { Executor } from '@/lib/db/executor'
import type { Scope } from '@/lib/db/tenant'
import type { PagePart } from '@/lib/kernel/page'
import type { EventFilter } from '../core/event-filter'

/** One row of the event list. Times UTC; `processed_at` is when it was last folded. */
export type EventLine = {
  bucket: number
  id: string
  event_id: string
  kind: string
  type: string
  object_id: string | null
  connection_id: string
  connection_name: string
  created_at: Date
  received_at: Date
  processed_at: Date | null
  state: string
  reason: string | null
  attempts: number
  duplicate_count: number
  alarm: Record<string, unknown> | null
}

/** A connection with what keys its rows in the inbox. */
export type InboxPlace = { id: string; name: string; account_id: string; bucket: number; scope: string }

/** What a filter comes down to: exact types, objects and rows that a search named, and the reasons of one state. Null is no condition. */
export type FoundEvents = {
  types: string[] | null
  objects: string[] | null
  rows: string[] | null
  reasons: { of: 'ignored' | 'quarantined'; codes: string[] } | null
}

type Put = (value: string | number, type: string) => string

export async function selectConnections(db: Executor, scope: Scope): Promise<{ id: string; name: string; account_id: string }[]> {
  return db.query(`SELECT c.id, c.name, c.account_id FROM connection c WHERE c.tenant_id = $1::uuid AND c.mode = $2::text ORDER BY c.name, c.id`, [
    scope.tenant_id,
    scope.mode,
  ])
}

const columns = `e.bucket, e.id, e.event_id, e.kind, e.type, e.object_id, e.connection_id, e.created_at, e.received_at, e.processed_at, e.state, e.reason, e.attempts, e.duplicate_count, e.alarm`

const placesOf = (put: Put, places: readonly InboxPlace[]) =>
  `jsonb_to_recordset(${put(JSON.stringify(places), 'jsonb')}) AS c (id uuid, name text, bucket int, scope text)`

/**
 * The page of each connection by the index that fits what is asked, put together: a tenant has few connections, and each
 * index leads with one. Conditions are put together from constants; every value is a parameter.
 */
export async function findEventPage(
  db: Executor,
  scope: Scope,
  places: readonly InboxPlace[],
  filter: EventFilter,
  found: FoundEvents,
  zone: string,
  page: PagePart,
): Promise<EventLine[]> {
  const values: unknown[] = []
  const put: Put = (value, type) => `$${values.push(value)}::${type === 'date' ? 'text::date' : type}`
  const texts = (list: readonly string[]) => `jsonb_array_elements_text(${put(JSON.stringify(list), 'jsonb')})`
  const where = [`e.tenant_id = ${put(scope.tenant_id, 'uuid')}`, 'e.connection_id = c.id', ...conditionsOf(filter, found, zone, put, texts)]
  if (filter.search?.by === 'event') where.push(`e.bucket = c.bucket AND e.scope = c.scope AND e.event_id = ${put(filter.search.id, 'text')}`)
  if (filter.search?.by === 'row') where.push(`e.bucket = c.bucket AND e.id = ${put(filter.search.id, 'uuid')}`)
  if (found.types !== null && (found.objects !== null || found.rows !== null)) where.push(`e.type = ANY (ARRAY(SELECT ${texts(found.types)}))`)
  const op = page.towards === 'older' ? '<' : '>'
  const order = page.towards === 'older' ? 'DESC' : 'ASC'
  if (page.from !== null) where.push(`(e.received_at, e.id) ${op} (${put(page.from.at.toISOString(), 'timestamptz')}, ${put(page.from.id, 'uuid')})`)
  const limit = put(page.limit, 'int')
  const one = (more: string, from = 'inbox_event e') =>
    `(SELECT ${columns}, c.name AS connection_name FROM ${from} WHERE ${[...where, more].filter((part) => part !== '').join(' AND ')}
       ORDER BY e.received_at ${order}, e.id ${order} LIMIT ${limit})`
  const sources =
    found.objects !== null || found.rows !== null
      ? [
          `CROSS JOIN ${texts(found.objects ?? [])} AS o(object_id) CROSS JOIN LATERAL ${one('e.object_id = o.object_id')} e`,
          `CROSS JOIN ${texts(found.rows ?? [])} AS r(id) CROSS JOIN LATERAL ${one('e.bucket = c.bucket AND e.id = r.id::uuid')} e`,
        ]
      : found.types !== null
        ? [`CROSS JOIN ${texts(found.types)} AS t(type) CROSS JOIN LATERAL ${one('e.type = t.type')} e`]
        : [`CROSS JOIN LATERAL ${one('')} e`]
  const places_ = placesOf(put, places)
  return db.query<EventLine>(
    `SELECT * FROM (${sources.map((source) => `SELECT e.* FROM ${places_} ${source}`).join(' UNION ')}) found
      ORDER BY received_at ${order}, id ${order} LIMIT ${limit}`,
    values,
  )
}

/** The clauses repeat what the partial indexes say of themselves, so that they are used. */
function conditionsOf(filter: EventFilter, found: FoundEvents, zone: string, put: Put, texts: (list: readonly string[]) => string): string[] {
  const where: string[] = []
  const oneOf = (column: string, list: readonly string[]) => {
    if (list.length === 1) where.push(`${column} = ${put(list[0] ?? '', 'text')}`)
    else if (list.length > 1) where.push(`${column} = ANY (ARRAY(SELECT ${texts(list)}))`)
  }
  const states = filter.outcomes.map((outcome) => (outcome === 'waiting' ? 'pending' : outcome))
  if (states.length === 1 && states[0] === 'quarantined') where.push(`e.state = 'quarantined'`)
  else if (states.length === 1 && states[0] === 'pending') where.push(`e.state = 'pending' AND e.bucket = c.bucket AND e.scope = c.scope`)
  else oneOf('e.state', states)
  if (filter.kinds.length > 0 && !filter.kinds.includes('delivery')) where.push(`e.kind <> 'delivery'`)
  oneOf('e.kind', filter.kinds)
  if (found.reasons !== null) {
    // What follows a colon is the message of one failure: only rows set aside have one, and those are few.
    if (found.reasons.of === 'quarantined')
      where.push(`e.state = 'quarantined' AND split_part(e.reason, ':', 1) = ANY (ARRAY(SELECT ${texts(found.reasons.codes)}))`)
    else {
      where.push(`e.state = 'ignored'`)
      oneOf('e.reason', found.reasons.codes)
      if (!found.reasons.codes.includes('nothing_new')) where.push(`e.reason <> 'nothing_new'`)
    }
  }
  // An alarm is raised by a repeat: who asks for both asks for all repeated ones.
  if (filter.repeated) where.push('e.duplicate_count > 0')
  else if (filter.alarm) where.push('e.alarm IS NOT NULL')
  const { from, to } = filter.received
  if (from !== null) where.push(`e.received_at >= (${put(from, 'date')}::timestamp AT TIME ZONE ${put(zone, 'text')})`)
  if (to !== null) where.push(`e.received_at < ((${put(to, 'date')} + 1)::timestamp AT TIME ZONE ${put(zone, 'text')})`)
  return where
}

/** The types that each connection has, by jumping from one to the next: costs a step per type, however many rows there are. */
export async function selectTypes(db: Executor, scope: Scope, places: readonly InboxPlace[]): Promise<string[]> {
  const rows = await db.query<{ type: string }>(
    `SELECT DISTINCT t.type FROM jsonb_to_recordset($2::jsonb) AS c (id uuid) CROSS JOIN LATERAL (
       WITH RECURSIVE step AS (
         (SELECT e.type FROM inbox_event e WHERE e.tenant_id = $1::uuid AND e.connection_id = c.id ORDER BY e.type LIMIT 1)
         UNION ALL
         SELECT (SELECT e.type FROM inbox_event e WHERE e.tenant_id = $1::uuid AND e.connection_id = c.id AND e.type > s.type ORDER BY e.type LIMIT 1) FROM step s WHERE s.type IS NOT NULL)
       SELECT type FROM step WHERE type IS NOT NULL) t ORDER BY t.type`,
    [scope.tenant_id, JSON.stringify(places.map(({ id }) => ({ id })))],
  )
  return rows.map((row) => row.type)
}

/** Stripe's ids of a payment and of all that hangs on it, and the rows that changed it. By our id, or by Stripe's of the payment. */
export async function selectPaymentTrace(
  db: Executor,
  scope: Scope,
  by: { id: string } | { stripe_id: string },
): Promise<{ objects: string[]; rows: string[] }> {
  const [column, type, value] = 'id' in by ? ['p.id', 'uuid', by.id] : ['p.stripe_id', 'text', by.stripe_id]
  const [row] = await db.query<{ objects: string[] | null; rows: string[] | null }>(
    `WITH p AS MATERIALIZED (
       SELECT p.tenant_id, p.id, p.stripe_id, p.connection_id, p.attempt_id FROM connection k JOIN payment p ON p.tenant_id = k.tenant_id AND p.connection_id = k.id
        WHERE k.tenant_id = $1::uuid AND k.mode = $2::text AND p.tenant_id = $1::uuid AND ${column} = $3::${type})
     SELECT (SELECT array_agg(o.id) FROM (
               SELECT stripe_id AS id FROM p
               UNION SELECT x.stripe_id FROM p JOIN charge x ON x.tenant_id = p.tenant_id AND x.payment_id = p.id
               UNION SELECT x.stripe_id FROM p JOIN refund x ON x.tenant_id = p.tenant_id AND x.payment_id = p.id
               UNION SELECT x.stripe_id FROM p JOIN dispute x ON x.tenant_id = p.tenant_id AND x.payment_id = p.id
               UNION SELECT a.session_id FROM p JOIN checkout_attempt a ON a.tenant_id = p.tenant_id AND a.id = p.attempt_id WHERE a.session_id IS NOT NULL) o) AS objects,
            (SELECT array_agg(DISTINCT t.inbox_id::text) FROM p JOIN payment_transition t ON t.tenant_id = p.tenant_id AND t.payment_id = p.id) AS rows`,
    [scope.tenant_id, scope.mode, value],
  )
  return { objects: row?.objects ?? [], rows: row?.rows ?? [] }
}

/** One row with its body and where it came through. */
export type EventFile = EventLine & {
  scope: string
  mode: string
  account_id: string
  api_version: string | null
  as_of: Date | null
  last_duplicate_at: Date | null
  body: Uint8Array
  endpoint: { id: string; kind: string; mode: string; url: string; api_version: string; state: string } | null
}

export async function findEvent(db: Executor, scope: Scope, places: readonly InboxPlace[], id: string): Promise<EventFile | null> {
  const values: unknown[] = []
  const put: Put = (value, type) => `$${values.push(value)}::${type}`
  const [row] = await db.query<EventFile>(
    `SELECT ${columns}, c.name AS connection_name, e.scope, e.mode, e.account_id, e.api_version, e.as_of, e.last_duplicate_at, e.body,
            CASE WHEN w.id IS NULL THEN NULL ELSE jsonb_build_object('id', w.id, 'kind', w.kind, 'mode', w.mode, 'url', w.url, 'api_version', w.api_version, 'state', w.state) END AS endpoint
       FROM ${placesOf(put, places)} JOIN inbox_event e ON e.bucket = c.bucket AND e.connection_id = c.id LEFT JOIN webhook_endpoint w ON w.id = e.endpoint_id
      WHERE e.tenant_id = ${put(scope.tenant_id, 'uuid')} AND e.id = ${put(id, 'uuid')}`,
    values,
  )
  return row ?? null
}

/** What one row changed, by payment. Amounts as text of minor units. */
export type EventChange = {
  payment_id: string
  payment_stripe_id: string
  amount: string
  currency: string
  order_display_number: string | null
  object_id: string
  changes: Record<string, [unknown, unknown]>
  at: Date
}

/** A page of a list may change many payments: 100 are shown. */
export async function findChanges(db: Executor, scope: Scope, id: string): Promise<EventChange[]> {
  return db.query<EventChange>(
    `SELECT t.payment_id, p.stripe_id AS payment_stripe_id, p.amount::text AS amount, p.currency, r.order_display_number, t.object_id, t.changes, t.at
       FROM payment_transition t JOIN payment p ON p.tenant_id = t.tenant_id AND p.id = t.payment_id
       LEFT JOIN reconciliation r ON r.tenant_id = t.tenant_id AND r.payment_id = t.payment_id
      WHERE t.tenant_id = $1::uuid AND t.inbox_id = $2::uuid ORDER BY t.payment_id, t.id LIMIT 100`,
    [scope.tenant_id, id],
  )
}

/** The currency of each of these payments. */
export async function selectCurrencies(db: Executor, scope: Scope, paymentIds: readonly string[]): Promise<{ id: string; currency: string }[]> {
  return db.query(
    `SELECT p.id, p.currency FROM payment p WHERE p.tenant_id = $1::uuid AND p.mode = $2::text AND p.id IN (SELECT value::uuid FROM jsonb_array_elements_text($3::jsonb))`,
    [scope.tenant_id, scope.mode, JSON.stringify(paymentIds)],
  )
}

/** A read that is still to be made of an object. */
export type OpenRead = { object_id: string; reason: string; wanted_at: Date; due_at: Date; attempts: number; last_error: string | null }

export async function findOpenReads(db: Executor, scope: Scope, connectionId: string, objects: readonly string[]): Promise<OpenRead[]> {
  return db.query<OpenRead>(
    `SELECT object_id, reason, wanted_at, due_at, attempts, last_error FROM object_read
      WHERE tenant_id = $1::uuid AND connection_id = $2::uuid AND object_id IN (SELECT jsonb_array_elements_text($3::jsonb)) ORDER BY due_at, object_id`,
    [scope.tenant_id, connectionId, JSON.stringify(objects)],
  )
}
