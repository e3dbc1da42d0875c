import type { Call } from '../call'
import { emit } from '../call'
import { refused } from '../protocol/errors'
import { idOf, type PaymentIntentRow } from '../tables'
import { behaviourOf } from '../test-methods/behaviour'
import { attempt } from './attempt'
import { changeIntent } from './build'

export type AuthenticationOutcome = 'succeed' | 'fail'

/**
 * The customer's answer to a 3-D Secure challenge. Failing it brings the PaymentIntent back to
 * requires_payment_method with payment_intent_authentication_failure and makes no charge; passing it
 * continues the payment, which the bank may still decline.
 */
export function authenticated(call: Call, intent: PaymentIntentRow, outcome: AuthenticationOutcome): PaymentIntentRow {
  const method = call.tables.payment_method.get(idOf(intent.object.payment_method) ?? '')
  if (intent.object.status !== 'requires_action' || method === undefined) {
    throw refused(`This PaymentIntent has a status of ${intent.object.status} and is not waiting for authentication.`, {
      code: 'payment_intent_unexpected_state',
      payment_intent: intent.object,
    })
  }
  const behaviour = behaviourOf(method.behaviour)
  const errs = behaviour.type === 'card' && behaviour.card.three_d_secure === 'errors'
  if (outcome === 'succeed' && !errs) return attempt(call, intent, method, { off_session: false, authenticated: true, return_url: null })
  const failed = changeIntent(call, intent, {
    status: 'requires_payment_method',
    next_action: null,
    payment_method: null,
    last_payment_error: {
      code: 'payment_intent_authentication_failure',
      doc_url: 'https://stripe.com/docs/error-codes/payment-intent-authentication-failure',
      message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
      payment_method: method.object,
      type: 'invalid_request_error',
    },
  })
  emit(call, 'payment_intent.payment_failed', failed.object)
  return failed
}
