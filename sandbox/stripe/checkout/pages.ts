import type Stripe from 'stripe'
import { find, type Call } from '../call'
import { methodData } from '../payment-methods/params'
import { endpoint, type AnyEndpoint } from '../protocol/endpoint'
import { ApiError, invalidParam, missing } from '../protocol/errors'
import { ignored, needed, oneOf, text } from '../protocol/params'
import { idOf, type PaymentIntentRow, type SessionRow } from '../tables'
import { authenticateSession, confirmSession } from './confirm'

/** What a browser may see of a session: the object with all its lines. */
function sessionView(row: SessionRow): object {
  return {
    ...row.object,
    line_items: { object: 'list', data: row.line_items, has_more: false, url: `/v1/checkout/sessions/${row.id}/line_items` },
  }
}

function intentView(intent: PaymentIntentRow | null): Pick<Stripe.PaymentIntent, 'id' | 'status' | 'next_action' | 'last_payment_error'> | null {
  if (intent === null) return null
  const { id, status, next_action, last_payment_error } = intent.object
  return { id, status, next_action, last_payment_error }
}

function open(call: Call, id: string, secret: string): SessionRow {
  const row = find(call, call.tables.session, 'payment_page', id)
  if (row.client_secret !== secret)
    throw invalidParam('client_secret', 'The client_secret provided does not match any associated Checkout Session on this account.')
  return row
}

/** A declined try as the error stripe.js gets; 3-D Secure failures are not errors of the request. */
function throwIfDeclined(intent: PaymentIntentRow | null): void {
  const error = intent?.object.last_payment_error
  if (intent === null || error == null || intent.object.status !== 'requires_payment_method' || error.type !== 'card_error') return
  throw new ApiError(
    402,
    {
      type: 'card_error',
      message: error.message ?? 'Your card was declined.',
      ...(error.code === undefined ? {} : { code: error.code }),
      ...(error.decline_code === undefined ? {} : { decline_code: error.decline_code }),
      ...(error.advice_code === undefined ? {} : { advice_code: error.advice_code }),
      ...(error.charge === undefined ? {} : { charge: error.charge }),
      ...(error.payment_method === undefined ? {} : { payment_method: error.payment_method }),
      payment_intent: intent.object,
    },
    true,
  )
}

/** The endpoints behind stripe.js's Checkout elements. They take a publishable key and the session's client secret. */
export const pageEndpoints: AnyEndpoint[] = [
  endpoint({
    method: 'GET',
    path: '/v1/payment_pages/:id',
    permission: null,
    browser: true,
    spec: { client_secret: needed(text()) },
    run: (call, params, id) => {
      const row = open(call, id, params.client_secret)
      return {
        session: sessionView(row),
        merchant: { display_name: call.account.name, country: call.account.country },
        payment_method_types: row.object.payment_method_types,
      }
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/payment_pages/:id/confirm',
    permission: null,
    browser: true,
    spec: {
      client_secret: needed(text()),
      return_url: text(),
      email: text(),
      phone: text(),
      payment_method_data: methodData,
      expected_amount: ignored,
      expected_payment_method_type: ignored,
    },
    run: (call, params, id) => {
      const { session, intent } = confirmSession(call, open(call, id, params.client_secret), {
        method: params.payment_method_data,
        email: params.email ?? null,
        phone: params.phone ?? null,
        return_url: params.return_url ?? null,
      })
      throwIfDeclined(intent)
      return { session: sessionView(session), payment_intent: intentView(intent) }
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/payment_pages/:id/three_d_secure',
    permission: null,
    browser: true,
    spec: { client_secret: needed(text()), payment_intent: needed(text()), outcome: needed(oneOf(['succeed', 'fail'])) },
    run: (call, params, id) => {
      const row = open(call, id, params.client_secret)
      const intent = call.tables.payment_intent.get(params.payment_intent)
      if (intent === undefined || idOf(row.object.payment_intent) !== intent.id) throw missing('payment_intent', params.payment_intent, 'payment_intent')
      const result = authenticateSession(call, row, intent, params.outcome)
      throwIfDeclined(result.intent)
      return { session: sessionView(result.session), payment_intent: intentView(result.intent) }
    },
  }),
]
