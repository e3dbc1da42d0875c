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
 * Has a session ended and answers how it stands then; `isReply`: that is the answer to our request, not to a reading.
 * Ending is idempotent by nature, as Stripe refuses to end what is over; the key only joins two sendings. So when a kept
 * answer leaves the session open, `send` is called once more and takes a fresh key: otherwise one failure would keep an
 * old price payable, and its order without a new one, for as long as Stripe keeps the answer.
 * @throws Fault of stripeFault; the session may be open still
 */
export async function expireWith(
  call: StripeCall,
  sessionId: string,
  send: (isAgain: boolean) => Promise<SessionAnswer>,
): Promise<{ answer: SessionAnswer; isReply: boolean }> {
  for (let isAgain = false; ; isAgain = true) {
    try {
      return { answer: await send(isAgain), isReply: true }
    } catch (error) {
      if (!keptFailures.has(codeOf(error) ?? '')) throw error
      // Done before the failure, by somebody else, or paid: its present state decides.
      const answer = await retrieveCheckoutSession(call, sessionId)
      if (answer.object.status !== 'open') return { answer, isReply: false }
      if (isAgain) throw error
    }
  }
}

/**
 * Ends a session that nobody was given. Its end needs no note of its own: until it is known, the request that made the
 * session is without an answer, and is looked up. @throws Fault of stripeFault
 */
export async function expireUnused(call: StripeCall, attempt: Pick<AttemptRow, 'id'>, sessionId: string): Promise<SessionAnswer> {
  const key = `${attempt.id}:expire_orphan:${sessionId}`
  const { answer } = await expireWith(call, sessionId, (isAgain) => expireCheckoutSession(call, sessionId, isAgain ? `${key}:${newId()}` : key))
  return answer
}
