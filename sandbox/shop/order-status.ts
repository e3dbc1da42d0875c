import type { Order, OrderStatus } from './shop-types'

const titles: Record<OrderStatus, string> = {
  pending: 'Pending payment',
  processing: 'Processing',
  'on-hold': 'On hold',
  completed: 'Completed',
  cancelled: 'Cancelled',
  refunded: 'Refunded',
  failed: 'Failed',
  trash: 'Trash',
  'checkout-draft': 'Draft',
}

/** The name a shop keeper sees for a status. */
export function statusTitle(status: OrderStatus): string {
  return titles[status]
}

/** Statuses from which WooCommerce's `payment_complete()` moves an order on; from any other it does nothing. */
export const payableStatuses: readonly OrderStatus[] = ['pending', 'on-hold', 'failed', 'cancelled']

/** WooCommerce's `needs_payment()`: only these take `set_paid`, and only when there is something to pay. */
export function needsPayment(order: Order, total: number): boolean {
  return (order.status === 'pending' || order.status === 'failed') && total > 0
}

export interface StatusEffect {
  order: Order
  changed: { from: OrderStatus; to: OrderStatus } | null
  /** True when this very change gave the order its payment date. */
  marked_paid: boolean
}

/**
 * Sets a status with WooCommerce's side effects: the first time an order reaches processing (or
 * completed) it gets `date_paid`, completed also `date_completed`. Any status may follow any other,
 * as in the real shop. Source: WC_Order::set_status, maybe_set_date_paid, maybe_set_date_completed.
 */
export function setStatus(order: Order, to: OrderStatus, nowMs: number): StatusEffect {
  const next: Order = { ...order, status: to }
  const paying = (to === 'processing' || to === 'completed') && order.paid_ms === null
  if (paying) next.paid_ms = nowMs
  if (to === 'completed' && order.completed_ms === null) next.completed_ms = nowMs
  return { order: next, changed: order.status === to ? null : { from: order.status, to }, marked_paid: paying }
}

/** WooCommerce's `payment_complete()`: transaction id and payment date, then processing. Null when the status does not allow it. */
export function completePayment(order: Order, transactionId: string, nowMs: number): StatusEffect | null {
  if (!payableStatuses.includes(order.status)) return null
  const withId = transactionId === '' ? order : { ...order, transaction_id: transactionId }
  return setStatus(withId, 'processing', nowMs)
}
