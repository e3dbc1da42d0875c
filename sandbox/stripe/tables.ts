import type Stripe from 'stripe'
import type { Collection, Row, Store } from '../core/store'
import { scopeOf } from './events'

/** A row around an API object: whose it is, and what the sandbox knows beside it. */
export interface Owned<T> extends Row {
  readonly id: string
  readonly account: string
  readonly livemode: boolean
  readonly created: number
  readonly object: T
}

/** `status` of a balance transaction depends on the time it is read and is filled in then. */
export interface BalanceTransactionRow extends Owned<Omit<Stripe.BalanceTransaction, 'status' | 'source'> & { source: string | null }> {
  /** The automatic payout that paid it out, once there is one. */
  readonly payout: string | null
}

export interface PaymentMethodRow extends Owned<Stripe.PaymentMethod> {
  /** Names the row of the test method tables that says how payments with it go. */
  readonly behaviour: string
}

export interface PaymentIntentRow extends Owned<Stripe.PaymentIntent> {
  /** Checkout Session that made it. Such a PaymentIntent can be neither confirmed nor cancelled through the API. */
  readonly session: string | null
}

export interface ChargeRow extends Owned<Stripe.Charge> {
  readonly behaviour: string
  /** Amount of refunds that were not failed or cancelled; what is left can be refunded. */
  readonly refund_claimed: number
}

export interface RefundRow extends Owned<Stripe.Refund> {
  /** True while the money is out of the balance for it. */
  readonly counted: boolean
}

export type DisputeRow = Owned<Stripe.Dispute>
export type CustomerRow = Owned<Stripe.Customer> & { readonly deleted: boolean }
export type ProductRow = Owned<Stripe.Product>

/** `unit_amount_decimal` travels as a string; the SDK makes a Decimal of it. */
export type WirePrice = Omit<Stripe.Price, 'unit_amount_decimal' | 'currency_options' | 'tiers' | 'product'> & {
  unit_amount_decimal: string | null
  product: string
}
export type WireLineItem = Omit<Stripe.LineItem, 'price'> & { price: WirePrice | null }

/** What a session keeps for the PaymentIntent it will make. */
export interface PaymentIntentData {
  readonly metadata: Record<string, string>
  readonly description: string | null
  readonly capture_method: 'automatic' | 'automatic_async' | 'manual'
  readonly receipt_email: string | null
  readonly statement_descriptor: string | null
  readonly statement_descriptor_suffix: string | null
  readonly application_fee_amount: number | null
  readonly setup_future_usage: 'off_session' | 'on_session' | null
  readonly transfer_group: string | null
}

export interface SessionRow extends Owned<Stripe.Checkout.Session> {
  readonly line_items: readonly WireLineItem[]
  readonly client_secret: string
  readonly payment_intent_data: PaymentIntentData
  readonly expiry: string
}

export interface WebhookEndpointRow extends Owned<Stripe.WebhookEndpoint> {
  readonly secret: string
  /** True: receives the events of the platform's connected accounts instead of its own. */
  readonly connect: boolean
}

export interface IdempotencyRow extends Row {
  readonly id: string
  readonly fingerprint: string
  readonly status: number
  readonly body: string
  readonly request_id: string
  /** Unix seconds of sandbox time. */
  readonly created: number
}

/** Every collection of the Stripe API with its indexes. */
export interface Tables {
  readonly balance_transaction: Collection<BalanceTransactionRow>
  readonly payment_method: Collection<PaymentMethodRow>
  readonly payment_intent: Collection<PaymentIntentRow>
  readonly charge: Collection<ChargeRow>
  readonly refund: Collection<RefundRow>
  readonly dispute: Collection<DisputeRow>
  readonly customer: Collection<CustomerRow>
  readonly product: Collection<ProductRow>
  readonly session: Collection<SessionRow>
  readonly webhook_endpoint: Collection<WebhookEndpointRow>
  readonly idempotency: Collection<IdempotencyRow>
}

const opened = new WeakMap<Store, Tables>()

/** The tables of a store, opened once. */
export function tablesOf(store: Store): Tables {
  let tables = opened.get(store)
  if (tables === undefined) opened.set(store, (tables = open(store)))
  return tables
}

function owned<R extends Owned<object>>(store: Store, name: string): Collection<R> {
  return store.collection<R>(name).index('scope', (row) => scopeOf(row.account, row.livemode))
}

/** An id held by an object, whether bare or expanded. */
export function idOf(value: string | { id: string } | null | undefined): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? value : value.id
}

function open(store: Store): Tables {
  const scope = (row: Owned<object>) => scopeOf(row.account, row.livemode)
  return {
    balance_transaction: owned<BalanceTransactionRow>(store, 'balance_transaction')
      .index('source', (row) => row.object.source)
      .index('payout', (row) => row.payout)
      .index('type', (row) => `${scope(row)}:${row.object.type}`),
    payment_method: owned<PaymentMethodRow>(store, 'payment_method').index('customer', (row) => idOf(row.object.customer)),
    payment_intent: owned<PaymentIntentRow>(store, 'payment_intent').index('customer', (row) => idOf(row.object.customer)),
    charge: owned<ChargeRow>(store, 'charge')
      .index('payment_intent', (row) => idOf(row.object.payment_intent))
      .index('customer', (row) => idOf(row.object.customer)),
    refund: owned<RefundRow>(store, 'refund')
      .index('charge', (row) => idOf(row.object.charge))
      .index('payment_intent', (row) => idOf(row.object.payment_intent)),
    dispute: owned<DisputeRow>(store, 'dispute')
      .index('charge', (row) => idOf(row.object.charge))
      .index('payment_intent', (row) => idOf(row.object.payment_intent)),
    customer: owned<CustomerRow>(store, 'customer').index('email', (row) => (row.object.email === null ? null : `${scope(row)}:${row.object.email}`)),
    product: owned<ProductRow>(store, 'product'),
    session: owned<SessionRow>(store, 'checkout_session')
      .index('payment_intent', (row) => idOf(row.object.payment_intent))
      .index('customer', (row) => idOf(row.object.customer))
      .index('status', (row) => `${scope(row)}:${row.object.status ?? ''}`),
    webhook_endpoint: owned<WebhookEndpointRow>(store, 'webhook_endpoint'),
    idempotency: store.collection<IdempotencyRow>('idempotency'),
  }
}
