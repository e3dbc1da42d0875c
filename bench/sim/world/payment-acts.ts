import { seconds, type Account, type Thing } from './account'
import { addTransaction, newCharge, newIntent, type IntentParams, type Settled } from './stripe-things'

/**
 * What Stripe does when somebody pays. Each verb changes the objects and makes the events in Stripe's order; several
 * fall into one second. Sources: docs.stripe.com/payments/payment-intents/verifying-status, .../asynchronous-capture,
 * docs.stripe.com/payments/checkout/fulfillment.
 */
export type Paying = { account: Account; intent: Thing; session: Thing | null; nowMs: number }

export function begin(account: Account, session: Thing | null, params: IntentParams, nowMs: number): Thing {
  const intent = newIntent(account, params, nowMs)
  if (session) session.payment_intent = intent.id
  account.emit('payment_intent.created', intent, nowMs)
  return intent
}

/** A try that the bank refuses: a failed charge, the intent waits for another method. */
export function decline(paying: Paying, code: string, last4: string): Thing {
  const { account, intent, nowMs } = paying
  const charge = tryWith(paying, { status: 'failed', captured: false, method: 'card', last4, decline: code })
  refuse(intent, { code: 'card_declined', decline_code: code, message: 'Your card was declined.', charge: charge.id })
  account.emit('charge.failed', charge, nowMs)
  account.emit('payment_intent.payment_failed', intent, nowMs)
  return charge
}

