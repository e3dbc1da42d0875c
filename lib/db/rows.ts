import type { Columns } from '@/lib/kernel/columns'
import type { Sql } from './pools'

/**
 * Writes many rows with one statement: inserts, and where the key exists replaces the named columns. Rows travel as
 * one JSON parameter, so that the statement is the same for 1 and 1,000 rows and can be prepared. `update: []` leaves
 * existing rows alone.
 * @returns how many rows were inserted or changed.
 */
export async function writeRows<Row extends object>(
  sql: Sql,
  table: string,
  columns: Columns<Row>,
  rows: readonly Row[],
  conflict: { key: readonly (keyof Row & string)[]; update: readonly (keyof Row & string)[] },
): Promise<number> {
  if (rows.length === 0) return 0
  const names = Object.keys(columns)
  const list = names.map(quote).join(', ')
  const shape = names.map((name) => `${quote(name)} ${columns[name as keyof Row & string]}`).join(', ')
  const set = conflict.update.map((name) => `${quote(name)} = EXCLUDED.${quote(name)}`).join(', ')
  const result = await sql.query({
    name: `write_${table}_${conflict.update.length}`,
    text: `INSERT INTO ${quote(table)} (${list}) SELECT ${list} FROM jsonb_to_recordset($1::jsonb) AS incoming (${shape})
           ON CONFLICT (${conflict.key.map(quote).join(', ')}) ${set ? `DO UPDATE SET ${set}` : 'DO NOTHING'}`,
    values: [rowsAsJson(rows, names)],
  })
  return result.rowCount ?? 0
}

/** The named columns of these rows as one JSON array of objects. What is null is left out: it reads back as null. */
export function rowsAsJson(rows: readonly object[], names: readonly string[]): string {
  return JSON.stringify(
    (rows as readonly Record<string, unknown>[]).map((row) => {
      const said: Record<string, unknown> = {}
      for (const name of names) {
        const value = row[name]
        if (value !== null && value !== undefined) said[name] = amountsAsText(value)
      }
      return said
    }),
  )
}

/** Every column but the key: what an upsert replaces. */
export function allBut<Row extends object>(columns: Columns<Row>, ...key: (keyof Row & string)[]): (keyof Row & string)[] {
  return (Object.keys(columns) as (keyof Row & string)[]).filter((name) => !key.includes(name))
}

/** JSON in which bigint is text: PostgreSQL casts it back without loss. */
export function toJson(value: unknown): string {
  return JSON.stringify(amountsAsText(value)) ?? 'null'
}

/** Made before JSON is asked: a replacer, which it would call for every value there is, costs three times as much. */
function amountsAsText(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (Array.isArray(value)) return value.map(amountsAsText)
  const said: Record<string, unknown> = {}
  for (const name in value) said[name] = amountsAsText((value as Record<string, unknown>)[name])
  return said
}

function quote(name: string): string {
  return `"${name}"`
}
