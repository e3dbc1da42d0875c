import type { StoreOrder } from '@/lib/commerce/core/order'
import { toDecimal } from '@/lib/money/core/decimal'
import type { MarkPaidPayload } from './payload'

export const markPaidFindings = ['order_paid_elsewhere', 'order_total_differs', 'order_status_unclassified'] as const
export type MarkPaidFinding = (typeof markPaidFindings)[number]

/**
 * already: the store says so itself, nothing is sent. write: send it. skip: leave the order alone; with a finding where
 * a person must look. That money was taken for an order which is called off is found by explaining the payment.
 */
export type MarkPaidDecision =
  { act: 'already' } | { act: 'write' } | { act: 'skip'; reason: string; finding: MarkPaidFinding | null; detail: Record<string, unknown> }

/**
 * A shop has no idempotency, so what to do follows from the order as it was just read, never from what we remember.
 * `order` is null when the store has it no more. `isGivenBack`: all of the money went back to the payer before the store
 * was told; an order that is then marked as paid would be shipped for nothing, and nobody has to look.
 */
export function decideMarkPaid(order: StoreOrder | null, payment: MarkPaidPayload, isGivenBack: boolean): MarkPaidDecision {
  const paid = { reference: payment.reference, amount: toDecimal(payment.amount, payment.currency), currency: payment.currency }
  if (order !== null && saysPaidBy(order, payment)) return { act: 'already' }
  if (isGivenBack) return { act: 'skip', reason: 'payment_refunded', finding: null, detail: { payment: paid } }
  if (order === null) return { act: 'skip', reason: 'order_deleted', finding: null, detail: { payment: paid, store_status: null } }
  const said = {
    payment: paid,
    store_status: order.status,
    store_paid_at: order.paid_at?.toISOString() ?? null,
    store_total: order.total_text,
    store_currency: order.currency,
    store_references: order.claims.map((claim) => claim.reference),
  }
  switch (order.standing) {
    case 'paid':
      return { act: 'skip', reason: 'paid_elsewhere', finding: 'order_paid_elsewhere', detail: said }
    case 'refunded':
      return { act: 'skip', reason: 'order_refunded', finding: null, detail: said }
    case 'canceled':
      return { act: 'skip', reason: 'order_cancelled', finding: null, detail: said }
    case 'deleted':
      return { act: 'skip', reason: 'order_deleted', finding: null, detail: said }
    case 'unclassified':
      return { act: 'skip', reason: 'order_status_unclassified', finding: 'order_status_unclassified', detail: said }
    case 'open':
      if (order.total === payment.amount && order.currency === payment.currency) return { act: 'write' }
      return { act: 'skip', reason: 'order_total_differs', finding: 'order_total_differs', detail: { ...said, problem: order.problem } }
  }
}

/** The store names this payment, and once said that it paid. */
function saysPaidBy(order: StoreOrder, payment: MarkPaidPayload): boolean {
  const names = order.claims.some((claim) => claim.reference === payment.reference)
  return names && (order.standing === 'paid' || (order.standing === 'refunded' && order.paid_at !== null))
}
