import { Pool } from 'pg'
import { product } from './product'
import type { Order } from './shop'

/** What is stored, read past every tenant's wall. */
const pool = new Pool({ connectionString: product.ownerUrl, max: 3 })

/** Rows of a query; bigint columns come as text. */
export async function rows<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await pool.query<Row>(text, values)).rows
}

export type PaymentRecord = {
  id: string
  stripe_id: string
  status: string
  amount: string
  amount_captured: string
  currency: string
  fee_state: string
  fee: string | null
  net: string | null
  word: string | null
  store_id: string | null
  charges: string
}

/** The payments that were made for an order, through whichever attempt. */
export async function paymentsOf({ store, id }: Order): Promise<PaymentRecord[]> {
  return rows(
    `SELECT p.id, p.stripe_id, p.status, p.amount, p.amount_captured, p.currency, p.fee_state, p.fee, p.net, r.word, p.store_id,
            (SELECT count(*) FROM charge c WHERE c.tenant_id = p.tenant_id AND c.payment_id = p.id) AS charges
       FROM payment p JOIN checkout_attempt a ON a.tenant_id = p.tenant_id AND a.id = p.attempt_id
       JOIN "order" o ON o.tenant_id = a.tenant_id AND o.id = a.order_id
       LEFT JOIN reconciliation r ON r.tenant_id = p.tenant_id AND r.payment_id = p.id
      WHERE o.store_id = $1 AND o.external_id = $2`,
    [store.store_id, String(id)],
  )
}

export type OrderRecord = { id: string; payment_state: string; matched_amount: string; total: string; matches: string }

/** Our copy of an order; undefined before it was read. */
export async function recordOf({ store, id }: Order): Promise<OrderRecord | undefined> {
  const [found] = await rows<OrderRecord>(
    `SELECT o.id, o.payment_state, o.matched_amount, o.total,
            (SELECT count(*) FROM match m WHERE m.tenant_id = o.tenant_id AND m.order_id = o.id AND m.state = 'active') AS matches
       FROM "order" o WHERE o.store_id = $1 AND o.external_id = $2`,
    [store.store_id, String(id)],
  )
  return found
}

/** How many rows each table has that a request or a delivery could have added to. */
export async function rowCounts(): Promise<Record<string, number>> {
  const tables = await rows<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace
        AND relname NOT IN ('_prisma_migrations', 'worker_heartbeat', 'session', 'sync_cursor') ORDER BY relname`,
  )
  const counts = await rows<{ name: string; n: string }>(tables.map(({ name }) => `SELECT '${name}' AS name, count(*) AS n FROM "${name}"`).join(' UNION ALL '))
  return Object.fromEntries(counts.map(({ name, n }) => [name, Number(n)]))
}

/**
 * Keeps the worker from writing to a table while `work` runs: it gets as far as its transaction, and waits. Readers pass.
 * Resolves with the work once the lock is given back.
 */
export async function withTableHeld<T>(table: string, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query(`LOCK TABLE "${table}" IN EXCLUSIVE MODE`)
    return await work()
  } finally {
    await client.query('ROLLBACK')
    client.release()
  }
}

/** How many connections wait for a lock of another. */
export async function waitingForLocks(): Promise<number> {
  const [found] = await rows<{ n: string }>('SELECT count(DISTINCT pid) AS n FROM pg_locks WHERE NOT granted')
  return Number(found?.n ?? 0)
}

/** Ends the connections of a test file. */
export async function closeRecords(): Promise<void> {
  await pool.end()
}
