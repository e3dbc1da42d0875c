import type { Sql } from './pools'
import type { Tx } from './tenant'

/** What a statement needs, whoever runs it: a row is a plain object, timestamps Date, json parsed. Ask for bigint columns as text. */
export type Executor = { query<Row>(text: string, values: readonly unknown[]): Promise<Row[]> }

/**
 * The worker role's connection and a Prisma transaction as one thing, for statements that both the web process and the
 * worker run. Prisma sends parameters with types of its own guess: cast each one in the text (`$1::uuid`) and pass
 * dates as ISO text and sets as one JSON text.
 */
export function onWorker(sql: Sql): Executor {
  return { query: async <Row>(text: string, values: readonly unknown[]) => (await sql.query(text, [...values])).rows as Row[] }
}

/** See onWorker; the tenant was set by withTenant. The text is a constant of a store file, never built from input. */
export function onTenant(tx: Tx): Executor {
  return { query: <Row>(text: string, values: readonly unknown[]) => tx.$queryRawUnsafe<Row[]>(text, ...values) }
}
