import { clock } from '@/lib/kernel/clock'
import { wantSilentDisputes } from './store'

/** A dispute that is not over and of which nothing was heard for this long is read at Stripe (business time). */
const silentMs = 7 * 24 * 60 * 60_000

/**
 * Disputes that hear nothing: whose end was told while nobody listened, longer ago than Stripe keeps its events, is read.
 * Only Stripe's word ends a dispute, never its age; the answer enters by the inbox. A step of the worker's loop, run seldom.
 */
export async function lookUpSilentDisputesStep(): Promise<boolean> {
  const now = clock.now()
  await wantSilentDisputes({ now, heardBefore: new Date(now.getTime() - silentMs) })
  return false
}
