import type { Refund, Shop } from './shop-types'
import { formatMinor } from './shop-money'
import { remainingRefundable } from './order-totals'
import { setStatus } from './order-status'
import { recordStatus } from './record-status'
import { addNote } from './add-note'
import { ShopError, type Actor, type ShopWorld } from './shop-world'

/** `amount` in minor units of the order's currency. `api_refund` asks the shop's own gateway to pay back. */
export interface NewRefund {
  amount: number
  reason: string
  api_refund: boolean
  meta_data: { key: string; value: unknown }[]
  line_items: { id: number; quantity: number; total: number }[]
}

/**
 * Books a refund on an order. The demo shops have no gateway of their own, so `api_refund` (true by
 * default in WooCommerce) fails as it does there. A refund of all that is left turns the order refunded.
 * Source: wc_create_refund, WC_REST_Order_Refunds_Controller.
 */
export function refundOrder(world: ShopWorld, shop: Shop, orderId: number, input: NewRefund, actor: Actor): Refund {
  const order = world.order(shop, orderId)
  if (input.amount < 0) {
    throw new ShopError(400, 'woocommerce_rest_invalid_order_refund', 'Refund amount must be greater than zero.')
  }
  const left = remainingRefundable(order, world.rows.refunds.of(shop.slug, orderId))
  if (input.amount > left || left <= 0) {
    throw new ShopError(500, 'woocommerce_rest_cannot_create_order_refund', 'Invalid refund amount.')
  }
  if (input.api_refund) {
    throw new ShopError(500, 'woocommerce_rest_cannot_create_order_refund', 'The payment gateway for this order does not exist.')
  }
  const item = () => world.rows.take(shop.slug, 'next_item_id')
  const refund = world.rows.refunds.put(shop.slug, {
    id: world.rows.take(shop.slug, 'next_post_id'),
    order_id: orderId,
    created_ms: world.nowMs(),
    amount: input.amount,
    reason: input.reason,
    refunded_payment: false,
    meta_data: input.meta_data.map((meta) => ({ id: item(), ...meta })),
    line_items: input.line_items.map((line) => ({ id: item(), refunded_item_id: line.id, quantity: line.quantity, total: line.total })),
  })
  world.note(shop, orderId, actor, 'refund_created', {
    id: refund.id,
    amount: formatMinor(refund.amount, order.currency),
    reason: refund.reason,
  })
  const touched = { ...order, modified_ms: Math.max(world.nowMs(), order.modified_ms) }
  world.rows.orders.put(shop.slug, touched)
  if (refund.amount === left) {
    const effect = setStatus(touched, 'refunded', world.nowMs())
    world.rows.orders.put(shop.slug, effect.order)
    recordStatus(world, shop, effect, 'shop')
    const text = 'Order status set to refunded. To return funds to the customer you will need to issue a refund through your payment gateway.'
    addNote(world, shop, effect.order, { text, customer: false, byUser: false }, 'shop')
  }
  world.tell(shop, 'order.updated', orderId)
  return refund
}

/** Deletes a refund for good; the order's status stays what it is, as in the real shop. */
export function deleteRefund(world: ShopWorld, shop: Shop, orderId: number, refundId: number, actor: Actor): Refund {
  const refund = world.rows.refunds.get(shop.slug, refundId)
  if (!refund || refund.order_id !== orderId) {
    throw new ShopError(404, 'woocommerce_rest_shop_order_refund_invalid_id', 'Invalid ID.')
  }
  world.rows.refunds.delete(shop.slug, refundId)
  world.note(shop, orderId, actor, 'refund_deleted', { id: refundId })
  world.tell(shop, 'order.updated', orderId)
  return refund
}