/** The bank wants to see the payer: 3-D Secure. */
export function askForProof({ account, intent, nowMs }: Paying): void {
  Object.assign(intent, {
    status: 'requires_action',
    last_payment_error: null,
    next_action: { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect' } },
  })
  account.emit('payment_intent.requires_action', intent, nowMs)
}

/** 3-D Secure failed: no charge was made. */
export function failProof({ account, intent, nowMs }: Paying): void {
  refuse(intent, { code: 'payment_intent_authentication_failure', message: 'We are unable to authenticate your payment method.' })
  account.emit('payment_intent.payment_failed', intent, nowMs)
}

/** A card payment that is authorised and captured at once; its balance transaction comes later, by `book`. */
export function succeed(paying: Paying, last4: string): Thing {
  const { account, intent, session, nowMs } = paying
  const charge = tryWith(paying, { status: 'succeeded', captured: true, method: 'card', last4, decline: null })
  pay(intent, Number(intent.amount))
  account.emit('charge.succeeded', charge, nowMs)
  account.emit('payment_intent.succeeded', intent, nowMs)
  if (session) {
    Object.assign(session, { status: 'complete', payment_status: 'paid', client_secret: null })
    account.emit('checkout.session.completed', session, nowMs)
  }
  return charge
}

/** A bank debit: accepted now, decided in days. */
export function startDebit(paying: Paying): Thing {
  const { account, intent, session, nowMs } = paying
  const charge = tryWith(paying, { status: 'pending', captured: true, method: 'sepa_debit', last4: '3000', decline: null })
  Object.assign(intent, { status: 'processing', next_action: null, last_payment_error: null, processing: { type: 'sepa_debit' } })
  account.emit('charge.pending', charge, nowMs)
  account.emit('payment_intent.processing', intent, nowMs)
  if (session) {
    Object.assign(session, { status: 'complete', client_secret: null })
    account.emit('checkout.session.completed', session, nowMs)
  }
  return charge
}

export function debitSucceeds(paying: Paying, charge: Thing): void {
  const { account, intent, session, nowMs } = paying
  Object.assign(charge, { status: 'succeeded', paid: true, amount_captured: charge.amount })
  pay(intent, Number(intent.amount))
  account.emit('charge.succeeded', charge, nowMs)
  account.emit('payment_intent.succeeded', intent, nowMs)
  if (session) {
    session.payment_status = 'paid'
    account.emit('checkout.session.async_payment_succeeded', session, nowMs)
  }
}

/** The session's snapshot is the same as when it was completed unpaid: only the event's type tells. */
export function debitFails(paying: Paying, charge: Thing): void {
  const { account, intent, session, nowMs } = paying
  Object.assign(charge, { status: 'failed', captured: false, failure_code: 'insufficient_funds', failure_message: 'The account has too little money.' })
  refuse(intent, { code: 'payment_intent_payment_attempt_failed', message: 'The payment failed.', charge: charge.id })
  account.emit('charge.failed', charge, nowMs)
  account.emit('payment_intent.payment_failed', intent, nowMs)
  if (session) account.emit('checkout.session.async_payment_failed', session, nowMs)
}

/** Authorised, to be captured by hand. */
export function authorise(paying: Paying, last4: string): Thing {
  const { account, intent, nowMs } = paying
  const charge = tryWith(paying, { status: 'succeeded', captured: false, method: 'card', last4, decline: null })
  Object.assign(intent, { status: 'requires_capture', amount_capturable: intent.amount, next_action: null, last_payment_error: null })
  account.emit('charge.succeeded', charge, nowMs)
  account.emit('payment_intent.amount_capturable_updated', intent, nowMs)
  return charge
}

/** Takes all or a part; what is not taken goes back to the payer's card and is no refund row of ours. */
export function capture({ account, intent, nowMs }: Paying, charge: Thing, amount: number): void {
  Object.assign(charge, { captured: true, amount_captured: amount })
  pay(intent, amount)
  account.emit('charge.captured', charge, nowMs)
  account.emit('payment_intent.succeeded', intent, nowMs)
}

/** Seven days passed: the authorisation is over and nothing was taken. */
export function lapse({ account, intent, nowMs }: Paying, charge: Thing): void {
  account.emit('charge.expired', charge, nowMs)
  cancel(account, intent, 'expired', nowMs)
}

export function cancel(account: Account, intent: Thing, reason: string, nowMs: number): void {
  Object.assign(intent, { status: 'canceled', canceled_at: seconds(nowMs), cancellation_reason: reason, amount_capturable: 0, next_action: null })
  account.emit('payment_intent.canceled', intent, nowMs)
}

/** Ends an open session, by its time or by a call; the intent it had made ends with it. */
export function expire(account: Account, session: Thing, nowMs: number): Thing | null {
  const intent = account.things.get(String(session.payment_intent ?? '')) ?? null
  const ended = intent !== null && intent.status !== 'succeeded' && intent.status !== 'canceled' ? intent : null
  if (ended) cancel(account, ended, 'automatic', nowMs)
  Object.assign(session, { status: 'expired', client_secret: null })
  account.emit('checkout.session.expired', session, nowMs)
  return ended
}

/** The money of a captured charge reaches the balance: only now the charge names its balance transaction. */
export function book(account: Account, charge: Thing, settled: Settled, nowMs: number): void {
  const card = charge.id.startsWith('ch')
  const kind = { type: card ? 'charge' : 'payment', reporting_category: 'charge', description: String(charge.description ?? 'Charge') }
  const transaction = addTransaction(account, charge.id, kind, settled, nowMs)
  charge.balance_transaction = transaction.id
  account.emit('charge.updated', charge, nowMs, { balance_transaction: null })
}

/** A charge of the old kind, that no intent made. */
export function chargeAlone(account: Account, amount: number, currency: string, last4: string, nowMs: number): Thing {
  const charge = newCharge(account, null, { amount, currency, status: 'succeeded', captured: true, method: 'card', last4, decline: null }, nowMs)
  account.emit('charge.succeeded', charge, nowMs)
  return charge
}

type Try = { status: 'succeeded' | 'pending' | 'failed'; captured: boolean; method: string; last4: string; decline: string | null }

function tryWith({ account, intent, nowMs }: Paying, how: Try): Thing {
  const charge = newCharge(account, intent, { ...how, amount: Number(intent.amount), currency: String(intent.currency) }, nowMs)
  intent.latest_charge = charge.id
  return charge
}

function refuse(intent: Thing, error: Record<string, unknown>): void {
  Object.assign(intent, { status: 'requires_payment_method', next_action: null, processing: null, last_payment_error: { type: 'card_error', ...error } })
}

function pay(intent: Thing, amount: number): void {
  Object.assign(intent, {
    status: 'succeeded',
    amount_received: amount,
    amount_capturable: 0,
    next_action: null,
    processing: null,
    last_payment_error: null,
  })
}
