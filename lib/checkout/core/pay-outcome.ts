import type { AttemptState } from './attempt-state'

/** What a payer is told about the link they opened. Each has a page of its own. */
export const payOutcomes = ['open', 'preparing', 'processing', 'paid', 'already_paid', 'failed', 'expired'] as const
export type PayOutcome = (typeof payOutcomes)[number]

/**
 * From stored rows alone: the return page never decides. `already_paid`: this link took no money and another way did.
 */
export function payOutcome(attempt: { state: AttemptState }, order: { paid_at: Date | null; payment_state: string; deleted_at: Date | null }): PayOutcome {
  if (attempt.state === 'paid') return 'paid'
  if (attempt.state === 'processing') return 'processing'
  const paidElsewhere = order.paid_at !== null || ['paid', 'overpaid', 'disputed', 'partly_refunded'].includes(order.payment_state)
  if (paidElsewhere) return 'already_paid'
  if (attempt.state === 'failed') return 'failed'
  if (attempt.state === 'expired' || attempt.state === 'canceled' || order.deleted_at !== null) return 'expired'
  return attempt.state === 'creating' ? 'preparing' : 'open'
}

/** How often the payer's page may have Stripe asked about its session, by what is known so far; null: nothing to ask. */
export function askAgainAfterMs(outcome: PayOutcome): number | null {
  if (outcome === 'open') return 3_000
  if (outcome === 'processing') return 60_000
  return null
}
