import { captureLater, captureNow } from '../charges/capture'
import { emit, type Call } from '../call'
import { sessionPaidLater, sessionFailedLater } from '../checkout/complete'
import { afterSuccess } from '../disputes/automatic'
import { idOf } from '../tables'
import { behaviourOf } from '../test-methods/behaviour'
import { changeIntent } from './build'

/** The end of a bank debit, days after its confirmation: the pending charge succeeds or fails, then the session hears of it. */
export function debitArrived(call: Call, intentId: string): void {
  const intent = call.tables.payment_intent.get(intentId)
  if (intent === undefined || intent.object.status !== 'processing') return
  let charge = call.tables.charge.get(idOf(intent.object.latest_charge) ?? '')
  if (charge === undefined) return
  const behaviour = behaviourOf(charge.behaviour)
  if (behaviour.type === 'card') return

  if (behaviour.debit.outcome === 'fails') {
    const code = behaviour.debit.failure_code ?? 'generic_decline'
    const message = behaviour.debit.failure_message ?? 'The payment failed.'
    charge = call.tables.charge.put({ ...charge, object: { ...charge.object, status: 'failed', paid: false, failure_code: code, failure_message: message } })
    const method = call.tables.payment_method.get(idOf(intent.object.payment_method) ?? '')
    const failed = changeIntent(call, intent, {
      status: 'requires_payment_method',
      payment_method: null,
      last_payment_error: {
        charge: charge.id,
        code: 'payment_intent_payment_attempt_failed',
        doc_url: 'https://stripe.com/docs/error-codes/payment-intent-payment-attempt-failed',
        message,
        ...(method === undefined ? {} : { payment_method: method.object }),
        type: 'invalid_request_error',
      },
    })
    emit(call, 'charge.failed', charge.object)
    emit(call, 'payment_intent.payment_failed', failed.object)
    sessionFailedLater(call, failed)
    return
  }
  const { amount } = intent.object
  charge = call.tables.charge.put({
    ...charge,
    object: {
      ...charge.object,
      status: 'succeeded',
      paid: true,
      amount_captured: amount,
      receipt_url: `https://pay.stripe.com/receipts/payment/${charge.id}`,
      outcome: charge.object.outcome === null ? null : { ...charge.object.outcome, seller_message: 'Payment complete.' },
    },
  })
  if (intent.object.capture_method === 'automatic') charge = captureNow(call, charge, amount)
  else captureLater(call, charge, amount)
  const paid = changeIntent(call, intent, { status: 'succeeded', amount_received: amount })
  emit(call, 'charge.succeeded', charge.object)
  emit(call, 'payment_intent.succeeded', paid.object)
  sessionPaidLater(call, paid)
  afterSuccess(call, charge, behaviour.debit.outcome === 'succeeds_then_disputed' ? 'debit' : null)
}
