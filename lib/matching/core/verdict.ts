import type { PaymentRow } from '@/lib/payments/core/payment'
import type { OrderFacts } from './facts'
import type { Hops, Word } from './hop'

/** What follows from the stored facts of one payment. */
export type Verdict = {
  payment: Pick<
    PaymentRow,
    | 'origin'
    | 'attempt_id'
    | 'store_id'
    | 'attribution'
    | 'amount_captured'
    | 'amount_refunded'
    | 'amount_disputed'
    | 'fee_state'
    | 'fee'
    | 'net'
    | 'settlement_currency'
    | 'payment_method_type'
    | 'card_brand'
    | 'card_last4'
    | 'customer_email'
  >
  hops: Hops
  word: Word
  order: OrderFacts | null
  /** A match to record, when the facts prove one that is not recorded yet. */
  match: {
    order_id: string
    amount: bigint
    currency: string
    rule: 'attempt' | 'store_reference'
    evidence: Record<string, unknown>
    order_revision: number
  } | null
  exceptions: Finding[]
  effects: { kind: 'order.mark_paid' | 'order.note'; subject: string; cause: string; order_id: string; store_id: string; payload: Record<string, unknown> }[]
}

export type Finding = {
  type: FindingType
  subject_id: string
  order_id: string | null
  store_id: string | null
  amount_at_risk: bigint | null
  currency: string
  detail: Record<string, unknown>
}

/** The exceptions that explaining a payment opens, and closes again when the facts no longer say so. */
export const findingTypes = [
  'wrong_store',
  'amount_differs',
  'currency_differs',
  'order_paid_twice',
  'paid_but_order_cancelled',
  'refunded_exceeds_captured',
  'disputed_exceeds_captured',
  'dispute_won_not_reinstated',
] as const
export type FindingType = (typeof findingTypes)[number]

/** Adds a finding about the payment that is being explained. */
export type Find = (type: FindingType, amount: bigint | null, order: OrderFacts | null, detail: Record<string, unknown>) => void
