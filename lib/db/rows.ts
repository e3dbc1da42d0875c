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
  const heads = names.map((name) => `${JSON.stringify(name)}:`)
  let all = ''
  for (const row of rows as readonly Record<string, unknown>[]) {
    let one = ''
    names.forEach((name, place) => {
      const value = row[name]
      if (value !== null && value !== undefined) one += `${one === '' ? '' : ','}${heads[place]}${toJson(value)}`
    })
    all += `${all === '' ? '' : ','}{${one}}`
  }
  return `[${all}]`
}

/** Every column but the key: what an upsert replaces. */
export function allBut<Row extends object>(columns: Columns<Row>, ...key: (keyof Row & string)[]): (keyof Row & string)[] {
  return (Object.keys(columns) as (keyof Row & string)[]).filter((name) => !key.includes(name))
}

/**
 * JSON in which bigint is text: PostgreSQL casts it back without loss. Written here because most of what a batch says
 * is short plain text, for which asking JSON costs more than the answer.
 */
export function toJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return textAsJson(value)
    case 'bigint':
      return `"${value}"`
    case 'object':
      if (value === null) return 'null'
      if (value instanceof Date) return JSON.stringify(value)
      return Array.isArray(value) ? `[${value.map(toJson).join(',')}]` : objectAsJson(value as Record<string, unknown>)
    default:
      return JSON.stringify(value) ?? 'null'
  }
}

function objectAsJson(fields: Record<string, unknown>): string {
  let all = ''
  for (const name in fields) if (fields[name] !== undefined) all += `${all === '' ? '' : ','}${textAsJson(name)}:${toJson(fields[name])}`
  return `{${all}}`
}

/** Printable ASCII without quotes and backslashes stands for itself. */
const plainText = /^[ !#-[\]-~]*$/

function textAsJson(text: string): string {
  return plainText.test(text) ? `"${text}"` : JSON.stringify(text)
}

function quote(name: string): string {
  return `"${name}"`
}
