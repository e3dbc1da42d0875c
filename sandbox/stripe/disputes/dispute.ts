import type Stripe from 'stripe'
import { newId } from '../../core/ids'
import { addTransaction, stripeFee } from '../balance/transactions'
import { balanceTransactionObject } from '../render'
import { DAY, emit, ownedBy, type Call } from '../call'
import { disputeFee } from '../money'
import { refused } from '../protocol/errors'
import { idOf, type ChargeRow, type DisputeRow } from '../tables'

/** Scheduled for a dispute's deadline and for the decision after evidence was submitted. */
export interface DisputeStep {
  readonly account: string
  readonly livemode: boolean
  readonly dispute: string
  readonly outcome: 'won' | 'lost'
}

export const DISPUTE_DEADLINE = 'stripe.dispute_deadline'
export const DISPUTE_DECISION = 'stripe.dispute_decision'
const RESPONSE_SECONDS = 9 * DAY

const NO_EVIDENCE: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
}

const NETWORK_CODES: Readonly<Record<string, string>> = {
  fraudulent: '10.4',
  product_not_received: '13.1',
  duplicate: '12.6.1',
  product_unacceptable: '13.3',
  credit_not_processed: '13.6',
  general: '10.4',
}

function withdraw(call: Call, disputeId: string, charge: ChargeRow, amount: number): Stripe.BalanceTransaction {
  const { currency } = charge.object
  const row = addTransaction(call, {
    type: 'adjustment',
    reporting_category: 'dispute',
    amount: -amount,
    currency,
    fee_details: [stripeFee(disputeFee(currency), currency, 'Dispute fee')],
    source: disputeId,
    description: `Chargeback withdrawal for ${charge.id}`,
    available: 'now',
  })
  return balanceTransactionObject(call, row)
}

function change(call: Call, row: DisputeRow, fields: Partial<Stripe.Dispute>): DisputeRow {
  return call.tables.dispute.put({ ...row, object: { ...row.object, ...fields } })
}

/**
 * Opens a dispute: a chargeback withdraws amount and fee at once, an inquiry (warning_needs_response) does not
 * (docs.stripe.com/disputes/how-disputes-work). Throws 400 when the charge cannot be disputed.
 */
export function openDispute(call: Call, chargeId: string, options: { reason: string; inquiry?: boolean; amount?: number }): DisputeRow {
  const charge = call.tables.charge.get(chargeId)
  if (charge === undefined || charge.object.status !== 'succeeded' || !charge.object.captured) throw refused(`Charge ${chargeId} cannot be disputed.`)
  if (charge.object.disputed) throw refused(`Charge ${chargeId} is already disputed.`, { code: 'charge_disputed' })
  const amount = options.amount ?? charge.object.amount_captured
  if (amount < 1 || amount > charge.object.amount_captured) throw refused('A dispute can be at most the captured amount.')
  const inquiry = options.inquiry ?? false
  const id = newId('du', 24)
  const now = call.world.clock.now()
  const card = charge.object.payment_method_details?.card
  const code = NETWORK_CODES[options.reason] ?? null
  const object = {
    id,
    object: 'dispute',
    amount,
    balance_transactions: inquiry ? [] : [withdraw(call, id, charge, amount)],
    charge: charge.id,
    created: now,
    currency: charge.object.currency,
    enhanced_eligibility_types: [],
    evidence: { ...NO_EVIDENCE, customer_email_address: charge.object.billing_details.email, customer_name: charge.object.billing_details.name },
    evidence_details: {
      due_by: now + RESPONSE_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: call.livemode,
    metadata: {},
    ...(code === null ? {} : { network_reason_code: code }),
    payment_intent: idOf(charge.object.payment_intent),
    ...(card == null
      ? {}
      : {
          payment_method_details: {
            type: 'card',
            card: { brand: card.brand ?? 'visa', case_type: inquiry ? 'inquiry' : 'chargeback', network: card.network ?? 'visa', network_reason_code: code },
          },
        }),
    reason: options.reason,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  } satisfies Stripe.Dispute
  const row = call.tables.dispute.put(ownedBy(call, object))
  call.tables.charge.put({ ...charge, object: { ...charge.object, disputed: true } })
  const deadline: DisputeStep = { account: call.account.id, livemode: call.livemode, dispute: id, outcome: 'lost' }
  call.world.clock.schedule(now + RESPONSE_SECONDS, DISPUTE_DEADLINE, deadline)
  emit(call, 'charge.dispute.created', row.object)
  if (!inquiry) emit(call, 'charge.dispute.funds_withdrawn', row.object)
  return row
}

/** An inquiry becomes a chargeback: the money is withdrawn now. */
export function escalate(call: Call, row: DisputeRow): DisputeRow {
  const charge = call.tables.charge.get(idOf(row.object.charge) ?? '')
  if (charge === undefined || row.object.balance_transactions.length > 0) return row
  const updated = change(call, row, {
    status: 'needs_response',
    is_charge_refundable: false,
    balance_transactions: [withdraw(call, row.id, charge, row.object.amount)],
  })
  emit(call, 'charge.dispute.updated', updated.object, { status: row.object.status, is_charge_refundable: true, balance_transactions: [] })
  emit(call, 'charge.dispute.funds_withdrawn', updated.object)
  return updated
}

const OPEN = new Set(['needs_response', 'under_review', 'warning_needs_response', 'warning_under_review'])

export function isOpen(row: DisputeRow): boolean {
  return OPEN.has(row.object.status)
}

/**
 * Ends a dispute. Won: the amount comes back (not the fee). Lost: nothing moves any more. An inquiry ends
 * as warning_closed either way unless it is lost, which escalates it first. Throws 400 when it has ended.
 */
export function resolveDispute(call: Call, disputeId: string, outcome: 'won' | 'lost'): DisputeRow {
  const found = call.tables.dispute.get(disputeId)
  if (found === undefined || !isOpen(found)) throw refused(`Dispute ${disputeId} is not open.`)
  const inquiry = found.object.status.startsWith('warning_')
  if (inquiry && outcome === 'won') {
    const closed = change(call, found, { status: 'warning_closed' })
    const charge = call.tables.charge.get(idOf(found.object.charge) ?? '')
    if (charge !== undefined) call.tables.charge.put({ ...charge, object: { ...charge.object, disputed: false } })
    emit(call, 'charge.dispute.closed', closed.object)
    return closed
  }
  const row = inquiry ? escalate(call, found) : found
  if (outcome === 'lost') {
    const lost = change(call, row, { status: 'lost' })
    emit(call, 'charge.dispute.closed', lost.object)
    return lost
  }
  const back = addTransaction(call, {
    type: 'adjustment',
    reporting_category: 'dispute_reversal',
    amount: row.object.amount,
    currency: row.object.currency,
    fee_details: [],
    source: row.id,
    description: `Chargeback reversal for ${idOf(row.object.charge) ?? ''}`,
    available: 'now',
  })
  const won = change(call, row, { status: 'won', balance_transactions: [...row.object.balance_transactions, balanceTransactionObject(call, back)] })
  emit(call, 'charge.dispute.funds_reinstated', won.object)
  emit(call, 'charge.dispute.closed', won.object)
  return won
}
