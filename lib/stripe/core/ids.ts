/** Stripe's objects that we read or fold, and how their ids begin. A charge is `py_` when no card paid it; its refund then `pyr_`. */
const beginnings = {
  payment_intent: ['pi_'],
  charge: ['ch_', 'py_'],
  refund: ['re_', 'pyr_'],
  dispute: ['dp_', 'du_'],
  checkout_session: ['cs_'],
  balance_transaction: ['txn_'],
  payout: ['po_'],
  event: ['evt_'],
  account: ['acct_'],
  webhook_endpoint: ['we_'],
} as const

export type StripeIdKind = keyof typeof beginnings

export type PaymentIntentId = `pi_${string}`
export type ChargeId = `ch_${string}` | `py_${string}`
export type RefundId = `re_${string}` | `pyr_${string}`
export type DisputeId = `dp_${string}` | `du_${string}`
export type CheckoutSessionId = `cs_${string}`
export type BalanceTransactionId = `txn_${string}`
export type PayoutId = `po_${string}`
export type EventId = `evt_${string}`
export type AccountId = `acct_${string}`

/** Which object an id names, or null when it is none that we know. */
export function stripeIdKind(id: unknown): StripeIdKind | null {
  if (typeof id !== 'string' || !/^[a-z]{2,4}_[A-Za-z0-9_]{1,250}$/.test(id)) return null
  for (const kind of Object.keys(beginnings) as StripeIdKind[]) {
    if (beginnings[kind].some((beginning) => id.startsWith(beginning))) return kind
  }
  return null
}

export const isPaymentIntentId = (id: unknown): id is PaymentIntentId => stripeIdKind(id) === 'payment_intent'
export const isChargeId = (id: unknown): id is ChargeId => stripeIdKind(id) === 'charge'
export const isRefundId = (id: unknown): id is RefundId => stripeIdKind(id) === 'refund'
export const isDisputeId = (id: unknown): id is DisputeId => stripeIdKind(id) === 'dispute'
export const isCheckoutSessionId = (id: unknown): id is CheckoutSessionId => stripeIdKind(id) === 'checkout_session'
export const isBalanceTransactionId = (id: unknown): id is BalanceTransactionId => stripeIdKind(id) === 'balance_transaction'
export const isPayoutId = (id: unknown): id is PayoutId => stripeIdKind(id) === 'payout'
export const isEventId = (id: unknown): id is EventId => stripeIdKind(id) === 'event'
export const isAccountId = (id: unknown): id is AccountId => stripeIdKind(id) === 'account'

/** The id in a field that Stripe fills with an id, with the expanded object, or with nothing. */
export function idIn(field: unknown): string | null {
  if (typeof field === 'string') return field
  if (typeof field === 'object' && field !== null && typeof (field as { id?: unknown }).id === 'string') return (field as { id: string }).id
  return null
}
