import type Stripe from 'stripe'
import { captureNow } from '../charges/capture'
import { sessionCaptured } from '../checkout/complete'
import { emit, type Call } from '../call'
import { invalidParam, refused } from '../protocol/errors'
import { formatAmount } from '../money'
import { reverseUncaptured } from '../refunds/refund'
import { idOf, type ChargeRow, type PaymentIntentRow } from '../tables'
import { changeIntent } from './build'

/**
 * Captures an authorised payment, wholly or in part. Since 2025-03-31.basil a partial capture makes one balance
 * transaction of the captured amount and no refund
 * (docs.stripe.com/changelog/basil/2025-03-31/remove-refund-from-partial-capture-and-payment-cancellation-flow).
 */
export function capture(call: Call, intent: PaymentIntentRow, amountToCapture: number | undefined, final: boolean): PaymentIntentRow {
  const { status, amount_capturable, currency } = intent.object
  const charge = call.tables.charge.get(idOf(intent.object.latest_charge) ?? '')
  if (status !== 'requires_capture' || charge === undefined) {
    throw refused(
      status === 'succeeded'
        ? 'This PaymentIntent could not be captured because it has already been captured.'
        : `This PaymentIntent could not be captured because it has a status of ${status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
      { code: 'payment_intent_unexpected_state', payment_intent: intent.object },
    )
  }
  const amount = amountToCapture ?? amount_capturable
  if (amount > amount_capturable) {
    throw invalidParam(
      'amount_to_capture',
      `The provided amount (${formatAmount(amount, currency)}) is larger than the amount that can be captured (${formatAmount(amount_capturable, currency)}).`,
      'amount_too_large',
    )
  }
  const total = charge.object.amount_captured + amount
  if (call.version < WITHOUT_REVERSAL_SINCE && final && amount < amount_capturable) return captureWithReversal(call, intent, charge, amount)
  const captured = captureNow(call, { ...charge, object: { ...charge.object, captured: true, amount_captured: total } }, amount)
  const left = amount_capturable - amount
  const more = !final && left > 0
  const paid = changeIntent(call, intent, {
    status: more ? 'requires_capture' : 'succeeded',
    amount_received: total,
    amount_capturable: more ? left : 0,
  })
  emit(call, 'charge.captured', captured.object, {
    captured: charge.object.captured,
    amount_captured: charge.object.amount_captured,
    balance_transaction: charge.object.balance_transaction,
  })
  if (more) {
    emit(call, 'payment_intent.amount_capturable_updated', paid.object, { amount_capturable })
    return paid
  }
  emit(call, 'payment_intent.succeeded', paid.object)
  sessionCaptured(call, paid)
  return paid
}

/** Before this version a partial capture captured everything and gave the rest back. */
const WITHOUT_REVERSAL_SINCE = '2025-03-31'

/** The old way, for requests that ask for an older API version: the whole amount is booked, the rest returned by a refund. */
function captureWithReversal(call: Call, intent: PaymentIntentRow, charge: ChargeRow, amount: number): PaymentIntentRow {
  const held = charge.object.amount
  const booked = captureNow(call, { ...charge, object: { ...charge.object, captured: true, amount_captured: held } }, held)
  const paid = changeIntent(call, intent, { status: 'succeeded', amount_received: amount, amount_capturable: 0 })
  emit(call, 'charge.captured', booked.object, { captured: false, amount_captured: 0, balance_transaction: null })
  reverseUncaptured(call, booked, held - amount)
  emit(call, 'payment_intent.succeeded', paid.object)
  sessionCaptured(call, paid)
  return paid
}

type Reason = Extract<Stripe.PaymentIntent.CancellationReason, 'abandoned' | 'automatic' | 'duplicate' | 'expired' | 'fraudulent' | 'requested_by_customer'>
const CANCELABLE = new Set<string>(['requires_payment_method', 'requires_confirmation', 'requires_action', 'requires_capture', 'processing'])

/** Cancels a PaymentIntent; an authorisation is released without a refund. Throws 400 payment_intent_unexpected_state. */
export function cancel(call: Call, intent: PaymentIntentRow, reason: Reason | null): PaymentIntentRow {
  if (!CANCELABLE.has(intent.object.status)) {
    throw refused(
      `You cannot cancel this PaymentIntent because it has a status of ${intent.object.status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.`,
      { code: 'payment_intent_unexpected_state', payment_intent: intent.object },
    )
  }
  const canceled = changeIntent(call, intent, {
    status: 'canceled',
    canceled_at: call.world.clock.now(),
    cancellation_reason: reason,
    amount_capturable: 0,
    next_action: null,
  })
  emit(call, 'payment_intent.canceled', canceled.object)
  return canceled
}

/** After seven days an authorisation is over: charge.expired, and the PaymentIntent is cancelled as expired. */
export function authorizationExpired(call: Call, intentId: string, chargeId: string): void {
  const intent = call.tables.payment_intent.get(intentId)
  const charge = call.tables.charge.get(chargeId)
  if (intent === undefined || charge === undefined || intent.object.status !== 'requires_capture' || charge.object.captured) return
  emit(call, 'charge.expired', charge.object)
  cancel(call, intent, 'expired')
}
