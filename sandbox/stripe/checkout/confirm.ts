import { emit, type Call } from '../call'
import { newCustomer } from '../customers'
import { attempt } from '../payment-intents/attempt'
import { authenticated, type AuthenticationOutcome } from '../payment-intents/authentication'
import { newPaymentIntent } from '../payment-intents/build'
import { createMethod } from '../payment-methods/build'
import type { MethodData } from '../payment-methods/params'
import { refused } from '../protocol/errors'
import { idOf, type PaymentIntentRow, type SessionRow } from '../tables'
import { changeSession, completeSession } from './complete'

export interface Confirmation {
  readonly method: MethodData | undefined
  readonly email: string | null
  readonly phone: string | null
  readonly return_url: string | null
}

function refuseUnlessOpen(row: SessionRow): void {
  if (row.object.status === 'open') return
  throw refused(
    row.object.status === 'complete'
      ? 'You cannot confirm this Checkout Session because it is already complete.'
      : 'You cannot confirm this Checkout Session because it has expired.',
    { code: row.object.status === 'complete' ? 'checkout_session_complete' : 'checkout_session_expired' },
  )
}

/** The session's PaymentIntent, made at the first confirmation with payment_intent_data. */
function intentFor(call: Call, row: SessionRow): PaymentIntentRow {
  const existing = call.tables.payment_intent.get(idOf(row.object.payment_intent) ?? '')
  if (existing !== undefined) return existing
  const intent = newPaymentIntent(call, {
    ...row.payment_intent_data,
    amount: row.object.amount_total ?? 0,
    currency: row.object.currency ?? '',
    customer: idOf(row.object.customer),
    session: row.id,
    payment_method_types: row.object.payment_method_types,
    allowed: row.object.allowed_payment_method_types,
    excluded: row.object.excluded_payment_method_types ?? null,
    shipping: null,
  })
  changeSession(call, row, { payment_intent: intent.id })
  emit(call, 'payment_intent.created', intent.object)
  return intent
}

/** Takes the customer's details into the session. */
function noteCustomer(call: Call, row: SessionRow, confirmation: Confirmation): SessionRow {
  const billing = confirmation.method?.billing_details
  const before = row.object.customer_details
  return changeSession(call, row, {
    customer_details: {
      address: billing?.address ?? before?.address ?? { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
      business_name: null,
      email: confirmation.email ?? billing?.email ?? before?.email ?? null,
      individual_name: null,
      name: billing?.name ?? before?.name ?? null,
      phone: confirmation.phone ?? billing?.phone ?? before?.phone ?? null,
      tax_exempt: 'none',
      tax_ids: [],
    },
  })
}

/** customer_creation always: a customer from the details given. */
function createCustomer(call: Call, row: SessionRow): SessionRow {
  if (row.object.customer_creation !== 'always' || row.object.customer !== null) return row
  const details = row.object.customer_details
  const customer = newCustomer(call, {
    email: details?.email ?? null,
    name: details?.name ?? null,
    phone: details?.phone ?? null,
    address: details?.address ?? null,
  })
  return changeSession(call, row, { customer: customer.id })
}

/** After a try: the session is complete when the payment is on its way or done. */
function settle(call: Call, row: SessionRow, intent: PaymentIntentRow): { session: SessionRow; intent: PaymentIntentRow } {
  const current = call.tables.session.get(row.id) ?? row
  const { status } = intent.object
  if (status === 'succeeded') return { session: completeSession(call, current, 'paid'), intent }
  if (status === 'processing' || status === 'requires_capture') return { session: completeSession(call, current, 'unpaid'), intent }
  return { session: current, intent }
}

/**
 * What the customer's browser does with `confirm()`: makes the PaymentIntent, tries the method, completes the
 * session. Everything happens at once, so a session is charged once however often it is confirmed.
 * Throws 400 when the session is not open and 402 for malformed card data; a decline is in the intent.
 */
export function confirmSession(call: Call, found: SessionRow, confirmation: Confirmation): { session: SessionRow; intent: PaymentIntentRow | null } {
  refuseUnlessOpen(found)
  if (found.object.payment_status === 'no_payment_required') {
    return { session: completeSession(call, createCustomer(call, noteCustomer(call, found, confirmation)), 'no_payment_required'), intent: null }
  }
  if (confirmation.method === undefined)
    throw refused('You must provide payment_method_data to confirm this Checkout Session.', { code: 'parameter_missing', param: 'payment_method_data' })
  const method = createMethod(call, confirmation.method)
  const row = createCustomer(call, noteCustomer(call, found, confirmation))
  const intent = intentFor(call, row)
  const tried = attempt(call, intent, method, {
    off_session: false,
    authenticated: false,
    return_url: confirmation.return_url ?? row.object.return_url ?? null,
  })
  return settle(call, row, tried)
}

/** The customer's answer to the 3-D Secure dialog of a session's payment. */
export function authenticateSession(
  call: Call,
  row: SessionRow,
  intent: PaymentIntentRow,
  outcome: AuthenticationOutcome,
): { session: SessionRow; intent: PaymentIntentRow } {
  refuseUnlessOpen(row)
  return settle(call, row, authenticated(call, intent, outcome))
}
