import { onWorker } from '@/lib/db/executor'
import { inWorkerTransaction, type Sql } from '@/lib/db/pools'
import { closeExceptions } from '@/lib/exceptions/open-exceptions'
import { clock } from '@/lib/kernel/clock'
import { publicId } from '@/lib/kernel/public-id'
import { lockTenants } from '@/lib/matching/lock-tenants'
import { recordActivityAsWorker } from '@/lib/tenancy/record-activity'
import { findTenantsAnswered, updateAnsweredToQueued, updateRepairedToQueued, type QueuedAgain } from './store/requeue-effects'

const atOnce = 100

/**
 * Queues again what would end otherwise now: marks of orders that were left alone because of how the order looked, once
 * their store shows it waiting for just this money, or once all of the money went back; and what was given up because a
 * store was away, once it has answered. A step of the worker's loop. @returns true when there may be more.
 */
export async function requeueRepairedStep(): Promise<boolean> {
  const repaired = await inWorkerTransaction(async (sql) => {
    const again = await updateRepairedToQueued(sql, clock.now(), atOnce)
    await record(sql, again, { from: 'skipped', because: 'order_or_money_changed' })
    return again.length
  })
  const answered = await inWorkerTransaction(async (sql) => {
    const now = clock.now()
    const tenants = await findTenantsAnswered(sql, now, atOnce)
    if (tenants.length === 0) return 0
    await lockTenants(sql, tenants)
    const again = await updateAnsweredToQueued(sql, tenants, now, atOnce)
    await record(sql, again, { from: 'dead', because: 'store_answered' })
    for (const effect of again) await closeExceptions(onWorker(sql), effect.tenant_id, [`effect_dead:${publicId('effect', effect.id)}`], 'queued_again', now)
    return again.length
  })
  return repaired === atOnce || answered === atOnce
}

async function record(sql: Sql, again: QueuedAgain[], why: { from: string; because: string }): Promise<void> {
  for (const effect of again)
    await recordActivityAsWorker(sql, effect.tenant_id, {
      actor: { kind: 'system' },
      action: 'effect.requeued',
      subject: { kind: 'effect', id: publicId('effect', effect.id) },
      detail: { mode: effect.mode, key: effect.key, ...why },
    })
}
