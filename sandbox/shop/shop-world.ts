import { createHash } from 'node:crypto'
import type { Clock } from '../core/clock'
import { randomText } from '../core/ids'
import type { Store } from '../core/store'
import type { HistoryEntry, Order, Shop } from './shop-types'
import { ShopStore } from './shop-store'

export type OrderTopic = 'order.created' | 'order.updated' | 'order.deleted' | 'order.restored'
export type Actor = HistoryEntry['actor']

export interface NewShop {
  slug: string
  name: string
  /** ISO code in any case. */
  currency: string
  timezone: string
  number_prefix: string
  country: string
  permissions: Shop['permissions']
}

/** An error a shop answers with, in WooCommerce's shape. */
export class ShopError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly params?: Record<string, string>,
  ) {
    super(message)
  }
}

/** The demo shops: their rows, the sandbox clock, and who is told when an order changes. */
export class ShopWorld {
  readonly rows: ShopStore
  /** Where the sandbox was last reached, for the addresses in webhooks; no trailing slash. */
  origin = 'http://127.0.0.1:4010'
  private readonly listeners: ((shop: Shop, topic: OrderTopic, orderId: number) => void)[] = []

  constructor(
    store: Store,
    readonly clock: Clock,
  ) {
    this.rows = new ShopStore(store)
  }

  nowMs(): number {
    return this.clock.nowMs()
  }

  onOrder(listener: (shop: Shop, topic: OrderTopic, orderId: number) => void): void {
    this.listeners.push(listener)
  }

  tell(shop: Shop, topic: OrderTopic, orderId: number): void {
    for (const listener of this.listeners) listener(shop, topic, orderId)
  }

  note(shop: Shop, orderId: number, actor: Actor, kind: HistoryEntry['kind'], detail: Record<string, unknown>): void {
    this.rows.addHistory(shop.slug, { order_id: orderId, at_ms: this.nowMs(), actor, kind, detail })
  }

  /** Throws ShopError 404 when there is no such order (trash included in what exists). */
  order(shop: Shop, orderId: number): Order {
    const order = this.rows.orders.get(shop.slug, orderId)
    if (!order) throw new ShopError(404, 'woocommerce_rest_shop_order_invalid_id', 'Invalid ID.')
    return order
  }

  /** Opens a shop with fresh keys. Throws ShopError 409 when the slug is taken. */
  open(input: NewShop): Shop {
    if (this.rows.shop(input.slug)) throw new ShopError(409, 'sandbox_shop_exists', `A shop with slug "${input.slug}" exists.`)
    // Different shops start their sequences in different places, so that an id of one is seldom an id of another.
    const spread = createHash('sha256').update(input.slug).digest().readUInt16BE(0)
    return this.rows.putShop({
      id: input.slug,
      slug: input.slug,
      name: input.name,
      currency: input.currency.toUpperCase(),
      timezone: input.timezone,
      number_prefix: input.number_prefix,
      country: input.country,
      consumer_key: `ck_${randomText(40).toLowerCase()}`,
      consumer_secret: `cs_${randomText(40).toLowerCase()}`,
      permissions: input.permissions,
      next_post_id: 1000 + (spread % 7000),
      next_order_number: 1001,
      next_item_id: 1 + (spread % 500),
      next_note_id: 1,
      next_webhook_id: 1,
      created_ms: this.nowMs(),
      payment_plugin: null,
    })
  }
}
