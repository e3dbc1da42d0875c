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
