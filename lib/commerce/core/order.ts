import type { Mode } from '@/lib/kernel/mode'

/**
 * An order as a store tells it, in our words, whatever the platform. Amounts are minor units, or null where the
 * store's text could not be taken exactly; the text is always kept. Times are UTC.
 */
export type StoreOrder = {
  external_id: string
  display_number: string
  /** The store's own word, kept even when we do not know it. */
  status: string
  /** What the status means for us. */
  standing: Standing
  /** Lower-case ISO code. */
  currency: string
  total: bigint | null
  total_text: string
  problem: OrderProblem | null
  customer_name: string | null
  customer_email: string | null
  payment_method: string | null
  placed_at: Date | null
  paid_at: Date | null
  modified_at: Date | null
  lines: StoreLine[]
  claims: StoreClaim[]
}

/**
 * open: waits for money. paid: the store says it has it. canceled, refunded, deleted: over. unclassified: a word we do
 * not know, and no payment date that would tell.
 */
export type Standing = 'open' | 'paid' | 'canceled' | 'refunded' | 'deleted' | 'unclassified'

export type OrderProblem = 'not_a_decimal' | 'too_many_decimals' | 'too_large' | 'unknown_currency'

export type LineKind = 'item' | 'shipping' | 'fee' | 'tax' | 'discount'

/** Lines add up to the order's total wherever the store's own figures do: items before discount, discounts negative, taxes apart. */
export type StoreLine = {
  external_id: string | null
  kind: LineKind
  name: string
  sku: string | null
  quantity: string
  total: bigint | null
  total_text: string
}

/** A payment that the store itself names for the order: a Stripe id, or another processor's reference. */
export type StoreClaim = { reference: string; gateway: string | null; paid_at: Date | null }

/** An order as we hold it. */
export type StoredOrder = Omit<StoreOrder, 'standing' | 'problem' | 'lines' | 'claims'> & {
  tenant_id: string
  id: string
  store_id: string
  mode: Mode
  problem: string | null
  deleted_at: Date | null
  revision: number
  read_at: Date
  payment_state: string
  matched_amount: bigint
  lines: (Omit<StoreLine, 'kind'> & { position: number; kind: string })[]
  /** Of the newest revision only: what the store no longer says does not count. */
  claims: StoreClaim[]
}
