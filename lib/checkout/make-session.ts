import { config } from '@/lib/config/config'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { canonicalJson } from '@/lib/idempotency/core/canonical'
import { clock } from '@/lib/kernel/clock'
import { codeOf } from '@/lib/kernel/fault'
import { publicId } from '@/lib/kernel/id'
import { seal, sha256 } from '@/lib/kernel/seal'
import { createCheckoutSession, findCheckoutSession, retrieveCheckoutSession, type SessionAnswer } from '@/lib/stripe/checkout-sessions'
import { isOutcomeUnknown, stripeDetailOf } from '@/lib/stripe/stripe-fault'
import { clientSecretPlace, type AttemptRow } from './core/attempt'
import type { OrderToCharge } from './core/order-to-charge'
import { isUnderWay, mayStillArrive, resumeWith, type SentRequest } from './core/resume'
import { sessionParams } from './core/session-params'
import { checkoutInProgress, sessionTotalDiffers } from './errors'
import { expireUnused } from './expire-session'
import { payUrlOf } from './pay-link'
import { callFor, recordSession, type SessionCall } from './session-call'
import { selectAttempt, updateToEnded, updateToNextGeneration, updateToOpen } from './store/attempts'
import { keyOf, noteAnswer, noteSending, selectRequest } from './store/requests'

/** How long a request waits for the one that is making the session already. */
const waitMs = 3_000
const lookMs = 75
/** A look-up asks for sessions created from this long before the first sending. */
export const lookBackMs = 5 * 60_000

/** `mayRenew`: one request takes one new generation at most, however often Stripe fails. */
type Making = { scope: Scope; call: SessionCall; attempt: AttemptRow; order: OrderToCharge; store_name: string; hash: string; mayRenew: boolean }

/**
 * Brings an attempt from creating to open: makes its session, or finds the one that an unanswered request made. Safe to
 * run twice at the same moment and after a kill anywhere: the key is stored before the request, the same key does it
 * once, and the attempt takes one session. When it returns, the attempt is to be looked at again.
 * @throws Fault of stripeFault, `checkout_in_progress`, `session_total_differs`
 */
export async function makeSession(scope: Scope, attempt: AttemptRow, order: OrderToCharge, store_name: string, isOurs: boolean): Promise<void> {
  const call = await callFor(scope, attempt)
  const making: Making = { scope, call, attempt, order, store_name, hash: hashOf(attempt, order, store_name), mayRenew: true }
  const request = await withTenant(scope, (tx) => selectRequest(tx, attempt, 'create_session'))
  if (!isOurs && isUnderWay(request, clock.now()) && (await waitWhileCreating(scope, attempt))) return
  const matchesOrder = attempt.amount === order.total && attempt.currency === order.currency && attempt.order_revision === order.revision
  if (matchesOrder && resumeWith(request, making.hash, clock.now()) === 'send') return send(making)
  return lookUp(making, request)
}

/** Sends the create under the attempt's key, first or again. */
async function send(making: Making): Promise<void> {
  const { scope, call, attempt } = making
  await withTenant(scope, (tx) => noteSending(tx, attempt, 'create_session', making.hash, clock.now()))
  let answer: SessionAnswer
  try {
    answer = await createCheckoutSession(call, paramsOf(attempt, making.order, making.store_name), keyOf(attempt, 'create_session'))
  } catch (error) {
    return afterFailure(making, error)
  }
  return adopt(making, answer)
}

async function afterFailure(making: Making, error: unknown): Promise<void> {
  const { scope, attempt } = making
  const detail = stripeDetailOf(error)
  const code = codeOf(error) ?? 'unknown'
  // Another contents under our key: the order or our wording changed between two sendings. The first one may have worked.
  const isUnknown = isOutcomeUnknown(error) || code === 'stripe_idempotency_conflict' || detail === null
  await withTenant(scope, async (tx) => {
    await noteAnswer(tx, attempt, 'create_session', {
      state: isUnknown ? 'unanswered' : 'refused',
      http_status: detail?.http_status ?? null,
      request_id: detail?.request_id ?? null,
      error: code,
      reply: null,
      at: clock.now(),
    })
    if (!isUnknown) await updateToEnded(tx, attempt, { from: ['creating'], to: 'canceled', reason: code, at: clock.now() })
  })
  if ((detail?.http_status !== 500 && code !== 'stripe_idempotency_conflict') || !making.mayRenew) throw error
  return lookUp(making, await withTenant(scope, (tx) => selectRequest(tx, attempt, 'create_session')))
}

