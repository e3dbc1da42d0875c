import { isOver } from '@/lib/disputes/core/dispute'
import { publicId } from '@/lib/kernel/public-id'
import { formatMinor } from '@/lib/money/core/decimal'
import type { RefundRow } from '@/lib/refunds/core/refund'
import type { Attribution } from './attribute'
import { mayBeReversal, refundsOf } from './captures'
import type { Facts, OrderFacts } from './facts'
import type { Hop } from './hop'
import type { Finding, Verdict } from './verdict'

/** What the store should be told: the order is paid, and notes on what went back. */
export function effectsOf(
  facts: Facts,
  order: OrderFacts | null,
  orderHop: Hop,
  store: Hop,
  attribution: Attribution,
  findings: Finding[],
): Verdict['effects'] {
  if (!order) return []
  const { payment } = facts
  const at = { order_id: order.id, store_id: order.store_id }
  const effects: Verdict['effects'] = []
  const disagrees = findings.some((finding) => finding.type === 'currency_differs' || finding.type === 'amount_differs' || finding.type === 'wrong_store')
  if (payment.status === 'succeeded' && attribution.kind === 'proven' && store.state !== 'proven' && !disagrees) {
    effects.push({
      ...at,
      kind: 'order.mark_paid',
      subject: publicId('order', order.id),
      cause: payment.stripe_id,
      payload: {
        reference: payment.stripe_id,
        amount: attribution.attempt.amount.toString(),
        currency: payment.currency,
        paid_at: payment.succeeded_at?.toISOString() ?? null,
        payment_id: payment.id,
      },
    })
  }
  if (orderHop.state !== 'proven') return effects
  // A note cannot be taken back: what may be none waits for the ledger.
  for (const refund of refundsOf(facts).filter((row) => !mayBeReversal(row, facts))) {
    if (refund.status === 'succeeded' || refund.status === 'failed') {
      effects.push({ ...at, kind: 'order.note', subject: refund.stripe_id, cause: refund.status, payload: { text: refundNote(refund) } })
    }
  }
  // What it passes through between opening and its end may be told in any order, or never: no note hangs on that.
  for (const dispute of facts.disputes.filter((row) => row.status !== 'unknown')) {
    const note = (cause: string, text: string) => effects.push({ ...at, kind: 'order.note', subject: dispute.stripe_id, cause, payload: { text } })
    const what = `${formatMinor(dispute.amount, dispute.currency)} of payment ${payment.stripe_id} (${dispute.stripe_id})`
    note('opened', `The customer's bank disputes ${what}.`)
    if (isOver(dispute)) note(dispute.status, `The dispute of ${what} ended: ${dispute.status.replaceAll('_', ' ')}.`)
  }
  return effects
}

function refundNote(refund: RefundRow): string {
  const amount = formatMinor(refund.amount, refund.currency)
  return refund.status === 'succeeded'
    ? `Refunded ${amount} to the customer (${refund.stripe_id}).`
    : `The refund of ${amount} failed (${refund.stripe_id}, ${refund.failure_reason ?? 'no reason given'}): the money is back in the Stripe balance.`
}
