import type { PoolClient } from 'pg'
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

const uses = new WeakMap<object, number>()

/**
 * After a transaction: plans are made anew each time a connection has carried twice as many as when they were made last.
 * One that was made while its tables were empty reads every row that came since, until autovacuum has looked. Costs a
 * handful of plannings in the life of a connection; when it is lost, its next user is told.
 */
export async function planAnewAsTablesGrow(client: Pick<PoolClient, 'query'>): Promise<void> {
  const count = (uses.get(client) ?? 0) + 1
  uses.set(client, count)
  if (count > 1 && (count & (count - 1)) === 0) await client.query('DISCARD PLANS').catch(() => undefined)
}
