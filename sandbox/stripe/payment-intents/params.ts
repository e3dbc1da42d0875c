import { methodData } from '../payment-methods/params'
import { address, clearable, currency, flag, ignored, integer, list, metadata, needed, oneOf, shape, text, type Spec } from '../protocol/params'

const shipping = shape({ address: needed(address), name: needed(text()), phone: text(), carrier: text(), tracking_number: text() })

const common = {
  allowed_payment_method_types: list(text()),
  amount_details: ignored,
  application_fee_amount: integer(),
  capture_method: oneOf(['automatic', 'automatic_async', 'manual']),
  excluded_payment_method_types: list(text()),
  payment_details: ignored,
  payment_method: text(),
  payment_method_data: methodData,
  payment_method_options: ignored,
  payment_method_types: ignored,
  receipt_email: clearable(text()),
  setup_future_usage: clearable(oneOf(['off_session', 'on_session'])),
  shipping: clearable(shipping),
} satisfies Spec

const confirming = {
  error_on_requires_action: flag,
  mandate: ignored,
  mandate_data: ignored,
  off_session: ignored,
  radar_options: ignored,
  return_url: text(),
  use_stripe_sdk: flag,
} satisfies Spec

const describing = {
  customer: text(),
  description: clearable(text(1000)),
  metadata,
  payment_method_configuration: ignored,
  statement_descriptor: clearable(text(22)),
  statement_descriptor_suffix: clearable(text(22)),
  transfer_data: ignored,
  transfer_group: clearable(text()),
} satisfies Spec

/** stripe/esm/resources/PaymentIntents.d.ts: PaymentIntentCreateParams, ...UpdateParams, ...ConfirmParams, ...CaptureParams. */
export const createSpec = {
  ...common,
  ...confirming,
  ...describing,
  amount: needed(integer(1)),
  currency: needed(currency),
  automatic_payment_methods: ignored,
  confirm: flag,
  confirmation_method: oneOf(['automatic', 'manual']),
  on_behalf_of: text(),
} satisfies Spec
export const updateSpec = { ...common, ...describing, amount: integer(1), currency } satisfies Spec
export const confirmSpec = { ...common, ...confirming } satisfies Spec
export const captureSpec = {
  amount_details: ignored,
  amount_to_capture: integer(1),
  application_fee_amount: integer(),
  final_capture: flag,
  metadata,
  payment_details: ignored,
  statement_descriptor: text(22),
  statement_descriptor_suffix: text(22),
  transfer_data: ignored,
} satisfies Spec
