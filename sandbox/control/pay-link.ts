import { formatMinor } from '../shop/shop-money'
import { totalsOf } from '../shop/order-totals'
import type { Order, Shop } from '../shop/shop-types'
import { ControlError } from './control-reply'

function fill(value: unknown, names: Record<string, string>): unknown {
  if (typeof value === 'string') return value.replace(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole)
  if (Array.isArray(value)) return value.map((one) => fill(one, names))
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one, names)]))
  return value
}

/**
 * What the shop's payment plugin does when a customer wants to pay: one POST to the payment service,
 * with an idempotency key per order. Throws ControlError 409 without a plugin, 502 when it is refused.
 */
export async function askForLink(shop: Shop, order: Order): Promise<{ link: string; answer: unknown }> {
  const plugin = shop.payment_plugin
  if (plugin === null) throw new ControlError(409, `shop ${shop.slug} has no payment plugin: PATCH /_sandbox/shops/${shop.slug} {"payment_plugin": {...}}`)
  const body = fill(plugin.body, {
    order_id: String(order.id),
    order_number: order.number,
    total: formatMinor(totalsOf(order).total, order.currency),
    currency: order.currency,
    slug: shop.slug,
  })
  let answer: unknown
  let status = 0
  try {
    const reply = await fetch(plugin.url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(15_000),
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'idempotency-key': `${shop.slug}-${order.id}-${order.modified_ms}`, ...plugin.headers },
    })
    status = reply.status
    answer = await reply.json()
  } catch (error) {
    throw new ControlError(502, `the payment service did not answer: ${error instanceof Error ? error.message : String(error)}`)
  }
  const link = plugin.link_field
    .split('.')
    .reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined), answer)
  if (status >= 300 || typeof link !== 'string') {
    throw new ControlError(502, `the payment service answered ${status}: ${JSON.stringify(answer).slice(0, 500)}`)
  }
  return { link: new URL(link, plugin.url).href, answer }
}
