import { clock } from '@/lib/kernel/clock'
import { wantSilentSessions } from './store/silent-attempts'

/** How long after a session should be over we wait for Stripe's word before we ask (business time). */
const graceMs = 5 * 60_000
/** Asked again no sooner than this. */
const againMs = 30 * 60_000

/**
 * Attempts that hear nothing: a session that should have ended and nobody said so is read at Stripe. Only Stripe's word
 * ends an attempt; the answer enters by the inbox. A step of the worker's loop, run seldom.
 */
export async function lookUpSilentStep(): Promise<boolean> {
  const now = clock.now()
  await wantSilentSessions({ now, overdue: new Date(now.getTime() - graceMs), askedBefore: new Date(now.getTime() - againMs) })
  return false
}
