import type { Client, Pool } from 'pg'
import { withClient } from '@/scripts/postgres/connect'

/** The tables that a batch writes, and how: `insert` what is new and replace what is not, or `update` rows that were there before. */
const tables = {
  checkout_attempt: 'update',
  payment: 'insert',
  charge: 'insert',
  refund: 'insert',
  dispute: 'insert',
  payment_transition: 'insert',
  match: 'insert',
  reconciliation: 'insert',
  exception: 'insert',
  effect: 'insert',
  order: 'update',
  inbox_event: 'update',
  object_read: 'insert',
  sync_cursor: 'insert',
} as const
type Table = keyof typeof tables

/** What an update leaves alone: nothing that the drain changes, and the bodies, which it only reads. */
const updated: Partial<Record<Table, string[]>> = {
  checkout_attempt: ['state', 'session_id', 'session_status', 'session_payment_status', 'session_expires_at', 'session_as_of', 'payment_intent_id', 'ended_at'],
  order: ['matched_amount', 'payment_state'],
  inbox_event: ['state', 'reason', 'tenant_id', 'connection_id', 'attempts', 'processed_at'],
}

/** The rows that one committed transaction left, as JSON per table. */
export type Written = Partial<Record<Table, string>>
type Column = { name: string; type: string; key: boolean }
export type Layout = Record<Table, Column[]>

export async function readLayout(adminUrl: string): Promise<Layout> {
  return withClient(adminUrl, async (client) => {
    const { rows } = await client.query<Column & { table: Table }>(
      `SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnum = ANY(i.indkey) AS key
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        WHERE c.relname = ANY($1) AND c.relnamespace = 'public'::regnamespace AND a.attgenerated = '' ORDER BY c.relname, a.attnum`,
      [Object.keys(tables)],
    )
    const layout: Partial<Layout> = {}
    for (const table of Object.keys(tables) as Table[]) layout[table] = rows.filter((row) => row.table === table)
    return layout as Layout
  })
}

/** The rows whose newest version is of this transaction, without what is null in them, as the product sends them. */
export async function readWritten(client: Client, layout: Layout, xid: string): Promise<Written> {
  const written: Written = {}
  for (const table of Object.keys(tables) as Table[]) {
    const names = columnsOf(layout, table).map((column) => `"${column.name}"`)
    const { rows } = await client.query<{ said: string | null }>(
      `SELECT jsonb_agg((SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(r)) WHERE value <> 'null'))::text AS said FROM (SELECT ${names.join(', ')} FROM "${table}" WHERE xmin::text = $1) r`,
      [xid],
    )
    if (rows[0]?.said) written[table] = rows[0].said
  }
  return written
}

function columnsOf(layout: Layout, table: Table): Column[] {
  const only = updated[table]
  return layout[table].filter((column) => only === undefined || column.key || only.includes(column.name))
}

/**
 * The limit: the same rows of each batch, one multi-row statement per table, prepared and sent together, one durable
 * transaction per batch, on as many connections as the drain has lanes. Nothing is read, decided or derived.
 */
export async function writeBare(pool: Pool, layout: Layout, lanes: Written[][]): Promise<void> {
  await Promise.all(lanes.map((batches) => writeLane(pool, layout, batches)))
}

async function writeLane(pool: Pool, layout: Layout, batches: Written[]): Promise<void> {
  const client = await pool.connect()
  try {
    for (const batch of batches) {
      const done: Promise<unknown>[] = [client.query('BEGIN')]
      for (const table of Object.keys(tables) as Table[]) {
        const rows = batch[table]
        if (rows !== undefined) done.push(client.query({ name: `bare_${table}`, text: statement(layout, table), values: [rows] }))
      }
      done.push(client.query('COMMIT'))
      await Promise.all(done)
    }
  } finally {
    client.release()
  }
}

function statement(layout: Layout, table: Table): string {
  const columns = columnsOf(layout, table)
  const list = columns.map((column) => `"${column.name}"`).join(', ')
  const from = `jsonb_to_recordset($1::jsonb) AS v (${columns.map((column) => `"${column.name}" ${column.type}`).join(', ')})`
  const rest = columns.filter((column) => !column.key)
  if (tables[table] === 'update')
    return `UPDATE "${table}" t SET ${rest.map(({ name }) => `"${name}" = v."${name}"`).join(', ')} FROM ${from} WHERE ${columns
      .filter((column) => column.key)
      .map(({ name }) => `t."${name}" = v."${name}"`)
      .join(' AND ')}`
  const key = columns.filter((column) => column.key).map(({ name }) => `"${name}"`)
  return `INSERT INTO "${table}" (${list}) SELECT ${list} FROM ${from} ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${rest
    .map(({ name }) => `"${name}" = EXCLUDED."${name}"`)
    .join(', ')}`
}
