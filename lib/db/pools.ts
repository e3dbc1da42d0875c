import { Pool, types, type CustomTypesConfig, type PoolClient } from 'pg'
import { config } from '@/lib/config/config'
import { once } from '@/lib/kernel/once'
import { log } from '@/lib/log/log'

/**
 * bigint columns are minor units: a JavaScript number would lose them. Per pool, because Prisma shares the driver and
 * reads integers its own way.
 */
export const rowTypes: CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === types.builtins.INT8 && format !== 'binary' ? (text: string) => BigInt(text) : types.getTypeParser(oid, format)),
}

export type Sql = Pick<PoolClient, 'query'>

function makePool(name: string, connectionString: string, max: number): Pool {
  const pool = new Pool({
    connectionString,
    max,
    types: rowTypes,
    application_name: `matchbook ${name}`,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 5_000,
  })
  pool.on('error', (error) => log().warn({ error, pool: name }, 'an idle database connection was lost'))
  return pool
}

/** Connections of the app role: row level security holds, a tenant must be set. */
export function appPool(): Pool {
  return once('pool:app', () => makePool('app', config().databaseUrl, config().poolSize))
}

/**
 * Connections of the worker role, which sees every tenant: the inbox, the drain, settlement, effects. Statements on
 * it name tenant_id themselves.
 */
export function workerPool(): Pool {
  return once('pool:worker', () => makePool('worker', config().workerDatabaseUrl, config().poolSize))
}

/** One transaction on the worker role. A throw rolls back. */
export async function inWorkerTransaction<T>(work: (sql: PoolClient) => Promise<T>): Promise<T> {
  const client = await workerPool().connect()
  let broken: Error | undefined
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch((lost: Error) => (broken = lost))
    throw error
  } finally {
    client.release(broken)
  }
}

export async function closePools(): Promise<void> {
  await Promise.allSettled([appPool().end(), workerPool().end()])
}
