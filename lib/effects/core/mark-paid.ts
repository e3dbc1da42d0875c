import type { StoreOrder } from '@/lib/commerce/core/order'
import { toDecimal } from '@/lib/money/core/decimal'
import type { MarkPaidPayload } from './payload'

export const markPaidFindings = ['paid_but_order_cancelled', 'order_paid_elsewhere', 'order_total_differs', 'order_status_unclassified'] as const
export type MarkPaidFinding = (typeof markPaidFindings)[number]

/**
 * already: the store says so itself, nothing is sent. write: send it. skip: leave the order alone; with a finding where
 * a person must look.
 */
export type MarkPaidDecision =
  { act: 'already' } | { act: 'write' } | { act: 'skip'; reason: string; finding: MarkPaidFinding | null; detail: Record<string, unknown> }

/**
 * A shop has no idempotency, so what to do follows from the order as it was just read, never from what we remember.
 * `order` is null when the store has it no more.
 */
export function decideMarkPaid(order: StoreOrder | null, payment: MarkPaidPayload): MarkPaidDecision {
  const paid = { reference: payment.reference, amount: toDecimal(payment.amount, payment.currency), currency: payment.currency }
  if (order === null) return { act: 'skip', reason: 'order_deleted', finding: 'paid_but_order_cancelled', detail: { payment: paid, store_status: null } }
  const ours = order.claims.some((claim) => claim.reference === payment.reference)
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
      return ours ? { act: 'already' } : { act: 'skip', reason: 'paid_elsewhere', finding: 'order_paid_elsewhere', detail: said }
    case 'refunded':
      return ours && order.paid_at !== null ? { act: 'already' } : { act: 'skip', reason: 'order_refunded', finding: 'paid_but_order_cancelled', detail: said }
    case 'canceled':
      return { act: 'skip', reason: 'order_cancelled', finding: 'paid_but_order_cancelled', detail: said }
    case 'deleted':
      return { act: 'skip', reason: 'order_deleted', finding: 'paid_but_order_cancelled', detail: said }
    case 'unclassified':
      return { act: 'skip', reason: 'order_status_unclassified', finding: 'order_status_unclassified', detail: said }
    case 'open':
      if (order.total === payment.amount && order.currency === payment.currency) return { act: 'write' }
      return { act: 'skip', reason: 'order_total_differs', finding: 'order_total_differs', detail: { ...said, problem: order.problem } }
  }
}
