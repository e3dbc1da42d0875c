import type Stripe from 'stripe'
import type { StripeCheckoutContact, StripeCheckoutLineItem, StripeCheckoutSession, StripeCheckoutStatus } from '@stripe/stripe-js'
import { checkoutAmount, currencyExponent } from './amounts'
import type { TotalReads } from './total-reads'

/** Answer of `GET /v1/payment_pages/:id`. */
export type PaymentPage = {
  session: Stripe.Checkout.Session
  merchant: { display_name: string; country: string }
  payment_method_types: string[]
}

/** What the page has told Stripe.js and the API does not know yet, plus the state of the fields. */
export type LocalState = {
  email: string | null
  phoneNumber: string | null
  individualName: string | null
  businessName: string | null
  billingAddress: StripeCheckoutContact | null
  shippingAddress: StripeCheckoutContact | null
  lastPaymentError: string | null
  fieldsComplete: boolean
}

/** E-mail the session would be confirmed with: the API's, else the one the page gave. */
export function sessionEmail(session: Stripe.Checkout.Session, local: LocalState): string | null {
  return session.customer_details?.email ?? session.customer_email ?? local.email
}

function statusOf(session: Stripe.Checkout.Session): StripeCheckoutStatus {
  if (session.status === 'complete') {
    const settled = (['paid', 'no_payment_required'] as const).find((status) => status === session.payment_status)
    return { type: 'complete', paymentStatus: settled ?? 'unpaid' }
  }
  return session.status === 'expired' ? { type: 'expired' } : { type: 'open' }
}

function lineItem(item: Stripe.LineItem, currency: string, locale: string): StripeCheckoutLineItem {
  const amount = (minor: number) => checkoutAmount(minor, currency, locale)
  const quantity = item.quantity ?? 1
  return {
    id: item.id,
    name: item.description ?? '',
    description: null,
    images: [],
    quantity,
    unitLabel: null,
    unitAmount: amount(item.price?.unit_amount ?? Math.round(item.amount_subtotal / Math.max(quantity, 1))),
    unitAmountDecimal: null,
    subtotal: amount(item.amount_subtotal),
    discount: amount(item.amount_discount),
    taxExclusive: amount(item.amount_tax),
    taxInclusive: amount(0),
    total: amount(item.amount_total),
    discountAmounts: null,
    taxAmounts: null,
    recurring: null,
    adjustableQuantity: null,
    priceId: item.price?.id ?? '',
    isRemovable: false,
    pricing: null,
    transformQuantity: null,
  }
}

/**
 * The session as Stripe.js shows it to a page: camelCase, display-formatted amounts, a new object each time.
 * Reading the total is noted in `reads`, since confirm() refuses a page that never looked at it.
 */
export function browserSession(page: PaymentPage, local: LocalState, locale: string, reads: TotalReads): StripeCheckoutSession {
  const { session } = page
  const currency = session.currency ?? 'usd'
  const divisor = 10 ** currencyExponent(currency)
  const amount = (minor: number | null | undefined) => checkoutAmount(minor ?? 0, currency, locale)
  const status = statusOf(session)
  const email = sessionEmail(session, local)
  const total = amount(session.amount_total)
  return {
    id: session.id,
    livemode: session.livemode,
    get currency() {
      return reads.note('currency', currency)
    },
    get minorUnitsAmountDivisor() {
      return reads.note('divisor', divisor)
    },
    currencyOptions: null,
    email,
    phoneNumber: session.customer_details?.phone ?? local.phoneNumber,
    businessName: page.merchant.display_name,
    nameCollection:
      local.individualName === null && local.businessName === null ? null : { individualName: local.individualName, businessName: local.businessName },
    billingAddress: local.billingAddress,
    shippingAddress: local.shippingAddress,
    shipping: null,
    shippingOptions: [],
    canConfirm: status.type === 'open' && local.fieldsComplete && email !== null,
    lastPaymentError: local.lastPaymentError === null ? null : { message: local.lastPaymentError },
    recurring: null,
    savedPaymentMethods: null,
    surcharge: null,
    tax: { status: 'ready' },
    taxAmounts: null,
    taxIdInfo: null,
    discountAmounts: null,
    optionalItems: null,
    status,
    lineItems: (session.line_items?.data ?? []).map((item) => lineItem(item, currency, locale)),
    total: {
      subtotal: amount(session.amount_subtotal),
      discount: amount(session.total_details?.amount_discount),
      shippingRate: amount(session.total_details?.amount_shipping),
      taxExclusive: amount(session.total_details?.amount_tax),
      taxInclusive: amount(0),
      surcharge: amount(0),
      appliedBalance: amount(0),
      balanceAppliedToNextInvoice: false,
      total: {
        get minorUnitsAmount() {
          return reads.note('minorUnitsAmount', total.minorUnitsAmount)
        },
        get amount() {
          return reads.note('amount', total.amount)
        },
      },
    },
  }
}
