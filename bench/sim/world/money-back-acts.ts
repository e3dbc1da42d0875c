import { type Account, type Thing } from './account'
import { addTransaction, newDispute, newPayout, newRefund, type Settled } from './stripe-things'

/** What Stripe does when money goes back: refunds, disputes, payouts. Same rules as payment-acts. */

/** `settled`: the movement, when money moves at once (status succeeded). The charge counts what is asked, not only what succeeded. */
export function refund(account: Account, charge: Thing, amount: number, status: string, settled: Settled | null, nowMs: number): Thing {
  const made = newRefund(account, charge, amount, status, nowMs)
  if (settled) made.balance_transaction = addTransaction(account, made.id, refundKind(charge), settled, nowMs).id
  const before = { amount_refunded: charge.amount_refunded, refunded: charge.refunded }
  countRefund(charge, amount)
  account.emit('refund.created', made, nowMs)
  account.emit('charge.refunded', charge, nowMs, before)
  return made
}

export function refundSucceeds(account: Account, charge: Thing, made: Thing, settled: Settled, nowMs: number): void {
  const before = { status: made.status }
  Object.assign(made, {
    status: 'succeeded',
    pending_reason: null,
    balance_transaction: addTransaction(account, made.id, refundKind(charge), settled, nowMs).id,
  })
  account.emit('refund.updated', made, nowMs, before)
}

/** `settled`: the money that comes back, when it had left. The charge counts it no longer. */
export function refundFails(account: Account, charge: Thing, made: Thing, settled: Settled | null, nowMs: number): void {
  const before = { status: made.status }
  Object.assign(made, { status: 'failed', pending_reason: null, failure_reason: 'expired_or_canceled_card' })
  if (settled) {
    const kind = { type: 'refund_failure', reporting_category: 'refund_failure', description: `REFUND FAILURE (${charge.id})` }
    made.failure_balance_transaction = addTransaction(account, made.id, kind, settled, nowMs).id
  }
  countRefund(charge, -Number(made.amount))
  account.emit('refund.updated', made, nowMs, before)
  account.emit('refund.failed', made, nowMs)
  account.emit('charge.updated', charge, nowMs)
}

export function refundCanceled(account: Account, charge: Thing, made: Thing, nowMs: number): void {
  const before = { status: made.status }
  Object.assign(made, { status: 'canceled', pending_reason: null })
  countRefund(charge, -Number(made.amount))
  account.emit('refund.updated', made, nowMs, before)
}

function countRefund(charge: Thing, amount: number): void {
  const refunded = Number(charge.amount_refunded) + amount
  Object.assign(charge, { amount_refunded: refunded, refunded: refunded >= Number(charge.amount_captured) })
}

function refundKind(charge: Thing): { type: string; reporting_category: string; description: string } {
  return { type: charge.id.startsWith('py') ? 'payment_refund' : 'refund', reporting_category: 'refund', description: `REFUND FOR CHARGE (${charge.id})` }
}

/** A chargeback takes amount and fee at once; an inquiry (`warning_...`) and a prevented one take nothing. */
export function openDispute(account: Account, charge: Thing, amount: number, status: string, taken: Settled | null, nowMs: number): Thing {
  const dispute = newDispute(account, charge, amount, status, nowMs)
  if (taken) addLeg(account, dispute, charge, 'dispute', taken, nowMs)
  charge.disputed = true
  account.emit('charge.dispute.created', dispute, nowMs)
  if (taken) account.emit('charge.dispute.funds_withdrawn', dispute, nowMs)
  return dispute
}

/** Any step between opening and closing; `taken` when an inquiry becomes a chargeback. */
export function moveDispute(account: Account, charge: Thing, dispute: Thing, status: string, taken: Settled | null, nowMs: number): void {
  const before = { status: dispute.status }
  dispute.status = status
  if (status.endsWith('under_review'))
    dispute.evidence_details = { ...(dispute.evidence_details as Record<string, unknown>), has_evidence: true, submission_count: 1 }
  if (taken) addLeg(account, dispute, charge, 'dispute', taken, nowMs)
  account.emit('charge.dispute.updated', dispute, nowMs, before)
  if (taken) account.emit('charge.dispute.funds_withdrawn', dispute, nowMs)
}

/** won, lost or warning_closed; `returned` when the money comes back. */
export function closeDispute(account: Account, charge: Thing, dispute: Thing, status: string, returned: Settled | null, nowMs: number): void {
  dispute.status = status
  if (returned) addLeg(account, dispute, charge, 'dispute_reversal', returned, nowMs)
  if (returned) account.emit('charge.dispute.funds_reinstated', dispute, nowMs)
  account.emit('charge.dispute.closed', dispute, nowMs)
}

function addLeg(account: Account, dispute: Thing, charge: Thing, reporting_category: string, settled: Settled, nowMs: number): void {
  const description = reporting_category === 'dispute' ? `Chargeback withdrawal for ${charge.id}` : `Chargeback reversal for ${charge.id}`
  const leg = addTransaction(account, dispute.id, { type: 'adjustment', reporting_category, description }, settled, nowMs)
  dispute.balance_transactions = [...(dispute.balance_transactions as Thing[]), leg]
}

/** The balance leaves for the bank. `transactions`: what it is made of (automatic payouts only). */
export function payOut(account: Account, amount: number, currency: string, automatic: boolean, nowMs: number): Thing {
  const payout = newPayout(account, amount, currency, automatic, nowMs)
  const kind = { type: 'payout', reporting_category: 'payout', description: 'STRIPE PAYOUT' }
  payout.balance_transaction = addTransaction(account, payout.id, kind, { amount: -amount, fee: 0, currency, rate: null }, nowMs).id
  account.emit('payout.created', payout, nowMs)
  return payout
}

export function payoutMoves(account: Account, payout: Thing, status: 'in_transit' | 'paid', nowMs: number): void {
  const before = { status: payout.status }
  payout.status = status
  if (status === 'paid') payout.trace_id = { status: 'supported', value: `TRACE${payout.id.slice(-8)}` }
  account.emit(status === 'paid' ? 'payout.paid' : 'payout.updated', payout, nowMs, status === 'paid' ? undefined : before)
}

export function payoutItemised(account: Account, payout: Thing, nowMs: number): void {
  payout.reconciliation_status = 'completed'
  account.emit('payout.reconciliation_completed', payout, nowMs)
}

/** The bank sent it back (also after `paid`), or it was called off: the money is in the balance again. */
export function payoutReturns(account: Account, payout: Thing, status: 'failed' | 'canceled', nowMs: number): void {
  const kind = status === 'failed' ? 'payout_failure' : 'payout_cancel'
  const settled = { amount: Number(payout.amount), fee: 0, currency: String(payout.currency), rate: null }
  const back = addTransaction(account, payout.id, { type: kind, reporting_category: 'payout_reversal', description: 'STRIPE PAYOUT RETURNED' }, settled, nowMs)
  Object.assign(payout, { status, failure_balance_transaction: back.id })
  if (status === 'failed') Object.assign(payout, { failure_code: 'account_closed', failure_message: 'The bank account has been closed.' })
  account.emit(`payout.${status}`, payout, nowMs)
}
