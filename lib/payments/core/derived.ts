import type { PaymentRow } from './payment'

/** The columns of `payment` that are not folded from a snapshot but derived from everything stored about it (lib/matching). */
export const derivedPaymentColumns = [
  'origin',
  'attempt_id',
  'store_id',
  'attribution',
  'amount_refunded',
  'amount_disputed',
  'fee_state',
  'fee',
  'net',
  'settlement_currency',
  'payment_method_type',
  'card_brand',
  'card_last4',
  'customer_email',
] as const satisfies readonly (keyof PaymentRow)[]
