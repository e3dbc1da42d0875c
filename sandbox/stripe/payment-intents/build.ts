import type Stripe from 'stripe'
import { newId, randomText } from '../../core/ids'
import { ownedBy, type Call } from '../call'
import { invalidParam } from '../protocol/errors'
import { MAXIMUM_AMOUNT, formatAmount, minimumAmount } from '../money'
import type { PaymentIntentData, PaymentIntentRow } from '../tables'

export const METHOD_TYPES = ['card', 'us_bank_account', 'sepa_debit'] as const

/** Methods a payment in this currency can use: cards always, US bank debits in usd on a US account, SEPA debits in eur. */
export function methodTypes(call: Call, currency: string, allowed: readonly string[] | null, excluded: readonly string[] | null): string[] {
  const types = ['card']
  if (currency === 'usd' && call.account.country === 'US') types.push('us_bank_account')
  if (currency === 'eur') types.push('sepa_debit')
  const left = types.filter((type) => (allowed === null || allowed.includes(type)) && excluded?.includes(type) !== true)
  if (left.length === 0) {
    throw invalidParam(
      allowed === null ? 'excluded_payment_method_types' : 'allowed_payment_method_types',
      'No valid payment method types for this PaymentIntent. Please ensure that you have activated payment methods compatible with your chosen currency in your dashboard.',
    )
  }
  return left
}

/** Stripe's limits on an amount. */
export function checkAmount(amount: number, currency: string, param: string): void {
  const least = minimumAmount(currency)
  if (amount < least) throw invalidParam(param, `Amount must be at least ${formatAmount(least, currency)} ${currency}`, 'amount_too_small')
  if (amount > MAXIMUM_AMOUNT) throw invalidParam(param, `Amount must be no more than ${formatAmount(MAXIMUM_AMOUNT, currency)}`, 'amount_too_large')
}

export interface NewPaymentIntent extends PaymentIntentData {
  readonly amount: number
  readonly currency: string
  readonly customer: string | null
  readonly session: string | null
  readonly payment_method_types: string[]
  readonly allowed: string[] | null
  readonly excluded: string[] | null
  readonly shipping: Stripe.PaymentIntent.Shipping | null
}

/** Stores a PaymentIntent that waits for its payment method. Not yet announced. */
export function newPaymentIntent(call: Call, input: NewPaymentIntent): PaymentIntentRow {
  const id = newId('pi', 24)
  const object = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: input.allowed,
    amount: input.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: call.application,
    application_fee_amount: input.application_fee_amount,
    automatic_payment_methods: { allow_redirects: 'always', enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: input.capture_method,
    client_secret: `${id}_secret_${randomText(24)}`,
    confirmation_method: 'automatic',
    created: call.world.clock.now(),
    currency: input.currency,
    customer: input.customer,
    customer_account: null,
    description: input.description,
    excluded_payment_method_types: input.excluded,
    last_payment_error: null,
    latest_charge: null,
    livemode: call.livemode,
    managed_payments: null,
    metadata: input.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: { card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' } },
    payment_method_types: input.payment_method_types,
    payment_record: null,
    processing: null,
    receipt_email: input.receipt_email,
    review: null,
    setup_future_usage: input.setup_future_usage,
    shipping: input.shipping,
    source: null,
    statement_descriptor: input.statement_descriptor,
    statement_descriptor_suffix: input.statement_descriptor_suffix,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: input.transfer_group,
  } satisfies Stripe.PaymentIntent
  return call.tables.payment_intent.put({ ...ownedBy(call, object), session: input.session })
}

/** Replaces fields of a PaymentIntent. */
export function changeIntent(call: Call, row: PaymentIntentRow, change: Partial<Stripe.PaymentIntent>): PaymentIntentRow {
  return call.tables.payment_intent.put({ ...row, object: { ...row.object, ...change } })
}
