import { publicId } from '@/lib/kernel/public-id'
import type { PaymentRow } from '@/lib/payments/core/payment'
import type { OrderFacts } from './facts'
import type { Hop } from './hop'

/** Does the store itself say that this payment paid this order? */
export function storeHop(payment: PaymentRow, order: OrderFacts | null, orderHop: Hop, paid: boolean, captured: bigint, charges: string[]): Hop {
  if (!paid) return { state: payment.status === 'canceled' ? 'not_applicable' : 'not_due', rule: 'not_paid', evidence: {} }
  if (!order) return { state: orderHop.state === 'missing' ? 'missing' : 'not_due', rule: 'no_order_known', evidence: {} }
  const claim = order.claims.find((reference) => reference === payment.stripe_id || charges.includes(reference))
  const evidence = {
    order: publicId('order', order.id),
    store: order.store_name,
    store_status: order.status,
    store_paid_at: order.paid_at,
    claim: claim ?? null,
    order_total: order.total,
    captured,
    order_read_at: order.read_at,
  }
  if (claim === undefined) return { state: 'missing', rule: 'store_read_back', evidence: { ...evidence, reason: 'store_does_not_name_this_payment' } }
  if (order.paid_at === null) return { state: 'missing', rule: 'store_read_back', evidence: { ...evidence, reason: 'store_does_not_say_paid' } }
  if (order.total !== captured || order.currency !== payment.currency)
    return { state: 'inferred', rule: 'store_read_back', evidence: { ...evidence, reason: 'amount_differs' } }
  return { state: 'proven', rule: 'store_read_back', evidence }
}
