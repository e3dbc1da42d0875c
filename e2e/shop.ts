import { publicId } from '@/lib/kernel/public-id'
import type { DemoStore } from './demo'
import { product } from './product'
import { sandbox } from './stripe'

/** An order as its shop has it. `total` is a decimal string. */
export type Order = { store: DemoStore; id: number; number: string; total: string }

type Wish = { items?: { name: string; quantity?: number; unit_price: string }[]; [more: string]: unknown }
type ShopJson = { id: number; number: string; total: string; status: string; transaction_id: string; date_paid: string | null }

/** Two lines and shipping, 64.70 in currencies of two decimals. */
export const basket = {
  items: [
    { name: 'Linen cushion', quantity: 2, unit_price: '19.90' },
    { name: 'Stoneware mug', quantity: 1, unit_price: '20.00' },
  ],
  shipping: [{ title: 'Standard shipping', total: '4.90' }],
}
/** Whatever the shop's demo makes up: another customer and other goods each time. */
export const anything = { billing: undefined }
/** The same without decimals, for yen. */
export const yenBasket = { items: [{ name: 'Linen cushion', quantity: 2, unit_price: '2980' }], shipping: [{ title: 'Standard shipping', total: '600' }] }

/** A customer orders something. */
export async function takeOrder(store: DemoStore, wish: Wish = store.currency === 'jpy' ? yenBasket : basket): Promise<Order> {
  const billing = { first_name: 'Ada', last_name: 'Lindqvist', email: 'ada.lindqvist@example.com' }
  const { id, number, total } = await sandbox.createOrder(store.slug, { billing, ...wish })
  return { store, id, number, total }
}

/** Clicks "Pay" in the shop: its payment plugin asks our API for a link. */
export async function payLink({ store, id }: Order): Promise<string> {
  return (await sandbox.post<{ link: string }>(`/_sandbox/shops/${store.slug}/orders/${id}/pay_link`)).link
}

export type CheckoutAnswer = {
  status: number
  body: {
    id?: string
    status?: string
    pay_url?: string
    session?: { client_secret: string; publishable_key: string; account: string | null } | null
    error?: { code: string; message: string; field?: string; remedy?: string; request_id: string }
  }
}

/** Asks our API for the checkout of an order. `as` takes another store's key, `at` another store's id. */
export async function askCheckout(
  order: Order,
  { as = order.store, at = order.store, key }: { as?: DemoStore; at?: DemoStore; key?: string } = {},
): Promise<CheckoutAnswer> {
  return askApi({ store: publicId('store', at.store_id), order: { external_id: String(order.id) } }, as.api_key, key)
}

/** One request to our API with any body. */
export async function askApi(body: unknown, apiKey: string, idempotencyKey?: string): Promise<CheckoutAnswer> {
  const headers = {
    authorization: `Bearer ${apiKey}`,
    'content-type': 'application/json',
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
  }
  const answer = await fetch(`${product.webUrl}/api/v1/checkouts`, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: answer.status, body: (await answer.json()) as CheckoutAnswer['body'] }
}

/** Asks until the answer is no longer "try again": how a shop's plugin behaves. */
export async function insistOnCheckout(order: Order, key: string, most = 20): Promise<CheckoutAnswer> {
  for (let tries = 1; ; tries++) {
    const answer = await askCheckout(order, { key })
    const isPassing = answer.status >= 500 || answer.body.error?.code === 'checkout_in_progress' || answer.body.error?.code === 'idempotency_in_progress'
    if (!isPassing || tries === most) return answer
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

/** Pays a checkout without a browser. */
export async function payQuietly(answer: CheckoutAnswer, how: Record<string, unknown> = {}): Promise<{ outcome: string }> {
  const { session } = answer.body
  if (!session) throw new Error(`there is no session to pay: ${JSON.stringify(answer)}`)
  const { client_secret, publishable_key, account } = session
  return sandbox.pay({ client_secret, publishable_key, ...(account !== null && { account }), ...how })
}

/** Orders and pays it without a browser. */
export async function orderAndPay(store: DemoStore, how: Record<string, unknown> = {}, wish?: Wish): Promise<Order> {
  const order = await takeOrder(store, wish)
  await payQuietly(await askCheckout(order), how)
  return order
}

/** The order as its shop shows it now. */
export async function orderInShop({ store, id }: Order): Promise<ShopJson> {
  return sandbox.ask<ShopJson>('GET', `/_sandbox/shops/${store.slug}/orders/${id}`)
}

/** How often the order was marked paid in its shop, ever. */
export async function timesMarkedPaid({ store, id }: Order): Promise<number> {
  return (await sandbox.orderHistory(store.slug, id)).times_marked_paid
}

/** The shop keeper changes an order. */
export async function changeOrder({ store, id }: Order, change: Record<string, unknown>): Promise<void> {
  await sandbox.ask('PATCH', `/_sandbox/shops/${store.slug}/orders/${id}`, change)
}
