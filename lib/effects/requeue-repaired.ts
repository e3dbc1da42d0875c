import { inWorkerTransaction, type Sql } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { publicId } from '@/lib/kernel/public-id'
import { recordActivityAsWorker } from '@/lib/tenancy/record-activity'
import { updateAnsweredToQueued, updateRepairedToQueued, type QueuedAgain } from './store/requeue-effects'

const atOnce = 100

/**
 * Queues again what would end otherwise now: marks of orders that were left alone because of how the order looked, once
 * their store shows it waiting for just this money, or once all of the money went back; and what was given up because a
 * store was away, once it has answered. What people see of it stays open until it ends: a store may answer our looks and
 * not our writes. A step of the worker's loop. @returns true when there may be more.
 */
export async function requeueRepairedStep(): Promise<boolean> {
  return inWorkerTransaction(async (sql) => {
    const repaired = await updateRepairedToQueued(sql, clock.now(), atOnce)
    await record(sql, repaired, { from: 'skipped', because: 'order_or_money_changed' })
    const answered = await updateAnsweredToQueued(sql, clock.now(), atOnce)
    await record(sql, answered, { from: 'dead', because: 'store_answered' })
    return repaired.length === atOnce || answered.length === atOnce
  })
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
