import type { Sql } from '@/lib/db/pools'
import type { StoredState } from '../core/difference'

type Key = { tenant_id: string; payment_id: string }

/** Locks the lease rows of these buckets until the transaction ends: the drain's batches do the same, so that the two take turns. */
export async function lockBuckets(sql: Sql, buckets: number[]): Promise<void> {
  await sql.query('SELECT 1 AS one FROM inbox_lease WHERE bucket = ANY($1::int[]) ORDER BY bucket FOR UPDATE', [buckets])
}

/** These payments and those that paid an order of theirs as well: what is said of them may change with these. */
export async function withSharers(sql: Sql, keys: Key[]): Promise<Key[]> {
  const { rows } = await sql.query({
    name: 'replay_sharers',
    text: `SELECT tenant_id, payment_id FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, payment_id)
           UNION SELECT o.tenant_id, o.payment_id FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, payment_id)
             JOIN match m ON m.tenant_id = k.tenant_id AND m.payment_id = k.payment_id AND m.state = 'active'
             JOIN match o ON o.tenant_id = m.tenant_id AND o.order_id = m.order_id AND o.state = 'active'
           ORDER BY 1, 2`,
    values: [keys.map((key) => key.tenant_id), keys.map((key) => key.payment_id)],
  })
  return rows as Key[]
}

const ofPayment = (table: string, key = 't.id::text') => ({
  table,
  text: `SELECT t.payment_id AS of_payment, ${key} AS of_key, t.* FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, payment_id) JOIN "${table}" t USING (tenant_id, payment_id)`,
})

const tables = [
  {
    table: 'payment',
    text: 'SELECT t.id AS of_payment, t.id::text AS of_key, t.* FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, id) JOIN payment t USING (tenant_id, id)',
  },
  ofPayment('charge'),
  ofPayment('refund'),
  ofPayment('dispute'),
  ofPayment('reconciliation', 't.payment_id::text'),
  ofPayment('match', 't.order_id::text'),
  // Not by its key: what was closed and is open again has two rows of one key.
  ofPayment('exception'),
  ofPayment('effect', 't.key'),
  {
    table: 'session',
    text: `SELECT p.id AS of_payment, a.id::text AS of_key, a.session_id AS stripe_id, a.state, a.session_status, a.session_payment_status, a.payment_intent_id
             FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, id) JOIN payment p USING (tenant_id, id)
             JOIN checkout_attempt a ON a.tenant_id = p.tenant_id AND a.connection_id = p.connection_id AND a.payment_intent_id = p.stripe_id`,
  },
  {
    table: 'order',
    text: `SELECT r.payment_id AS of_payment, o.id::text AS of_key, o.display_number, o.payment_state, o.matched_amount
             FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, payment_id) JOIN reconciliation r USING (tenant_id, payment_id)
             JOIN "order" o ON o.tenant_id = r.tenant_id AND o.id = r.order_id`,
  },
]

/** Everything stored about these payments, as this connection sees it. */
export async function selectStates(sql: Sql, keys: Key[]): Promise<StoredState> {
  const found: StoredState = []
  const values = [keys.map((key) => key.tenant_id), keys.map((key) => key.payment_id)]
  for (const { table, text } of tables) {
    const { rows } = await sql.query({ name: `replay_state_${table}`, text, values })
    for (const { of_payment, of_key, ...row } of rows as (Record<string, unknown> & { of_payment: string; of_key: string })[])
      found.push({ table, payment_id: of_payment, key: of_key, row })
  }
  return found
}
