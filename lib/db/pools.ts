import type { Socket } from 'node:net'
import { Pool, types, type CustomTypesConfig, type PoolClient } from 'pg'
import { config } from '@/lib/config/config'
import { codeOf } from '@/lib/kernel/fault'
import { once } from '@/lib/kernel/once'
import { log } from '@/lib/log/log'
import { planAnewAsTablesGrow } from './plans'

/**
 * bigint columns are minor units: a JavaScript number would lose them. Per pool, because Prisma shares the driver and
 * reads integers its own way.
 */
export const rowTypes: CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === types.builtins.INT8 && format !== 'binary' ? (text: string) => BigInt(text) : types.getTypeParser(oid, format)),
}

export type Sql = Pick<PoolClient, 'query'>

function makePool(name: string, connectionString: string, more: { max: number; pipeline?: boolean; idle_in_transaction_session_timeout?: number }): Pool {
  const pool = new Pool({
    connectionString,
    ...more,
    types: rowTypes,
    application_name: `matchbook ${name}`,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 5_000,
  })
  pool.on('error', (error) => log().warn({ error, pool: name }, 'an idle database connection was lost'))
  // One that is lost while it is lent out between two statements would end the process: its next statement says so instead.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** Connections of the app role: row level security holds, a tenant must be set. */
export function appPool(): Pool {
  return once('pool:app', () => makePool('app', config().databaseUrl, { max: config().poolSize }))
}

/**
 * A machine that vanishes in a transaction leaves its locks to the server, which would keep them for hours: no batch could
 * take the buckets and tenants that it held. No transaction of ours is silent for that long.
 */
const vanishedMs = 60_000

/**
 * Connections of the worker role, which sees every tenant: the inbox, the drain, settlement, effects. Statements on
 * it name tenant_id themselves. Statements that are started together on one connection are sent together and run in
 * their order: a batch of the drain waits for a few answers instead of fifty.
 */
export function workerPool(): Pool {
  return once('pool:worker', () =>
    makePool('worker', config().workerDatabaseUrl, { max: config().poolSize, pipeline: true, idle_in_transaction_session_timeout: vanishedMs }),
  )
}

/** As many statements of deliveries as are under way at once (lib/inbox/receive.ts), and two for what is asked beside them. */
const mostDeliveries = 6
/** How long a statement of a delivery may be without any answer (wall time). */
const silentMs = 10_000

/**
 * Connections of the worker role for single statements that somebody outside waits for. A server that vanished without a
 * word is noticed by the network after a quarter of an hour; until then each statement on one of its connections would be
 * waited for. Here the connection is given up after ten seconds, and its statement throws `Connection terminated`.
 */
export function deliveryPool(): Pool {
  return once('pool:deliveries', () => {
    const pool = makePool('deliveries', config().workerDatabaseUrl, { max: mostDeliveries, pipeline: true })
    const asked = new WeakSet<PoolClient>()
    pool.on('acquire', (client) => asked.add(client)).on('release', (_, client) => asked.delete(client))
    // By the socket's own clock: a timer for each statement, as the driver's `query_timeout` is, costs a delivery a tenth of its time.
    pool.on('connect', (client) => {
      const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
      stream.setTimeout(silentMs).on('timeout', () => asked.has(client) && stream.destroy())
    })
    return pool
  })
}

/** One transaction on the worker role. A throw rolls back; of statements that were sent together the first that failed is thrown. */
export async function inWorkerTransaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await workerPool().connect()
  let broken: Error | undefined
  let first: { error: unknown } | undefined
  const query = ((...given: Parameters<PoolClient['query']>) => {
    const answer: unknown = client.query(...given)
    // What was sent behind a failed statement fails as well, with nothing to say of its own.
    if (answer instanceof Promise) answer.catch((error: unknown) => (first ??= { error }))
    return answer
  }) as PoolClient['query']
  try {
    await client.query('BEGIN')
    const result = await work({ query })
    await client.query('COMMIT')
    await planAnewAsTablesGrow(client)
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch((lost: Error) => (broken = lost))
    throw first && codeOf(error) === failedBefore ? first.error : error
  } finally {
    client.release(broken)
  }
}

/** `current transaction is aborted, commands ignored until end of transaction block` */
const failedBefore = '25P02'

export async function closePools(): Promise<void> {
  await Promise.allSettled([appPool().end(), workerPool().end(), deliveryPool().end()])
}
