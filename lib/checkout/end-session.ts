import { withTenant, type Scope } from '@/lib/db/tenant'
import { sha256 } from '@/lib/kernel/seal'
import { clock } from '@/lib/kernel/clock'
import { codeOf } from '@/lib/kernel/fault'
import { canonicalJson } from '@/lib/idempotency/core/canonical'
import { expireCheckoutSession, retrieveCheckoutSession, type SessionAnswer } from '@/lib/stripe/checkout-sessions'
import { isOutcomeUnknown, stripeDetailOf } from '@/lib/stripe/stripe-fault'
import type { AttemptRow } from './core/attempt'
import { generationToEnd } from './core/resume'
import { expireWith } from './expire-session'
import { callFor, recordSession, type SessionCall } from './session-call'
import { updateToEnded } from './store/attempts'
import { keyOf, noteAnswer, noteSending, selectLastRequest } from './store/requests'

export type Ended = 'expired' | 'paid' | 'processing'

/**
 * Ends an attempt's open session at Stripe, so that its order can be asked for anew. Only Stripe's word ends the
 * attempt: when it says that the session is complete, that is the answer instead.
 * @throws Fault of stripeFault; the attempt is then as before, and the same may be asked again
 */
export async function endSession(scope: Scope, attempt: AttemptRow & { session_id: string }, reason: string): Promise<Ended> {
  const call = await callFor(scope, attempt)
  let noted = attempt
  const { answer, refusal } = await expireWith(call, attempt.session_id, async () => {
    noted = await noteEnd(scope, attempt)
    try {
      return await expireCheckoutSession(call, attempt.session_id, keyOf(noted, 'expire_session'))
    } catch (error) {
      await noteFailure(scope, noted, error)
      throw error
    }
  })
  return settle(scope, call, attempt, answer, reason, refusal === null ? noted : null)
}

/** Notes the request for the end before it is sent, so that an answer that is lost can be looked up; answers under which generation. */
async function noteEnd<Open extends AttemptRow & { session_id: string }>(scope: Scope, attempt: Open): Promise<Open> {
  const hash = sha256(canonicalJson({ session: attempt.session_id })).toString('hex')
  return withTenant(scope, async (tx) => {
    const noted = { ...attempt, generation: generationToEnd(await selectLastRequest(tx, attempt, 'expire_session'), attempt.generation) }
    await noteSending(tx, noted, 'expire_session', hash, clock.now())
    return noted
  })
}

async function noteFailure(scope: Scope, noted: AttemptRow, error: unknown): Promise<void> {
  const detail = stripeDetailOf(error)
  await withTenant(scope, (tx) =>
    noteAnswer(tx, noted, 'expire_session', {
      state: isOutcomeUnknown(error) ? 'unanswered' : 'refused',
      http_status: detail?.http_status ?? null,
      request_id: detail?.request_id ?? null,
      error: codeOf(error),
      reply: null,
      at: clock.now(),
    }),
  )
}

/** Asks Stripe how the session stands, and ends the attempt when it has expired. */
export async function lookAtSession(scope: Scope, attempt: AttemptRow & { session_id: string }): Promise<Ended | 'open'> {
  const call = await callFor(scope, attempt)
  const now = await retrieveCheckoutSession(call, attempt.session_id)
  return now.object.status === 'open' ? 'open' : settle(scope, call, attempt, now, 'session_expired', null)
}

/** `noted`: the request that this is the answer to; null for a reading. */
async function settle(scope: Scope, call: SessionCall, attempt: AttemptRow, answer: SessionAnswer, reason: string, noted: AttemptRow | null): Promise<Ended> {
  const session = answer.object
  await withTenant(scope, async (tx) => {
    if (session.status === 'expired') await updateToEnded(tx, attempt, { from: ['creating', 'open'], to: 'expired', reason, at: clock.now() })
    if (noted !== null)
      await noteAnswer(tx, noted, 'expire_session', {
        state: 'answered',
        http_status: 200,
        request_id: answer.request_id,
        error: null,
        reply: { session: session.id, status: session.status },
        at: clock.now(),
      })
    await recordSession(tx, call, answer)
  })
  if (session.status === 'expired') return 'expired'
  return session.payment_status === 'unpaid' ? 'processing' : 'paid'
}
