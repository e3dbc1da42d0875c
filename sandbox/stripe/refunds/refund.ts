import type Stripe from 'stripe'
import { newId } from '../../core/ids'
import { addTransaction, stripeFee } from '../balance/transactions'
import { emit, find, ownedBy, type Call } from '../call'
import { formatAmount, processingFee } from '../money'
import { invalidParam, refused } from '../protocol/errors'
import { idOf, type BalanceTransactionRow, type ChargeRow, type RefundRow } from '../tables'
import { behaviourOf } from '../test-methods/behaviour'

/** Scheduled for refunds that end later. */
export interface RefundDue {
  readonly account: string
  readonly livemode: boolean
  readonly refund: string
  readonly outcome: 'succeed' | 'fail'
}

export const REFUND_DUE = 'stripe.refund'

export interface RefundRequest {
  readonly amount: number | undefined
  readonly charge: string | undefined
  readonly payment_intent: string | undefined
  readonly reason: 'duplicate' | 'fraudulent' | 'requested_by_customer' | undefined
  readonly metadata: Record<string, string>
}

function chargeFor(call: Call, request: RefundRequest): ChargeRow {
  if (request.charge === undefined && request.payment_intent === undefined) {
    throw invalidParam('charge', 'One of the following params should be provided for this request: payment_intent or charge.', 'parameter_missing')
  }
  if (request.charge !== undefined) return find(call, call.tables.charge, 'charge', request.charge, 'charge')
  const intent = find(call, call.tables.payment_intent, 'payment_intent', request.payment_intent ?? '', 'payment_intent')
  const charge = call.tables.charge.get(idOf(intent.object.latest_charge) ?? '')
  if (charge === undefined || charge.object.status !== 'succeeded') {
    throw refused(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, { param: 'payment_intent' })
  }
  return charge
}

