import type { Pool, PoolClient } from 'pg'
import type { Sql } from './pools'

/**
 * For a transaction whose statements all find their rows by key: they walk the indexes, whatever the planner knows of
 * the tables, and are planned once per connection. A plan that was made while a table was small, or whose statistics
 * are old, would read a table of a million rows for a batch of two hundred. Ends with the transaction.
 */
export async function findRowsByKey(sql: Sql): Promise<void> {
  await sql.query({
    name: 'find_rows_by_key',
    text: `SELECT set_config(name, value, true) FROM (VALUES ('plan_cache_mode', 'force_generic_plan'), ('enable_seqscan', 'off'), ('enable_hashjoin', 'off'), ('enable_mergejoin', 'off')) s(name, value)`,
    values: [],
  })
}

/**
 * Plans are made anew each time a connection has been used twice as often as when they were made last: one that was made
 * while its tables were empty reads every row that came since, until autovacuum has looked. Costs a handful of plannings
 * in the life of a connection.
 */
export function planAnewAsTablesGrow(pool: Pool): Pool {
  const uses = new WeakMap<PoolClient, number>()
  pool.on('release', (error: Error | undefined, client: PoolClient) => {
    const count = (uses.get(client) ?? 0) + 1
    uses.set(client, count)
    // Behind it on the same connection whoever is given it next waits his turn; that it may be closing is no matter.
    if (!error && (count & (count - 1)) === 0) client.query('DISCARD PLANS').catch(() => undefined)
  })
  return pool
}
