import type { Connection } from '@/lib/connections/core/connection'
import { findConnection, markActive, markRevoked } from '@/lib/connections/find-connection'
import { inWorkerTransaction, workerPool } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { codeOf, messageOf } from '@/lib/kernel/fault'
import { log } from '@/lib/log/log'
import { listBalanceTransactions } from '@/lib/stripe/balance-transactions'
import { stripeFor } from '@/lib/stripe/client'
import { isReadable, readObject } from '@/lib/stripe/objects'
import { recordFinding } from './record-finding'
import { claimReads, finishRead, postponeRead, type DueRead } from './store/reads'

const leaseMs = 60_000
const atOnce = 8
/** How long a silent session or dispute that Stripe does not know waits before it is asked for again (business time). */
const unknownWaitMs = 24 * 60 * 60_000
/** How long what is wanted of a revoked connection waits before it is looked at again (business time). */
const revokedWaitMs = 60 * 60_000

/** Answers the reads that are due, outside any transaction; each answer enters by the inbox. @returns true when there may be more. */
export async function answerReadsStep(): Promise<boolean> {
  const reads = await claimReads(workerPool(), clock.now(), leaseMs, atOnce)
  await Promise.all(reads.map(answer))
  return reads.length === atOnce
}

async function answer(read: DueRead): Promise<void> {
  const connection = await findConnection(read.tenant_id, read.connection_id)
  if (!connection || !isReadable(read.object_id)) return finishRead(workerPool(), read)
  // Whether access is back is asked of the account alone; what else is wanted waits for it.
  const isAccount = read.object_id === connection.account_id
  if (connection.state !== 'active' && !isAccount) return postpone(read, revokedWaitMs, 'the account of this connection gives us no access')
  try {
    const { object, as_of, request_id } = await readObject(stripeFor({ ...connection, state: 'active' }, 'reader'), read.object_id)
    if (connection.state !== 'active') await markActive(connection)
    await inWorkerTransaction(async (sql) => {
      await recordFinding(sql, connection, { key: `read:${request_id}`, type: `${object.object}.read`, object_id: object.id, body: object, as_of })
      await finishRead(sql, read)
    })
  } catch (error) {
    const code = codeOf(error)
    if (code === 'account_invalid') {
      if (connection.state === 'active') await markRevoked(connection)
      await (isAccount ? finishRead(workerPool(), read) : postpone(read, revokedWaitMs, messageOf(error)))
    } else if (code === 'stripe_permission' && isAccount) {
      // A restricted key need not read the account; what it would say is shown as unknown.
      log().info({ job_id: 'reads', connection: read.connection_id }, 'the key of this connection may not read its account')
      if (connection.state !== 'active' && (await hasAccess(connection))) await markActive(connection)
      await finishRead(workerPool(), read)
    } else if (code === 'stripe_missing') {
      log().warn({ job_id: 'reads', object: read.object_id, reason: read.reason }, 'Stripe does not know an object that something mentioned')
      // A silent attempt or dispute would want it again at once: it goes on wanting it, once a day.
      await (read.reason.startsWith('silent_') ? postpone(read, unknownWaitMs, messageOf(error)) : finishRead(workerPool(), read))
    } else await postpone(read, Math.min(15 * 60_000, 1_000 * 2 ** Math.min(read.attempts, 10)), messageOf(error))
  }
}

/** Whether the account lets us read what a reader's key may read. */
async function hasAccess(connection: Connection): Promise<boolean> {
  try {
    await listBalanceTransactions(stripeFor({ ...connection, state: 'active' }, 'reader'), { limit: 1 })
    return true
  } catch (error) {
    log().info({ job_id: 'reads', connection: connection.id, error: messageOf(error) }, 'a revoked account was asked whether access is back')
    return false
  }
}

async function postpone(read: DueRead, waitMs: number, why: string): Promise<void> {
  await postponeRead(workerPool(), read, new Date(clock.nowMs() + waitMs), why)
}
