import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'
import { randomText } from '../core/ids'
import { orderJson } from './order-json'
import type { Shop, ShopWebhook } from './shop-types'
import type { OrderTopic, ShopWorld } from './shop-world'

const USER_AGENT = 'WooCommerce/9.9.5 Hookshot (WordPress/6.8.2)'
/** WooCommerce's own limit: the sixth failure in a row disables the webhook. */
const FAILURES_ALLOWED = 5
/** The real shop sends from a background queue a little later; several changes in between give one delivery. */
const DELAY_MS = 100

/**
 * Sends a shop's order webhooks. As in WooCommerce: the payload is the order as it is when sent, each
 * change is tried once (nothing is sent again), and a webhook that keeps failing disables itself.
 */
export class OrderFeed {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 16 })
  private readonly waiting = new Map<string, NodeJS.Timeout>()

  constructor(private readonly world: ShopWorld) {
    world.onOrder((shop, topic, orderId) => this.changed(shop, topic, orderId))
  }

  /** The unsigned call that WooCommerce makes when a webhook is created: a form body `webhook_id=<id>`. */
  ping(shop: Shop, hook: ShopWebhook): void {
    void this.send(shop, hook, `webhook_id=${hook.id}`, { 'content-type': 'application/x-www-form-urlencoded' })
  }

  private changed(shop: Shop, topic: OrderTopic, orderId: number): void {
    for (const hook of this.world.rows.webhooks.all(shop.slug)) {
      if (hook.status !== 'active' || hook.topic !== topic) continue
      const key = `${shop.slug}/${hook.id}/${orderId}`
      if (this.waiting.has(key)) continue
      const timer = setTimeout(() => {
        this.waiting.delete(key)
        this.deliver(shop, hook.id, topic, orderId)
      }, DELAY_MS)
      timer.unref()
      this.waiting.set(key, timer)
    }
  }

  private deliver(shop: Shop, hookId: number, topic: OrderTopic, orderId: number): void {
    const hook = this.world.rows.webhooks.get(shop.slug, hookId)
    if (hook?.status !== 'active') return
    const url = `${this.world.origin}/shops/${shop.slug}`
    const order = this.world.rows.orders.get(shop.slug, orderId)
    const payload = order && topic !== 'order.deleted' ? orderJson(shop, order, this.world.rows.refunds.of(shop.slug, orderId), url) : { id: orderId }
    const body = JSON.stringify(payload)
    const deliveryId = randomText(32).toLowerCase()
    void this.send(shop, hook, body, {
      'content-type': 'application/json',
      'x-wc-webhook-source': `${url}/`,
      'x-wc-webhook-topic': topic,
      'x-wc-webhook-resource': 'order',
      'x-wc-webhook-event': topic.slice('order.'.length),
      'x-wc-webhook-signature': createHmac('sha256', hook.secret).update(body).digest('base64'),
      'x-wc-webhook-id': String(hook.id),
      'x-wc-webhook-delivery-id': deliveryId,
    }).then((status) => {
      this.world.note(shop, orderId, 'shop', 'webhook_sent', { webhook: hook.id, topic, status, delivery_id: deliveryId })
    })
  }

  private async send(shop: Shop, hook: ShopWebhook, body: string, headers: Record<string, string>): Promise<number | null> {
    const status = await post(this.agent, hook.delivery_url, body, { 'user-agent': USER_AGENT, ...headers })
    const now = this.world.rows.webhooks.get(shop.slug, hook.id)
    if (!now) return status
    const good = status !== null && status >= 200 && status < 300
    const failures = good ? 0 : now.failure_count + 1
    if (failures !== now.failure_count) {
      this.world.rows.webhooks.put(shop.slug, { ...now, failure_count: failures, status: failures > FAILURES_ALLOWED ? 'disabled' : now.status })
    }
    return status
  }
}

/** One POST; the status, or null when nothing came back within 5 seconds. Redirects are not followed. */
function post(agent: Agent, url: string, body: string, headers: Record<string, string>): Promise<number | null> {
  return new Promise((resolve) => {
    const bytes = Buffer.from(body)
    const sent = request(url, { method: 'POST', agent, timeout: 5000, headers: { ...headers, 'content-length': bytes.length } }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode ?? null))
      answer.on('error', () => resolve(null))
    })
    sent.on('timeout', () => sent.destroy())
    sent.on('error', () => resolve(null))
    sent.end(bytes)
  })
}
