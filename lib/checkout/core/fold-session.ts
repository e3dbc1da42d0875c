import type Stripe from 'stripe'
import { once, type Snapshot } from '@/lib/inbox/core/standing'
import { publicId } from '@/lib/kernel/public-id'
import type { AttemptRow } from './attempt'
import { strongest, type AttemptState } from './attempt-state'

/** `reads`: why Stripe should be asked for this session; `alarm`: what cannot be; `note`: why nothing of ours changed. */
export type FoldedSession = {
  row: AttemptRow | null
  reads: string[]
  alarm?: 'expired_and_complete' | 'complete_after_cancel' | 'other_session_paid'
  note?: 'foreign_session' | 'other_session'
}

const statusRank: Record<string, number> = { open: 0, expired: 1, complete: 2 }
const paymentRank: Record<string, number> = { unpaid: 0, no_payment_required: 1, paid: 2 }

/**
 * One snapshot of a Checkout Session onto the attempt it answers (found by session id, else by `client_reference_id`).
 * Every field only grows or keeps the strongest word, so order and repetition do not show. The event types
 * `async_payment_succeeded` and `async_payment_failed` are facts: the failed one carries the same session as
 * `completed` with `unpaid` (docs.stripe.com/payments/checkout/fulfillment). Completed and expired both seen asks Stripe.
 */
export function foldSession(attempt: AttemptRow | null, session: Stripe.Checkout.Session, snapshot: Snapshot): FoldedSession {
  if (attempt === null) return { row: null, reads: [], note: 'foreign_session' }
  const says = wordOf(session, snapshot.type)
  if (!answers(attempt, session)) {
    return { row: attempt, reads: [], note: 'other_session', ...(says === 'paid' && { alarm: 'other_session_paid' as const }) }
  }

  const reads: string[] = []
  const intent = once({ snapshot_at: null, read_as_of: attempt.session_as_of }, snapshot, attempt.payment_intent_id, idOf(session.payment_intent))
  if (intent.read) reads.push('two_ids')

  const completed = says === 'processing' || says === 'failed' || says === 'paid'
  const contradicts =
    (says === 'expired' && (attempt.session_status === 'complete' || ['processing', 'failed', 'paid'].includes(attempt.state))) ||
    (completed && (attempt.session_status === 'expired' || attempt.state === 'expired'))
  const settled = attempt.session_as_of !== null && snapshot.created.getTime() < attempt.session_as_of.getTime()
  if (contradicts && snapshot.as_of === null && !settled) reads.push('expired_and_complete')

  const state = says === null ? attempt.state : strongest(attempt.state, says)
  const row: AttemptRow = {
    ...attempt,
    state,
    // Until the session is over, it is the verb that made it that says which one it is, with its client secret.
    session_id: attempt.session_id ?? (says === null ? null : session.id),
    session_status: highest(statusRank, attempt.session_status, says === 'expired' ? 'expired' : completed ? 'complete' : session.status),
    session_payment_status: highest(
      paymentRank,
      attempt.session_payment_status,
      says === 'paid' && session.payment_status === 'unpaid' ? 'paid' : session.payment_status,
    ),
    session_expires_at: attempt.session_expires_at ?? new Date(session.expires_at * 1000),
    session_as_of: laterOf(attempt.session_as_of, snapshot.as_of),
    payment_intent_id: intent.value,
    ended_at: endedAt(attempt, state, says, snapshot.created),
  }
  const alarm = contradicts ? 'expired_and_complete' : completed && attempt.state === 'canceled' ? 'complete_after_cancel' : undefined
  return { row, reads, ...(alarm && { alarm }) }
}

/** Is it this attempt's session? By id once known; before that by the reference that we gave it. */
function answers(attempt: AttemptRow, session: Stripe.Checkout.Session): boolean {
  if (attempt.session_id !== null) return attempt.session_id === session.id
  return session.client_reference_id === publicId('attempt', attempt.id)
}

/** What one snapshot says of the attempt's state; null while the session is open, for that is no news. */
function wordOf(session: Stripe.Checkout.Session, type: string): AttemptState | null {
  if (
    type === 'checkout.session.async_payment_succeeded' ||
    session.payment_status === 'paid' ||
    (session.status === 'complete' && session.payment_status === 'no_payment_required')
  )
    return 'paid'
  if (type === 'checkout.session.async_payment_failed') return 'failed'
  if (type === 'checkout.session.completed' || session.status === 'complete') return 'processing'
  if (type === 'checkout.session.expired' || session.status === 'expired') return 'expired'
  return null
}

/** The earliest moment at which something said the state that ended it: an event's `created`; a read only says "by then". */
function endedAt(attempt: AttemptRow, state: AttemptState, says: AttemptState | null, at: Date): Date | null {
  if (says === 'processing' || says === null || says !== state) return attempt.ended_at
  if (attempt.state === state && attempt.ended_at !== null && attempt.ended_at.getTime() <= at.getTime()) return attempt.ended_at
  return at
}

/** The higher of two words; one that we do not know is kept when there is nothing else, and never beats a known one. */
function highest(rank: Record<string, number>, current: string | null, incoming: string | null): string | null {
  if (current === null || incoming === null) return current ?? incoming
  const [a, b] = [rank[current] ?? -1, rank[incoming] ?? -1]
  return b > a || (b === a && incoming > current) ? incoming : current
}

function laterOf(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b
  return a.getTime() >= b.getTime() ? a : b
}

function idOf(reference: string | { id: string } | null): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null)
}
