import { codeOf } from '@/lib/kernel/fault'
import { newId } from '@/lib/kernel/id'
import { expireCheckoutSession, retrieveCheckoutSession, type SessionAnswer } from '@/lib/stripe/checkout-sessions'
import type { StripeCall } from '@/lib/stripe/client'
import type { AttemptRow } from './core/attempt'

/**
 * What Stripe may keep under a key, and answer again for a day: its own failure, a refusal, or that the key was for
 * something else. A 503 may be kept like a 500: unlike a create, an end may be asked for under another key all the same.
 */
const keptFailures = new Set(['stripe_failed', 'stripe_refused', 'stripe_idempotency_conflict'])

/**
 * Has a session ended and answers how it stands then; `refusal`: what our request was answered instead, when that is
 * what a reading says.
 * Ending is idempotent by nature, as Stripe refuses to end what is over; the key only joins two sendings. So when a kept
 * answer leaves the session open, `send` is called once more and takes a fresh key: otherwise one failure would keep an
 * old price payable, and its order without a new one, for as long as Stripe keeps the answer.
 * @throws Fault of stripeFault; the session may be open still
 */
export async function expireWith(
  call: StripeCall,
  sessionId: string,
  send: (isAgain: boolean) => Promise<SessionAnswer>,
): Promise<{ answer: SessionAnswer; refusal: unknown }> {
  for (let isAgain = false; ; isAgain = true) {
    try {
      return { answer: await send(isAgain), refusal: null }
    } catch (error) {
      if (!keptFailures.has(codeOf(error) ?? '')) throw error
      // Done before the failure, by somebody else, or paid: its present state decides.
      const answer = await retrieveCheckoutSession(call, sessionId)
      if (answer.object.status !== 'open') return { answer, refusal: error }
      if (isAgain) throw error
    }
  }
}

/**
 * Ends a session that nobody was given. Its end needs no note of its own: until it is known, the request that made the
 * session is without an answer, and is looked up. @throws Fault of stripeFault, also when somebody has completed it:
 * then money may be on its way, and its events say what became of it
 */
export async function expireUnused(call: StripeCall, attempt: Pick<AttemptRow, 'id'>, sessionId: string): Promise<SessionAnswer> {
  const key = `${attempt.id}:expire_orphan:${sessionId}`
  const { answer, refusal } = await expireWith(call, sessionId, (isAgain) => expireCheckoutSession(call, sessionId, isAgain ? `${key}:${newId()}` : key))
  if (answer.object.status !== 'expired') throw refusal
  return answer
}
