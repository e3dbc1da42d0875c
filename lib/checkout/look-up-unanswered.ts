import { withTenant, type Scope } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { codeOf, messageOf } from '@/lib/kernel/fault'
import { publicId } from '@/lib/kernel/id'
import { log } from '@/lib/log/log'
import { findCheckoutSession, listCheckoutSessions, retrieveCheckoutSession } from '@/lib/stripe/checkout-sessions'
import type { AttemptRow } from './core/attempt'
import { lookAtSession } from './end-session'
import { expireUnused } from './expire-session'
import { adopt, lookBackMs } from './make-session'
import { callFor, recordSession } from './session-call'
import { selectAttempt, updateToEnded } from './store/attempts'
import { selectOpenRequests, type OpenRequest } from './store/open-requests'
import { noteAnswer } from './store/requests'

/** Business time after its first sending at which nobody waits for an answer any more. */
const forgottenMs = 3 * 60_000
const atOnce = 4
const pageSize = 40

/**
 * Requests to Stripe whose answer we never stored: the process died between Stripe's answer and our row, or nothing
 * usable came back. Stripe is asked what became of each, by a reading that makes nothing: an attempt whose session is
 * there takes it, one whose session was never made is closed. A step of the worker's loop, run seldom.
 * @returns false: what Stripe did not answer is looked up again at the next turn
 */
export async function lookUpUnansweredStep(): Promise<boolean> {
  const sentBefore = new Date(clock.nowMs() - forgottenMs)
  for (let after: OpenRequest | null = null; ;) {
    const requests: OpenRequest[] = await selectOpenRequests(sentBefore, after, pageSize)
    for (let at = 0; at < requests.length; at += atOnce) await Promise.all(requests.slice(at, at + atOnce).map(lookUpOne))
    after = requests.at(-1) ?? null
    if (requests.length < pageSize) return false
  }
}

async function lookUpOne(request: OpenRequest): Promise<void> {
  const scope: Scope = { tenant_id: request.tenant_id, mode: request.mode }
  try {
    const attempt = await withTenant(scope, (tx) => selectAttempt(tx, scope, request.attempt_id))
    if (attempt === null) return
    if (request.operation === 'expire_session') return await settleExpire(scope, attempt, request)
    await settleCreate(scope, attempt, request)
  } catch (error) {
    const about = { job_id: 'unanswered requests', tenant_id: request.tenant_id, attempt: request.attempt_id, code: codeOf(error) }
    log().warn({ ...about, error: messageOf(error) }, 'what became of a request to Stripe could not be found out; it is looked up again')
  }
}

/** Was the session made? By id when the attempt knows it, else by the reference that it carries. */
async function settleCreate(scope: Scope, attempt: AttemptRow, request: OpenRequest): Promise<void> {
  if (attempt.generation > request.generation) return settleOvertaken(scope, attempt, request)
  const call = await callFor(scope, attempt)
  const isCurrent = attempt.state === 'creating'
  const found =
    attempt.session_id !== null
      ? await retrieveCheckoutSession(call, attempt.session_id)
      : await findCheckoutSession(call, {
          client_reference_id: publicId('attempt', attempt.id),
          from: new Date(request.sent_at.getTime() - lookBackMs),
        })
  if (found !== null && isCurrent) {
    await adopt({ scope, call, attempt }, found)
    log().info({ job_id: 'unanswered requests', attempt: attempt.id, session: found.object.id }, 'a session whose answer was lost was found at Stripe')
  }
  if (found === null) return noteNeverMade(scope, attempt, request)
  await withTenant(scope, async (tx) => {
    await noteAnswer(tx, attempt, 'create_session', {
      state: 'answered',
      http_status: 200,
      request_id: found.request_id,
      error: null,
      reply: { session: found.object.id, status: found.object.status },
      at: clock.now(),
    })
    if (!isCurrent) await recordSession(tx, call, found)
  })
}

/**
 * A later generation begins only after Stripe said that this one made nothing; but what was sent may have arrived after
 * that. Nobody was given the secret of such a session: it is ended, so that it does not stay open beside the attempt's own.
 */
async function settleOvertaken(scope: Scope, attempt: AttemptRow, request: OpenRequest): Promise<void> {
  // Which session is the attempt's own is not known yet: this is looked up again.
  if (attempt.state === 'creating') return
  const call = await callFor(scope, attempt)
  const all = await listCheckoutSessions(call, {
    client_reference_id: publicId('attempt', attempt.id),
    from: new Date(request.sent_at.getTime() - lookBackMs),
  })
  const orphans = all.filter(({ object }) => object.id !== attempt.session_id)
  for (const { object } of orphans) if (object.status === 'open') await expireUnused(call, attempt, object.id)
  const [newest] = orphans
  if (newest === undefined) return noteNeverMade(scope, attempt, request)
  log().info({ job_id: 'unanswered requests', attempt: attempt.id, session: newest.object.id }, 'a session that a later one had taken the place of was ended')
  await withTenant(scope, (tx) =>
    noteAnswer(tx, { ...attempt, generation: request.generation }, 'create_session', {
      state: 'answered',
      http_status: 200,
      request_id: newest.request_id,
      error: null,
      reply: { session: newest.object.id, status: newest.object.status === 'open' ? 'expired' : newest.object.status },
      at: clock.now(),
    }),
  )
}

/** Stripe knows no session of this request: the attempt that waited for it is closed, its order is free again. */
async function noteNeverMade(scope: Scope, attempt: AttemptRow, request: OpenRequest): Promise<void> {
  await withTenant(scope, async (tx) => {
    await noteAnswer(tx, { ...attempt, generation: request.generation }, 'create_session', {
      state: 'refused',
      http_status: null,
      request_id: null,
      error: 'never_created',
      reply: null,
      at: clock.now(),
    })
    if (attempt.generation === request.generation)
      await updateToEnded(tx, attempt, { from: ['creating'], to: 'canceled', reason: 'never_created', at: clock.now() })
  })
}

/** Did it end? Its present state says so; where it is still open, whoever needs it ended asks again. */
async function settleExpire(scope: Scope, attempt: AttemptRow, request: OpenRequest): Promise<void> {
  if (attempt.session_id === null) return
  const present = await lookAtSession(scope, { ...attempt, session_id: attempt.session_id })
  await withTenant(scope, (tx) =>
    noteAnswer(tx, { ...attempt, generation: request.generation }, 'expire_session', {
      state: 'answered',
      http_status: null,
      request_id: null,
      error: null,
      reply: { session: attempt.session_id ?? '', status: present },
      at: clock.now(),
    }),
  )
}
