import type { Address, MetaEntry, Order, OrderStatus, Shop } from './shop-types'
import { formatMinor } from './shop-money'
import { totalsOf } from './order-totals'
import { completePayment, needsPayment, setStatus } from './order-status'
import { recordStatus } from './record-status'
import { editLines, type LineChanges } from './edit-lines'
import type { Actor, ShopWorld } from './shop-world'

export interface OrderChange extends LineChanges {
  status?: OrderStatus
  set_paid?: boolean
  transaction_id?: string
  payment_method?: string
  payment_method_title?: string
  customer_note?: string
  customer_id?: number
  currency?: string
  billing?: Partial<Address>
  shipping?: Partial<Address>
  meta_data?: { id?: number; key?: string; value: unknown }[]
  /** Control API only: a total that the lines do not explain; null removes it. */
  total_override?: number | null
  number?: string
}

/** Upserts meta entries by id, else by key; a null value deletes. Source: WC_Data::update_meta_data. */
function mergeMeta(world: ShopWorld, shop: Shop, before: MetaEntry[], changes: NonNullable<OrderChange['meta_data']>): MetaEntry[] {
  let meta = [...before]
  for (const change of changes) {
    const found = meta.find((m) => (change.id === undefined ? m.key === change.key : m.id === change.id))
    if (change.value === null) meta = meta.filter((m) => m !== found)
    else if (found) meta = meta.map((m) => (m === found ? { ...m, key: change.key ?? m.key, value: change.value } : m))
    else if (change.key !== undefined) meta.push({ id: world.rows.take(shop.slug, 'next_item_id'), key: change.key, value: change.value })
  }
  return meta
}

/**
 * Changes an order in WooCommerce's sequence: fields and lines, then the status with its side
 * effects, then `set_paid` (which acts only while the order needs payment). Every call counts:
 * a repeated one is recorded again and sends its webhook again.
 */
export function updateOrder(world: ShopWorld, shop: Shop, orderId: number, change: OrderChange, actor: Actor): Order {
  const before = world.order(shop, orderId)
  const now = world.nowMs()
  world.note(shop, orderId, actor, 'update_requested', { ...change })
  let order: Order = {
    ...before,
    modified_ms: Math.max(now, before.modified_ms),
    payment_method: change.payment_method ?? before.payment_method,
    payment_method_title: change.payment_method_title ?? before.payment_method_title,
    customer_note: change.customer_note ?? before.customer_note,
    customer_id: change.customer_id ?? before.customer_id,
    currency: (change.currency ?? before.currency).toUpperCase(),
    transaction_id: change.transaction_id ?? before.transaction_id,
    number: change.number ?? before.number,
    billing: { ...before.billing, ...change.billing },
    shipping: { ...before.shipping, ...change.shipping },
    meta_data: change.meta_data ? mergeMeta(world, shop, before.meta_data, change.meta_data) : before.meta_data,
  }
  order = editLines(world, shop, order, change)
  if (change.total_override !== undefined) order = { ...order, total_override: change.total_override }
  if (order.transaction_id !== before.transaction_id) {
    world.note(shop, orderId, actor, 'transaction_id_changed', { from: before.transaction_id, to: order.transaction_id })
  }
  const [was, is] = [totalsOf(before).total, totalsOf(order).total]
  if (was !== is || order.currency !== before.currency) {
    world.note(shop, orderId, actor, 'edited', {
      from: `${formatMinor(was, before.currency)} ${before.currency}`,
      to: `${formatMinor(is, order.currency)} ${order.currency}`,
    })
  }
  world.rows.orders.put(shop.slug, order)
  if (change.status !== undefined) {
    const effect = setStatus(order, change.status, now)
    order = world.rows.orders.put(shop.slug, effect.order)
    recordStatus(world, shop, effect, actor)
  }
  if (change.set_paid === true && needsPayment(order, is)) {
    const effect = completePayment(order, change.transaction_id ?? '', now)
    if (effect) {
      order = world.rows.orders.put(shop.slug, effect.order)
      recordStatus(world, shop, effect, actor)
    }
  }
  world.tell(shop, 'order.updated', orderId)
  return order
}

/** Moves an order to the trash, or deletes it for good with `force`. Its history stays. */
export function removeOrder(world: ShopWorld, shop: Shop, orderId: number, force: boolean, actor: Actor): Order {
  const order = world.order(shop, orderId)
  world.note(shop, orderId, actor, 'deleted', { force, status: order.status })
  if (force) {
    for (const note of world.rows.notes.of(shop.slug, orderId)) world.rows.notes.delete(shop.slug, note.id)
    for (const refund of world.rows.refunds.of(shop.slug, orderId)) world.rows.refunds.delete(shop.slug, refund.id)
    world.rows.orders.delete(shop.slug, orderId)
  } else {
    world.rows.orders.put(shop.slug, { ...order, status: 'trash', modified_ms: Math.max(world.nowMs(), order.modified_ms) })
  }
  world.tell(shop, 'order.deleted', orderId)
  return order
}
