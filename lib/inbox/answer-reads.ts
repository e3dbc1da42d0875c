import { findConnection, markRevoked } from '@/lib/connections/find-connection'
import { inWorkerTransaction, workerPool } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { codeOf, messageOf } from '@/lib/kernel/fault'
import { log } from '@/lib/log/log'
import { stripeFor } from '@/lib/stripe/client'
import { isReadable, readObject } from '@/lib/stripe/objects'
import { recordFinding } from './record-finding'
import { claimReads, finishRead, postponeRead, type DueRead } from './store/reads'

const leaseMs = 60_000
const atOnce = 8

/** Answers the reads that are due, outside any transaction; each answer enters by the inbox. @returns true when there may be more. */
export async function answerReadsStep(): Promise<boolean> {
  const reads = await claimReads(workerPool(), clock.now(), leaseMs, atOnce)
  await Promise.all(reads.map(answer))
  return reads.length === atOnce
}

async function answer(read: DueRead): Promise<void> {
  const connection = await findConnection(read.tenant_id, read.connection_id)
  if (!connection || connection.state !== 'active' || !isReadable(read.object_id)) {
    await finishRead(workerPool(), read)
    return
  }
  try {
    const { object, as_of, request_id } = await readObject(stripeFor(connection, 'reader'), read.object_id)
    await inWorkerTransaction(async (sql) => {
      await recordFinding(sql, connection, { key: `read:${request_id}`, type: `${object.object}.read`, object_id: object.id, body: object, as_of })
      await finishRead(sql, read)
    })
  } catch (error) {
    const code = codeOf(error)
    if (code === 'account_invalid') {
      await markRevoked(connection)
      await finishRead(workerPool(), read)
    } else if (code === 'stripe_permission' && read.object_id.startsWith('acct_')) {
      // A merchant's restricted key need not read the account; what it would say is shown as unknown.
      log().info({ job_id: 'reads', connection: read.connection_id }, 'the key of this connection may not read its account')
      await finishRead(workerPool(), read)
    } else if (code === 'stripe_missing') {
      log().warn({ job_id: 'reads', object: read.object_id, reason: read.reason }, 'Stripe does not know an object that something mentioned')
      await finishRead(workerPool(), read)
    } else {
      const wait = Math.min(15 * 60_000, 1_000 * 2 ** Math.min(read.attempts, 10))
      await postponeRead(workerPool(), read, new Date(clock.nowMs() + wait), messageOf(error))
    }
  }
}