/** Asks Stripe whether the session exists; if not, takes a new generation for what the order says now. */
async function lookUp(making: Making, request: SentRequest | null): Promise<void> {
  const { scope, call, attempt, order } = making
  const now = clock.now()
  const sentAt = request?.sent_at ?? attempt.created_at
  const found = await findCheckoutSession(call, {
    client_reference_id: publicId('attempt', attempt.id),
    from: new Date(sentAt.getTime() - lookBackMs),
  })
  if (found) return adopt(making, found)
  if (mayStillArrive(request, now)) throw checkoutInProgress()
  const next = {
    ...attempt,
    generation: attempt.generation + 1,
    amount: order.total ?? attempt.amount,
    currency: order.currency,
    order_revision: order.revision,
  }
  const hash = hashOf(next, order, making.store_name)
  const isOurs = await withTenant(scope, async (tx) => {
    const isOurs = await updateToNextGeneration(tx, attempt, next)
    if (isOurs) await noteSending(tx, next, 'create_session', hash, now)
    return isOurs
  })
  if (isOurs) return send({ ...making, attempt: next, hash, mayRenew: false })
}

type Adopting = Pick<Making, 'scope' | 'call' | 'attempt'>

/**
 * Gives the attempt its session, whoever made or found it. The answer is stored for the fold in the same transaction
 * that opens the attempt; a session that the attempt cannot take is ended. @throws Fault of stripeFault, `session_total_differs`
 */
export async function adopt(making: Adopting, answer: SessionAnswer): Promise<void> {
  const { scope, call, attempt } = making
  const session = answer.object
  if (session.status === 'expired') {
    await withTenant(scope, async (tx) => {
      await updateToEnded(tx, attempt, { from: ['creating'], to: 'expired', reason: 'session_expired', at: clock.now(), session_id: session.id })
      await recordSession(tx, call, answer)
    })
    return
  }
  if (session.amount_total === null || BigInt(session.amount_total) !== attempt.amount || session.currency !== attempt.currency)
    return refuseTotal(making, answer)

  const secret = session.client_secret ?? (await retrieveCheckoutSession(call, session.id)).object.client_secret
  // Without its secret nobody can pay it.
  if (secret === null) return discard(making, session.id)
  const sealed = seal(config().secret, clientSecretPlace(attempt), secret)
  const opened = await withTenant(scope, async (tx) => {
    const opened = await updateToOpen(tx, attempt, {
      id: session.id,
      client_secret_sealed: sealed,
      expires_at: new Date(session.expires_at * 1000),
      opened_at: clock.now(),
    })
    if (opened) {
      await noteAnswer(tx, attempt, 'create_session', {
        state: 'answered',
        http_status: 200,
        request_id: answer.request_id,
        error: null,
        reply: { session: session.id, status: session.status },
        at: clock.now(),
      })
      await recordSession(tx, call, answer)
    }
    return opened
  })
  if (opened) return
  const present = await withTenant(scope, (tx) => selectAttempt(tx, scope, attempt.id))
  // A later generation was made meanwhile: nobody was given this session's secret, and nobody will be.
  if (present?.session_id !== session.id) await expireUnused(call, attempt, session.id)
}

async function discard({ scope, call, attempt }: Adopting, sessionId: string): Promise<void> {
  const ended = await expireUnused(call, attempt, sessionId)
  await withTenant(scope, async (tx) => {
    await updateToEnded(tx, attempt, { from: ['creating'], to: 'expired', reason: 'session_unusable', at: clock.now(), session_id: sessionId })
    await recordSession(tx, call, ended)
  })
}

async function refuseTotal({ scope, call, attempt }: Adopting, answer: SessionAnswer): Promise<never> {
  const ended = await expireUnused(call, attempt, answer.object.id)
  await withTenant(scope, async (tx) => {
    await updateToEnded(tx, attempt, { from: ['creating'], to: 'canceled', reason: 'session_total_differs', at: clock.now() })
    await noteAnswer(tx, attempt, 'create_session', {
      state: 'refused',
      http_status: 200,
      request_id: answer.request_id,
      error: 'session_total_differs',
      reply: { session: answer.object.id, status: ended.object.status },
      at: clock.now(),
    })
    await recordSession(tx, call, ended)
  })
  throw sessionTotalDiffers()
}

/** True when the attempt left creating, or went on to another generation, while we waited. */
async function waitWhileCreating(scope: Scope, attempt: AttemptRow): Promise<boolean> {
  for (const until = clock.wallMs() + waitMs; clock.wallMs() < until;) {
    await clock.sleep(lookMs)
    const present = await withTenant(scope, (tx) => selectAttempt(tx, scope, attempt.id))
    if (present === null || present.state !== 'creating' || present.generation !== attempt.generation) return true
  }
  return false
}

/** Hash of what will be asked, for the stored request. */
export function hashOf(attempt: AttemptRow, order: OrderToCharge, storeName: string): string {
  return sha256(canonicalJson(paramsOf(attempt, order, storeName))).toString('hex')
}

function paramsOf(attempt: AttemptRow, order: OrderToCharge, storeName: string): ReturnType<typeof sessionParams> {
  return sessionParams({ attempt, order, store_name: storeName, env: config().mode, return_url: `${payUrlOf(attempt)}/return` })
}
