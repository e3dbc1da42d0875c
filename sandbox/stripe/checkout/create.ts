import type Stripe from 'stripe'
import { randomText } from '../../core/ids'
import { DAY, find, ownedBy, type Call } from '../call'
import { ApiError, invalidParam, notModelled } from '../protocol/errors'
import { applyMetadata } from '../protocol/params'
import { checkAmount, methodTypes } from '../payment-intents/build'
import type { SessionRow } from '../tables'
import { buildLines } from './line-items'
import { paymentIntentDataOf, type CreateParams } from './params'

/** Scheduled for a session's expires_at. */
export interface ExpiryDue {
  readonly account: string
  readonly livemode: boolean
  readonly session: string
}

export const EXPIRY_DUE = 'stripe.session_expiry'

const NOT_WITH_ELEMENTS = [
  'success_url',
  'cancel_url',
  'custom_fields',
  'custom_text',
  'branding_settings',
  'after_expiration',
  'origin_context',
  'submit_type',
  'optional_items',
] as const
const NOT_MODELLED = {
  discounts: 'discounts',
  optional_items: 'optional items',
  shipping_options: 'shipping options',
  shipping_address_collection: 'shipping addresses',
  invoice_creation: 'invoices',
  customer_account: 'accounts as customers',
} as const

function checkParams(params: CreateParams): void {
  const mode = params.ui_mode ?? 'hosted_page'
  if (mode === 'elements') {
    for (const name of NOT_WITH_ELEMENTS) {
      if (params[name] !== undefined) throw invalidParam(name, `You can not pass \`${name}\` if \`ui_mode\` is \`elements\`.`)
    }
  }
  if (mode === 'hosted_page' && params.success_url === undefined) throw invalidParam('success_url', 'Missing required param: success_url.', 'parameter_missing')
  if (mode === 'hosted_page' && params.return_url !== undefined)
    throw invalidParam('return_url', 'You can not pass `return_url` if `ui_mode` is `hosted_page`.')
  if (mode === 'embedded_page' && params.return_url === undefined && params.redirect_on_completion !== 'never') {
    throw invalidParam('return_url', 'Missing required param: return_url.', 'parameter_missing')
  }
  if (params.mode === undefined) throw invalidParam('mode', 'You must provide one of `mode`: payment, setup, or subscription.', 'parameter_missing')
  if (params.mode !== 'payment') throw notModelled('mode', `Checkout in mode ${params.mode}`)
  if (params.automatic_tax?.enabled === true) throw notModelled('automatic_tax[enabled]', 'automatic tax')
  if (params.adaptive_pricing?.enabled === true) throw notModelled('adaptive_pricing[enabled]', 'adaptive pricing')
  if (params.allow_promotion_codes === true) throw notModelled('allow_promotion_codes', 'promotion codes')
  for (const [name, what] of Object.entries(NOT_MODELLED)) {
    if (params[name as keyof typeof NOT_MODELLED] !== undefined) throw notModelled(name, what)
  }
  if (params.customer !== undefined && params.customer_email !== undefined) {
    throw invalidParam('customer_email', 'You may only specify one of these parameters: customer, customer_email.')
  }
}

function expiresAt(call: Call, given: number | undefined): number {
  const now = call.world.clock.now()
  if (given === undefined) return now + DAY
  if (given < now + 30 * 60) throw invalidParam('expires_at', 'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.')
  if (given > now + DAY) throw invalidParam('expires_at', 'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.')
  return given
}

/** Creates a Checkout Session in payment mode. Its PaymentIntent comes with the confirmation. */
export function createSession(call: Call, params: CreateParams): SessionRow {
  checkParams(params)
  if (params.line_items === undefined || params.line_items.length === 0) {
    throw invalidParam('line_items', 'Missing required param: line_items.', 'parameter_missing')
  }
  const expires = expiresAt(call, params.expires_at)
  const customer = params.customer === undefined ? null : find(call, call.tables.customer, 'customer', params.customer, 'customer')
  const { lines, currency, total } = buildLines(call, params.line_items)
  if (params.currency !== undefined && params.currency !== currency)
    throw invalidParam('currency', 'The currency does not match the currency of the line items.')
  if (total > 0) checkTotal(total, currency)
  const types = methodTypes(call, currency, params.allowed_payment_method_types ?? null, params.excluded_payment_method_types ?? null)
  const uiMode = params.ui_mode ?? 'hosted_page'
  const id = `cs_${call.livemode ? 'live' : 'test'}_a1${randomText(56)}`
  const secret = `${id}_secret_${randomText(32)}`
  const object = {
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: params.allow_promotion_codes ?? null,
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    amount_subtotal: total,
    amount_total: total,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: params.billing_address_collection ?? null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    client_secret: uiMode === 'hosted_page' ? null : secret,
    collected_information: { business_name: null, individual_name: null, shipping_details: null },
    consent: null,
    consent_collection: null,
    created: call.world.clock.now(),
    currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: customer?.id ?? null,
    customer_account: null,
    customer_creation: customer === null ? (params.customer_creation ?? 'if_required') : null,
    customer_details:
      customer === null && params.customer_email === undefined
        ? null
        : {
            address: null,
            business_name: null,
            email: customer?.object.email ?? params.customer_email ?? null,
            individual_name: null,
            name: null,
            phone: null,
            tax_exempt: 'none',
            tax_ids: null,
          },
    customer_email: params.customer_email ?? null,
    discounts: [],
    ...(params.excluded_payment_method_types === undefined ? {} : { excluded_payment_method_types: params.excluded_payment_method_types }),
    expires_at: expires,
    integration_identifier: params.integration_identifier ?? null,
    invoice: null,
    invoice_creation: {
      enabled: false,
      invoice_data: { account_tax_ids: null, custom_fields: null, description: null, footer: null, issuer: null, metadata: {}, rendering_options: null },
    },
    livemode: call.livemode,
    locale: params.locale ?? null,
    managed_payments: null,
    metadata: applyMetadata({}, params.metadata),
    mode: 'payment',
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: types,
    payment_status: total === 0 ? 'no_payment_required' : 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: params.phone_number_collection?.enabled ?? false },
    recovered_from: null,
    ...(uiMode === 'hosted_page' ? {} : { redirect_on_completion: params.redirect_on_completion ?? 'always' }),
    ...(params.return_url === undefined ? {} : { return_url: params.return_url }),
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: null,
    subscription: null,
    success_url: params.success_url ?? null,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: uiMode,
    url: uiMode === 'hosted_page' ? `https://checkout.stripe.com/c/pay/${id}` : null,
    wallet_options: null,
  } satisfies Stripe.Checkout.Session
  const due: ExpiryDue = { account: call.account.id, livemode: call.livemode, session: id }
  const expiry = call.world.clock.schedule(expires, EXPIRY_DUE, due)
  return call.tables.session.put({
    ...ownedBy(call, object),
    line_items: lines,
    client_secret: secret,
    payment_intent_data: paymentIntentDataOf(params.payment_intent_data),
    expiry,
  })
}

function checkTotal(total: number, currency: string): void {
  try {
    checkAmount(total, currency, 'line_items')
  } catch (error) {
    if (!(error instanceof ApiError) || error.body.code !== 'amount_too_small') throw error
    throw invalidParam(
      'line_items',
      `The Checkout Session's total amount due must add up to at least ${error.body.message.replace('Amount must be at least ', '')}`,
      'amount_too_small',
    )
  }
}
