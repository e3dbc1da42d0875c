import { onWorker } from '@/lib/db/executor'
import { inWorkerTransaction } from '@/lib/db/pools'
import type { Scope } from '@/lib/db/tenant'
import { closeExceptions } from '@/lib/exceptions/open-exceptions'
import { clock } from '@/lib/kernel/clock'
import { Fault } from '@/lib/kernel/fault'
import { publicId } from '@/lib/kernel/public-id'
import { lockTenants } from '@/lib/matching/lock-tenants'
import { recordActivityAsWorker, type Actor } from '@/lib/tenancy/record-activity'
import { selectEffectState, updateToQueuedAgain } from './store/requeue-effects'

/**
 * Queues an effect that was given up (`dead`) or left alone (`skipped`) again. It is the same row under the same key with
 * a new epoch, and it begins by reading the store: what was done meanwhile is found, not done twice. Who asked is recorded.
 * @throws Fault `not_found` when there is none of that id here, `effect_not_requeueable` when it is done or under way
 */
export async function requeueEffect(scope: Scope, effectId: string, actor: Actor): Promise<{ id: string; state: 'queued' }> {
  return inWorkerTransaction(async (sql) => {
    await lockTenants(sql, [scope.tenant_id])
    const before = await selectEffectState(sql, scope, effectId)
    if (before === null) throw new Fault('not_found', 404, 'There is no such effect.')
    const now = clock.now()
    if (!(await updateToQueuedAgain(sql, scope.tenant_id, [effectId], now)))
      throw new Fault('effect_not_requeueable', 409, before.state === 'done' ? 'This effect was carried out.' : 'This effect is still under way.', {
        remedy: before.state === 'done' ? 'Look at its receipt: the store was told.' : 'Wait for its end.',
      })
    const id = publicId('effect', effectId)
    await closeExceptions(onWorker(sql), scope.tenant_id, [`effect_dead:${id}`], 'queued_again', now)
    await recordActivityAsWorker(sql, scope.tenant_id, {
      actor,
      action: 'effect.requeued',
      subject: { kind: 'effect', id },
      detail: { mode: scope.mode, key: before.key, from: before.state },
    })
    return { id: effectId, state: 'queued' as const }
  })
}
