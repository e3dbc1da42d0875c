import type { Executor } from '@/lib/db/executor'
import { closeExceptions, openExceptions, type NewException } from '@/lib/exceptions/open-exceptions'
import { clock } from '@/lib/kernel/clock'
import { publicId } from '@/lib/kernel/public-id'
import type { StoreOrder } from './core/order'
import type { OrderReading } from './fetch-order'
import { findReadable, tellOfOrders, writeGone, writeOrders } from './store/write-orders'
import type { StoreRow } from './core/store'

type Of = Pick<StoreRow, 'tenant_id' | 'store_id' | 'mode'>

/**
 * Stores what a store told us about orders, in the caller's transaction: orders, lines, claims, and a revision for each
 * whose content changed. Works for the web process and the worker. An amount that could not be taken exactly becomes an
 * exception.
 * @param cause why it was read: checkout, sync, webhook, effect, by_hand.
 * @returns the ids of the orders whose content changed.
 */
export async function keepOrders(db: Executor, store: Of, readings: { orders: StoreOrder[]; read_at: Date }, cause: string): Promise<string[]> {
  const { tenant_id, store_id, mode } = store
  const now = clock.now()
  const { written, changed } = await writeOrders(db, { tenant_id, store_id, mode, cause, read_at: readings.read_at, now }, readings.orders)
  const ids = new Map(written.map((row) => [row.external_id, row.id]))
  const unreadable = readings.orders.flatMap((order) => {
    const id = ids.get(order.external_id)
    return order.problem === null || id === undefined ? [] : [amountException(store, id, order)]
  })
  await openExceptions(db, unreadable, now)
  if (changed.size > 0) await tellOfOrders(db, tenant_id, mode, [...changed])
  return [...changed]
}

/** Stores one answer, also "there is no such order". Returns the ids whose content changed. */
export async function keepReading(db: Executor, store: Of, externalId: string, reading: OrderReading, cause: string): Promise<string[]> {
  if (reading.order !== null) return keepOrders(db, store, { orders: [reading.order], read_at: reading.read_at }, cause)
  const id = await writeGone(db, { ...store, cause, read_at: reading.read_at, now: clock.now() }, externalId)
  return id === null ? [] : [id]
}

/** Closes the exceptions of orders that can be understood again, and of those whose amount can be read again; worker role only. */
export async function closeReadable(db: Executor, store: Of, orders: StoreOrder[], changed: string[]): Promise<void> {
  const now = clock.now()
  await closeExceptions(
    db,
    store.tenant_id,
    orders.map((order) => unreadableKey(store, order.external_id)),
    'no_longer_so',
    now,
  )
  if (changed.length === 0 || orders.every((order) => order.problem !== null)) return
  const readable = await findReadable(db, store.tenant_id, changed)
  await closeExceptions(db, store.tenant_id, readable.map(amountKey), 'no_longer_so', now)
}

/** The exception about an order that its store tells in a way that cannot be understood. */
export function unreadableKey(store: Pick<StoreRow, 'store_id'>, externalId: string): string {
  return `order_unreadable:${store.store_id}:${externalId}`
}

function amountKey(orderId: string): string {
  return `order_amount_unreadable:${publicId('order', orderId)}`
}

function amountException(store: Of, orderId: string, order: StoreOrder): NewException {
  return {
    tenant_id: store.tenant_id,
    mode: store.mode,
    key: amountKey(orderId),
    type: 'order_amount_unreadable',
    subject_kind: 'order',
    subject_id: publicId('order', orderId),
    payment_id: null,
    order_id: orderId,
    store_id: store.store_id,
    amount_at_risk: null,
    currency: order.currency === 'xxx' ? null : order.currency,
    detail: { problem: order.problem, total_text: order.total_text, display_number: order.display_number, external_id: order.external_id },
  }
}