function check(charge: ChargeRow, amount: number | undefined): number {
  const { object } = charge
  if (object.status !== 'succeeded' || !object.captured)
    throw refused(`Charge ${charge.id} cannot be refunded because it is ${object.status === 'succeeded' ? 'not captured' : object.status}.`, {
      param: 'charge',
    })
  const left = object.amount_captured - charge.refund_claimed
  if (left <= 0) throw refused(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' })
  const wanted = amount ?? left
  if (wanted > left) {
    throw refused(
      `Refund amount (${formatAmount(wanted, object.currency)}) is greater than unrefunded amount on charge (${formatAmount(left, object.currency)})`,
      { param: 'amount' },
    )
  }
  return wanted
}

/** Money leaves the balance for a refund. Fees of the payment are not given back. */
function book(call: Call, charge: ChargeRow, refundId: string, amount: number): BalanceTransactionRow {
  return addTransaction(call, {
    type: charge.object.payment_method_details?.type === 'card' ? 'refund' : 'payment_refund',
    reporting_category: 'refund',
    amount: -amount,
    currency: charge.object.currency,
    fee_details: [],
    source: refundId,
    description: charge.object.description === null ? 'REFUND FOR CHARGE' : `REFUND FOR CHARGE (${charge.object.description})`,
    available: 'now',
  })
}

/** Adds to what a charge has refunded, or takes back (negative) after a failed refund. */
function shiftRefunded(call: Call, charge: ChargeRow, refunded: number, claimed: number): ChargeRow {
  const total = charge.object.amount_refunded + refunded
  return call.tables.charge.put({
    ...charge,
    refund_claimed: charge.refund_claimed + claimed,
    object: { ...charge.object, amount_refunded: total, refunded: total > 0 && total >= charge.object.amount_captured },
  })
}

function destination(charge: ChargeRow, status: string): Stripe.Refund.DestinationDetails {
  if (charge.object.payment_method_details?.type !== 'card')
    return { type: charge.object.payment_method_details?.type === 'sepa_debit' ? 'eu_bank_transfer' : 'us_bank_transfer' }
  return { type: 'card', card: { type: status === 'pending' ? 'pending' : 'refund', reference_status: 'pending', reference_type: 'acquirer_reference_number' } }
}

/**
 * Refunds a payment. Cards: succeeded at once, except the test cards whose refunds are pending or fail later;
 * bank debits: pending first (docs.stripe.com/refunds). Emits refund.created, then charge.refunded.
 * Throws 400 for more than is left and charge_already_refunded when nothing is.
 */
export function createRefund(call: Call, request: RefundRequest): RefundRow {
  const charge = chargeFor(call, request)
  const amount = check(charge, request.amount)
  if (
    charge.object.disputed &&
    call.tables.dispute.by('charge', charge.id).some((dispute) => !dispute.object.is_charge_refundable && dispute.object.status !== 'won')
  ) {
    throw refused(`Charge ${charge.id} has been charged back; cannot issue a refund.`, { code: 'charge_disputed' })
  }
  const behaviour = behaviourOf(charge.behaviour)
  const ending = behaviour.type === 'card' ? behaviour.card.refund : 'pending'
  const status = ending === 'pending' ? 'pending' : 'succeeded'
  const id = newId(behaviour.type === 'card' ? 're' : 'pyr', 24)
  const transaction = book(call, charge, id, amount)
  const row = storeRefund(call, charge, { id, amount, transaction: transaction.id, status, reason: request.reason ?? null, metadata: request.metadata })
  const before = charge.object
  const after = shiftRefunded(call, charge, amount, amount)
  emit(call, 'refund.created', row.object)
  emit(call, 'charge.refunded', after.object, {
    amount_refunded: before.amount_refunded,
    ...(before.refunded === after.object.refunded ? {} : { refunded: before.refunded }),
  })
  if (ending !== 'succeeds') {
    const due: RefundDue = { account: call.account.id, livemode: call.livemode, refund: id, outcome: ending === 'fails_later' ? 'fail' : 'succeed' }
    call.world.clock.schedule(call.world.clock.now() + call.world.config.values.refundSettleSeconds, REFUND_DUE, due)
  }
  return row
}

/**
 * The part of an authorisation that was not captured, as API versions before 2025-03-31.basil show it: a refund, and
 * a transaction of type refund with reporting category partial_capture_reversal that gives the fee's share back too.
 */
export function reverseUncaptured(call: Call, charge: ChargeRow, amount: number): void {
  const { currency } = charge.object
  const method = behaviourOf(charge.behaviour).type
  const share = processingFee(method, currency, charge.object.amount) - processingFee(method, currency, charge.object.amount - amount)
  const id = newId('re', 24)
  const transaction = addTransaction(call, {
    type: 'refund',
    reporting_category: 'partial_capture_reversal',
    amount: -amount,
    currency,
    fee_details: [stripeFee(-share, currency, 'Stripe processing fees')],
    source: id,
    description: null,
    available: 'now',
  })
  const row = storeRefund(call, charge, { id, amount, transaction: transaction.id, status: 'succeeded', reason: null, metadata: {} })
  const after = shiftRefunded(call, charge, amount, amount)
  emit(call, 'refund.created', row.object)
  emit(call, 'charge.refunded', after.object, { amount_refunded: 0 })
}

interface StoredRefund {
  readonly id: string
  readonly amount: number
  readonly transaction: string
  readonly status: 'pending' | 'succeeded'
  readonly reason: Stripe.Refund.Reason | null
  readonly metadata: Record<string, string>
}

function storeRefund(call: Call, charge: ChargeRow, fields: StoredRefund): RefundRow {
  const object = {
    id: fields.id,
    object: 'refund',
    amount: fields.amount,
    balance_transaction: fields.transaction,
    charge: charge.id,
    created: call.world.clock.now(),
    currency: charge.object.currency,
    customer: idOf(charge.object.customer),
    customer_account: null,
    destination_details: destination(charge, fields.status),
    metadata: fields.metadata,
    payment_intent: idOf(charge.object.payment_intent),
    payment_method: charge.object.payment_method,
    ...(fields.status === 'pending' ? { pending_reason: 'processing' } : {}),
    reason: fields.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: fields.status,
    transfer_reversal: null,
  } satisfies Stripe.Refund
  return call.tables.refund.put({ ...ownedBy(call, object), counted: true })
}

/** A pending refund reached the customer. */
export function refundSucceeded(call: Call, row: RefundRow): void {
  if (row.object.status !== 'pending') return
  const { pending_reason, ...rest } = row.object
  const updated = call.tables.refund.put({ ...row, object: { ...rest, status: 'succeeded' } })
  emit(call, 'refund.updated', updated.object, { status: 'pending', pending_reason: pending_reason ?? null })
}

/**
 * A refund fails, even after it had succeeded: the money comes back by a transaction of its own and the
 * charge's refunded amount falls again (docs.stripe.com/refunds#failed-refunds).
 */
export function refundFailed(call: Call, row: RefundRow, reason = 'expired_or_canceled_card'): void {
  if (row.object.status !== 'succeeded' && row.object.status !== 'pending') return
  const charge = call.tables.charge.get(idOf(row.object.charge) ?? '')
  if (charge === undefined) return
  const back = addTransaction(call, {
    type: 'refund_failure',
    reporting_category: 'refund_failure',
    amount: row.object.amount,
    currency: row.object.currency,
    fee_details: [],
    source: row.id,
    description: `REFUND FAILURE FOR CHARGE`,
    available: 'now',
  })
  const { pending_reason: _pending, ...rest } = row.object
  const failed = call.tables.refund.put({
    ...row,
    counted: false,
    object: { ...rest, status: 'failed', failure_reason: reason, failure_balance_transaction: back.id },
  })
  shiftRefunded(call, charge, -row.object.amount, -row.object.amount)
  const previous = { status: row.object.status }
  emit(call, 'refund.updated', failed.object, previous)
  emit(call, 'refund.failed', failed.object)
}
