import { applyMetadata, currency, flag, ignored, integer, list, metadata, needed, oneOf, shape, text, type Read, type Spec } from '../protocol/params'
import type { PaymentIntentData } from '../tables'

const productData = shape({ name: needed(text(250)), description: text(40_000), images: list(text(2048), 8), metadata, tax_code: text(), unit_label: text() })

const lineItem = shape({
  adjustable_quantity: ignored,
  metadata,
  price: text(),
  price_data: shape({
    currency: needed(currency),
    product: text(),
    product_data: productData,
    recurring: ignored,
    tax_behavior: oneOf(['exclusive', 'inclusive', 'unspecified']),
    unit_amount: integer(),
    unit_amount_decimal: text(),
  }),
  quantity: integer(),
  tax_rates: ignored,
})

export type LineItemParams = ReturnType<typeof lineItem.read>

const paymentIntentData = shape({
  application_fee_amount: integer(),
  capture_method: oneOf(['automatic', 'automatic_async', 'manual']),
  description: text(1000),
  metadata,
  on_behalf_of: text(),
  receipt_email: text(),
  setup_future_usage: oneOf(['off_session', 'on_session']),
  shipping: ignored,
  statement_descriptor: text(22),
  statement_descriptor_suffix: text(22),
  transfer_data: ignored,
  transfer_group: text(),
})

const enabled = shape({ enabled: flag })
const methods = list(text())

/** Parameters of POST /v1/checkout/sessions (stripe/esm/resources/Checkout/Sessions.d.ts, SessionCreateParams). */
export const createSpec = {
  adaptive_pricing: enabled,
  after_expiration: ignored,
  allow_promotion_codes: flag,
  allowed_payment_method_types: methods,
  automatic_tax: shape({ enabled: needed(flag), liability: ignored }),
  billing_address_collection: oneOf(['auto', 'required']),
  branding_settings: ignored,
  cancel_url: text(),
  client_reference_id: text(200),
  consent_collection: ignored,
  currency,
  custom_fields: ignored,
  custom_text: ignored,
  customer: text(),
  customer_account: text(),
  customer_creation: oneOf(['always', 'if_required']),
  customer_email: text(),
  customer_update: ignored,
  discounts: ignored,
  excluded_payment_method_types: methods,
  expires_at: integer(),
  integration_identifier: text(),
  invoice_creation: ignored,
  line_items: list(lineItem),
  locale: text(),
  managed_payments: ignored,
  metadata,
  mode: oneOf(['payment', 'setup', 'subscription']),
  name_collection: ignored,
  optional_items: ignored,
  origin_context: ignored,
  payment_intent_data: paymentIntentData,
  payment_method_collection: ignored,
  payment_method_configuration: ignored,
  payment_method_data: ignored,
  payment_method_options: ignored,
  permissions: ignored,
  phone_number_collection: enabled,
  redirect_on_completion: oneOf(['always', 'if_required', 'never']),
  return_url: text(),
  saved_payment_method_options: ignored,
  setup_intent_data: ignored,
  shipping_address_collection: ignored,
  shipping_options: ignored,
  submit_type: ignored,
  subscription_data: ignored,
  success_url: text(),
  tax_id_collection: ignored,
  ui_mode: oneOf(['elements', 'embedded_page', 'form', 'hosted_page']),
  wallet_options: ignored,
} satisfies Spec

export type CreateParams = Read<typeof createSpec>

/** What the session will hand to its PaymentIntent. session.metadata is not among it. */
export function paymentIntentDataOf(params: CreateParams['payment_intent_data']): PaymentIntentData {
  return {
    metadata: applyMetadata({}, params?.metadata),
    description: params?.description ?? null,
    capture_method: params?.capture_method ?? 'automatic_async',
    receipt_email: params?.receipt_email ?? null,
    statement_descriptor: params?.statement_descriptor ?? null,
    statement_descriptor_suffix: params?.statement_descriptor_suffix ?? null,
    application_fee_amount: params?.application_fee_amount ?? null,
    setup_future_usage: params?.setup_future_usage ?? null,
    transfer_group: params?.transfer_group ?? null,
  }
}
