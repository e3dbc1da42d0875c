import type Stripe from 'stripe'
import { addTransaction, stripeFee } from '../balance/transactions'
import { emit, type Call } from '../call'
import { processingFee } from '../money'
import { idOf, type BalanceTransactionRow, type ChargeRow } from '../tables'
import { behaviourOf } from '../test-methods/behaviour'

/** Scheduled when a captured amount is to reach the balance later. */
export interface CaptureDue {
  readonly account: string
  readonly livemode: boolean
  readonly charge: string
  readonly amount: number
}

export const CAPTURE_DUE = 'stripe.capture'

function isCard(charge: ChargeRow): boolean {
  return charge.object.payment_method_details?.type === 'card'
}

/** Books a captured amount: one balance transaction with its fee. */
function book(call: Call, charge: ChargeRow, amount: number): BalanceTransactionRow {
  const { currency } = charge.object
  const behaviour = behaviourOf(charge.behaviour)
  const fees = [stripeFee(processingFee(behaviour.type, currency, amount), currency, 'Stripe processing fees')]
  const applicationFee = charge.object.application_fee_amount
  if (applicationFee !== null && applicationFee > 0) {
    fees.push({
      amount: applicationFee,
      application: idOf(charge.object.application),
      currency,
      description: 'Application fee',
      type: 'application_fee',
    } satisfies Stripe.BalanceTransaction.FeeDetail)
  }
  return addTransaction(call, {
    type: isCard(charge) ? 'charge' : 'payment',
    reporting_category: 'charge',
    amount,
    currency,
    fee_details: fees,
    source: charge.id,
    description: charge.object.description,
    available: behaviour.type === 'card' && behaviour.card.available_at_once ? 'now' : 'later',
  })
}

/** Books at once, without an event: the caller emits the charge. The first booking stays the charge's balance_transaction. */
export function captureNow(call: Call, charge: ChargeRow, amount: number): ChargeRow {
  const transaction = book(call, charge, amount)
  const object = { ...charge.object, balance_transaction: charge.object.balance_transaction ?? transaction.id }
  return call.tables.charge.put({ ...charge, object })
}

/** capture_method automatic_async: the balance transaction comes later, with charge.updated. */
export function captureLater(call: Call, charge: ChargeRow, amount: number): void {
  const due: CaptureDue = { account: call.account.id, livemode: call.livemode, charge: charge.id, amount }
  call.world.clock.schedule(call.world.clock.nowMs() / 1000 + call.world.config.values.asyncCaptureSeconds, CAPTURE_DUE, due)
}

/** What is due then (docs.stripe.com/payments/payment-intents/asynchronous-capture). */
export function captureArrived(call: Call, chargeId: string, amount: number): void {
  const charge = call.tables.charge.get(chargeId)
  if (charge === undefined || charge.object.balance_transaction !== null) return
  emit(call, 'charge.updated', captureNow(call, charge, amount).object, { balance_transaction: null })
}
