import type { Collection, Row, Store } from '../core/store'
import type { HistoryEntry, Note, Order, Refund, Shop, ShopWebhook } from './shop-types'

interface Filed<T> extends Row {
  readonly slug: string
  readonly value: T
}

const key = (slug: string, id: number) => `${slug}/${id}`
const orderKey = (slug: string, orderId: number) => `${slug}/${orderId}`

/** Rows of one noun, per shop. */
class Drawer<T extends { id: number }> {
  private readonly rows: Collection<Filed<T>>

  constructor(store: Store, name: string) {
    this.rows = store.collection<Filed<T>>(name).index('shop', (row) => row.slug)
  }

  get(slug: string, id: number): T | undefined {
    return this.rows.get(key(slug, id))?.value
  }

  put(slug: string, value: T): T {
    this.rows.put({ id: key(slug, value.id), slug, value })
    return value
  }

  delete(slug: string, id: number): boolean {
    return this.rows.delete(key(slug, id))
  }

  /** Oldest first. */
  all(slug: string): T[] {
    return this.rows.list('shop', slug).map((entry) => entry.row.value)
  }
}

/** Rows of one noun that belong to an order. */
class OrderDrawer<T extends { id: number; order_id: number }> {
  private readonly rows: Collection<Filed<T>>

  constructor(store: Store, name: string) {
    this.rows = store.collection<Filed<T>>(name).index('order', (row) => orderKey(row.slug, row.value.order_id))
  }

  get(slug: string, id: number): T | undefined {
    return this.rows.get(key(slug, id))?.value
  }

  put(slug: string, value: T): T {
    this.rows.put({ id: key(slug, value.id), slug, value })
    return value
  }

  delete(slug: string, id: number): boolean {
    return this.rows.delete(key(slug, id))
  }

  /** Oldest first. */
  of(slug: string, orderId: number): T[] {
    return this.rows.list('order', orderKey(slug, orderId)).map((entry) => entry.row.value)
  }
}

type Sequence = 'next_post_id' | 'next_order_number' | 'next_item_id' | 'next_note_id' | 'next_webhook_id'

interface ShopRow extends Row {
  readonly shop: Shop
}

/** Everything the demo shops remember, in the sandbox's journal. */
export class ShopStore {
  private readonly shops: Collection<ShopRow>
  private readonly historyRows: Collection<Filed<HistoryEntry>>
  readonly orders: Drawer<Order>
  readonly webhooks: Drawer<ShopWebhook>
  readonly notes: OrderDrawer<Note>
  readonly refunds: OrderDrawer<Refund>

  constructor(store: Store) {
    this.shops = store.collection<ShopRow>('shop').index('key', (row) => row.shop.consumer_key)
    this.orders = new Drawer(store, 'shop_order')
    this.webhooks = new Drawer(store, 'shop_webhook')
    this.notes = new OrderDrawer(store, 'shop_note')
    this.refunds = new OrderDrawer(store, 'shop_refund')
    this.historyRows = store.collection<Filed<HistoryEntry>>('shop_history').index('order', (row) => orderKey(row.slug, row.value.order_id))
  }

  shop(slug: string): Shop | undefined {
    return this.shops.get(slug)?.shop
  }

  allShops(): Shop[] {
    return [...this.shops.all()].map((row) => row.shop)
  }

  putShop(shop: Shop): Shop {
    this.shops.put({ id: shop.slug, shop })
    return shop
  }

  /** Takes the next number of a shop's sequence. Orders and refunds share one; it skips as a real shop's posts do. */
  take(slug: string, sequence: Sequence): number {
    const shop = this.shop(slug)
    if (!shop) throw new Error(`no shop ${slug}`)
    const value = shop[sequence]
    const step = sequence === 'next_post_id' ? 1 + (value % 3) : 1
    this.putShop({ ...shop, [sequence]: value + step })
    return value
  }

  addHistory(slug: string, entry: Omit<HistoryEntry, 'seq'>): void {
    const seq = this.history(slug, entry.order_id).length + 1
    this.historyRows.put({ id: `${orderKey(slug, entry.order_id)}/${seq}`, slug, value: { seq, ...entry } })
  }

  /** Oldest first; stays readable after the order was deleted. */
  history(slug: string, orderId: number): HistoryEntry[] {
    return this.historyRows.list('order', orderKey(slug, orderId)).map((entry) => entry.row.value)
  }
}
