import { orderAtStore } from '@/lib/commerce/order-at-store'
import { onWorker } from '@/lib/db/executor'
import { workerPool } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { codeOf, Fault } from '@/lib/kernel/fault'
import { log } from '@/lib/log/log'
import { addOrderNote } from './add-order-note'
import type { EffectKind } from './core/effect'
import type { HeldEffect, Hold, Outcome } from './core/outcome'
import { failEffect, finishEffect } from './finish-effect'
import { markOrderPaid } from './mark-order-paid'
import { renewLease } from './store/claim-effects'

type Perform = (effect: HeldEffect, store: NonNullable<Awaited<ReturnType<typeof orderAtStore>>>, hold: Hold) => Promise<Outcome>
const performers: Record<EffectKind, Perform> = { 'order.mark_paid': markOrderPaid, 'order.note': addOrderNote }

/**
 * What was asked for longer ago says too little of now: its shop keeper may have called the order off. Long enough for a
 * read, which takes ten seconds at most, and short enough that the answer to a write still finds us holding the effect.
 */
const freshMs = 15_000

/** Runs one held effect to an end, a retry or death; outside of any transaction. Never throws for what the effect does. */
export async function performEffect(effect: HeldEffect): Promise<void> {
  const about = { job_id: effect.id, tenant_id: effect.tenant_id, kind: effect.kind, attempts: effect.attempts }
  try {
    const store = await orderAtStore(onWorker(workerPool()), effect.tenant_id, effect.order_id)
    if (store === null) throw new Fault('order_not_found', 500, 'The order of this effect is not stored.')
    const outcome = await performers[effect.kind](effect, store, (askedAtMs) => holdOn(effect, askedAtMs))
    const held = await finishEffect(effect, store, outcome)
    log().info({ ...about, state: held ? outcome.state : 'lost' }, 'an effect ended')
  } catch (error) {
    if (codeOf(error) === 'lease_lost') return log().warn(about, 'an effect is no longer ours')
    const became = await failEffect(effect, error).catch((lost: unknown) => {
      log().error({ ...about, error: lost }, 'the failure of an effect could not be written; its lease will run out')
      return 'unknown' as const
    })
    log().warn({ ...about, error, state: became }, 'an effect failed')
  }
}

async function holdOn(effect: HeldEffect, askedAtMs: number): Promise<number> {
  const renewedAtMs = clock.wallMs()
  if (!(await renewLease(workerPool(), effect))) throw new Fault('lease_lost', 409, 'The lease of this effect ran out, or another worker holds it now.')
  // The earlier one, should the machine's clock have been set back in between.
  return Math.min(askedAtMs, renewedAtMs) + freshMs
}
