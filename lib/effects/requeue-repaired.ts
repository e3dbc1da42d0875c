import { inWorkerTransaction } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { publicId } from '@/lib/kernel/public-id'
import { recordActivityAsWorker } from '@/lib/tenancy/record-activity'
import { updateRepairedToQueued } from './store/requeue-effects'

const atOnce = 100

/**
 * Queues marks of orders again that were left alone because of how the order looked, once their store shows it waiting
 * for just this money, or once all of the money went back. A step of the worker's loop. @returns true when there may be more.
 */
export async function requeueRepairedStep(): Promise<boolean> {
  return inWorkerTransaction(async (sql) => {
    const again = await updateRepairedToQueued(sql, clock.now(), atOnce)
    for (const effect of again)
      await recordActivityAsWorker(sql, effect.tenant_id, {
        actor: { kind: 'system' },
        action: 'effect.requeued',
        subject: { kind: 'effect', id: publicId('effect', effect.id) },
        detail: { mode: effect.mode, key: effect.key, from: 'skipped', because: 'order_or_money_changed' },
      })
    return again.length === atOnce
  })
}
