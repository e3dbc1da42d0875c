import type { Columns } from '@/lib/kernel/columns'
import type { Sql } from './pools'
import { allBut, writeRows } from './rows'

/** A row that mirrors an object of Stripe's: known by its connection and Stripe's id. */
export type MirrorRow = { tenant_id: string; id: string; connection_id: string; stripe_id: string }
export type MirrorRef = Pick<MirrorRow, 'tenant_id' | 'connection_id' | 'stripe_id'>

export type MirrorTable = 'payment' | 'charge' | 'refund' | 'dispute' | 'payout' | 'balance_transaction'

export function mirrorKey(ref: Pick<MirrorRef, 'connection_id' | 'stripe_id'>): string {
  return `${ref.connection_id}/${ref.stripe_id}`
}

/** The stored rows of these objects, by `mirrorKey`, with one query and no locks: the lease makes the caller their only writer. */
export async function loadMirror<Row extends MirrorRow>(sql: Sql, table: MirrorTable, refs: Iterable<MirrorRef>): Promise<Map<string, Row>> {
  const list = [...refs]
  if (list.length === 0) return new Map()
  const result = await sql.query({
    name: `mirror_${table}`,
    text: `SELECT m.* FROM unnest($1::uuid[], $2::uuid[], $3::text[]) k(tenant_id, connection_id, stripe_id) CROSS JOIN LATERAL (
             SELECT * FROM ${table} t WHERE t.tenant_id = k.tenant_id AND t.connection_id = k.connection_id AND t.stripe_id = k.stripe_id OFFSET 0) m`,
    values: [list.map((ref) => ref.tenant_id), list.map((ref) => ref.connection_id), list.map((ref) => ref.stripe_id)],
  })
  return new Map((result.rows as Row[]).map((row) => [mirrorKey(row), row]))
}

/** The rows of these uuids, likewise. */
export async function loadMirrorById<Row extends MirrorRow>(sql: Sql, table: 'payment', keys: { tenant_id: string; id: string }[]): Promise<Row[]> {
  if (keys.length === 0) return []
  const result = await sql.query({
    name: `mirror_id_${table}`,
    text: `SELECT m.* FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, id) CROSS JOIN LATERAL (SELECT * FROM ${table} t WHERE t.tenant_id = k.tenant_id AND t.id = k.id OFFSET 0) m`,
    values: [keys.map((key) => key.tenant_id), keys.map((key) => key.id)],
  })
  return result.rows as Row[]
}

export async function saveMirror<Row extends MirrorRow>(
  sql: Sql,
  table: MirrorTable,
  columns: Columns<Row>,
  rows: Row[],
  keep: readonly (keyof Row & string)[] = [],
): Promise<void> {
  await writeRows(sql, table, columns, rows, {
    key: ['tenant_id', 'id'] as (keyof Row & string)[],
    update: allBut(columns, 'tenant_id', 'id', 'connection_id', 'stripe_id', ...keep),
  })
}
