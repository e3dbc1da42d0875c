import type { BalanceTransactionRow } from '@/lib/ledger/core/balance-transaction'
import type { DisputeRow } from '@/lib/disputes/core/dispute'
import type { ChargeRow, PaymentRow } from '@/lib/payments/core/payment'
import type { RefundRow } from '@/lib/refunds/core/refund'

/** Everything stored that speaks about one payment: what `explain` decides from, and nothing else. */
export type Facts = {
  payment: PaymentRow
  charges: ChargeRow[]
  refunds: RefundRow[]
  disputes: DisputeRow[]
  balance_transactions: BalanceTransactionRow[]
  /** The attempt that the payment's session or metadata names, of the same tenant; null when there is none. */
  attempt: AttemptFacts | null
  /** Orders that the attempt, a claim of a store or an active match names. */
  orders: OrderFacts[]
  matches: MatchFacts[]
  tally: Tally
}

export type AttemptFacts = {
  id: string
  mode: string
  connection_id: string
  store_id: string
  order_id: string
  amount: bigint
  currency: string
  order_revision: number
  session_id: string | null
  session_status: string | null
  payment_intent_id: string | null
}

export type OrderFacts = {
  id: string
  mode: string
  store_id: string
  store_name: string
  connection_id: string
  external_id: string
  display_number: string
  status: string
  currency: string
  total: bigint | null
  paid_at: Date | null
  /** Set once the store's own answer confirmed that the order is gone: a webhook alone may be late. */
  deleted_at: Date | null
  revision: number
  read_at: Date
  /** References (pi_, ch_) that the newest revision claims. */
  claims: string[]
  /** Totals of the revisions that are stored: a match is proven only while its revision is. */
  revisions: { revision: number; total: bigint | null; currency: string }[]
  lines: { kind: string; name: string; quantity: string; total_text: string }[]
  /** What other payments that are matched with this order took, did not give back and do not have held back. Null: there are none. */
  other_kept: bigint | null
}

export type MatchFacts = {
  id: string
  order_id: string
  amount: bigint
  currency: string
  rule: string
  order_revision: number
  evidence: Record<string, unknown>
  created_by: string
}

/** Counted from the inbox rows and effects that touched the payment. */
export type Tally = {
  event_ids: string[]
  first_webhook_at: Date | null
  last_webhook_at: Date | null
  /** Of effects that have ended: while one is tried, nobody explains its payment. */
  retry_count: number
  /** Effects of this payment that were queued before, whatever became of them: asking for one again is for nothing. */
  effect_keys: string[]
  /** Did we ask the store for the order because of this payment, and keep its answer? */
  order_asked: boolean
}
