import type { Hono } from 'hono'
import { webhookJson } from './order-json'
import { readNewWebhook } from './rest-body'
import { cut, readPage } from './rest-list'
import { answer, answerPage, bodyOf, idOf, queryOf, shopOf, urlOf } from './rest-reply'
import type { OrderFeed } from './order-feed'
import { ShopError, type ShopWorld } from './shop-world'
import { randomText } from '../core/ids'

const PREFIX = '/shops/:slug/wp-json/wc/v3'
const topics = ['order.created', 'order.updated', 'order.deleted', 'order.restored']
const INVALID = 'woocommerce_rest_shop_webhook_invalid_id'

/** The shop's webhooks: create (with a ping), list, read, delete. */
export function mountWebhooks(app: Hono, world: ShopWorld, feed: OrderFeed): void {
  app.get(`${PREFIX}/webhooks`, (c) => {
    const shop = shopOf(c, world)
    const page = cut(world.rows.webhooks.all(shop.slug).reverse(), readPage(queryOf(c)))
    return answerPage(
      c,
      page,
      page.rows.map((hook) => webhookJson(shop, hook, urlOf(c, shop))),
    )
  })
  app.post(`${PREFIX}/webhooks`, async (c) => {
    const shop = shopOf(c, world)
    const input = readNewWebhook(await bodyOf(c))
    if (!topics.includes(input.topic)) {
      throw new ShopError(400, 'woocommerce_rest_shop_webhook_invalid_topic', 'Webhook topic is required and must be valid.')
    }
    if (!/^https?:\/\/[^\s]+$/.test(input.delivery_url)) {
      throw new ShopError(
        400,
        'woocommerce_rest_shop_webhook_invalid_delivery_url',
        'Webhook delivery URL must be a valid URL starting with http:// or https://.',
      )
    }
    const now = world.nowMs()
    const id = world.rows.take(shop.slug, 'next_webhook_id')
    const hook = world.rows.webhooks.put(shop.slug, {
      id,
      name: input.name || `Webhook created on ${new Date(now).toISOString()}`,
      status: input.status,
      topic: input.topic,
      delivery_url: input.delivery_url,
      secret: input.secret || randomText(50),
      failure_count: 0,
      created_ms: now,
      modified_ms: now,
    })
    if (hook.status === 'active') feed.ping(shop, hook)
    return answer(c, webhookJson(shop, hook, urlOf(c, shop)), 201)
  })
  const hookOf = (c: Parameters<typeof shopOf>[0]) => {
    const hook = world.rows.webhooks.get(shopOf(c, world).slug, idOf(c, 'id', INVALID))
    if (!hook) throw new ShopError(404, INVALID, 'Invalid ID.')
    return hook
  }
  app.get(`${PREFIX}/webhooks/:id`, (c) => {
    const shop = shopOf(c, world)
    return answer(c, webhookJson(shop, hookOf(c), urlOf(c, shop)))
  })
  app.on(['PUT', 'POST', 'PATCH'], `${PREFIX}/webhooks/:id`, async (c) => {
    const shop = shopOf(c, world)
    const hook = hookOf(c)
    const input = readNewWebhook({ ...hook, ...((await bodyOf(c)) as object) })
    const next = { ...hook, ...input, failure_count: input.status === 'active' ? 0 : hook.failure_count, modified_ms: world.nowMs() }
    return answer(c, webhookJson(shop, world.rows.webhooks.put(shop.slug, next), urlOf(c, shop)))
  })
  app.delete(`${PREFIX}/webhooks/:id`, (c) => {
    const shop = shopOf(c, world)
    const hook = hookOf(c)
    if (!['true', '1'].includes(queryOf(c).get('force') ?? '')) {
      throw new ShopError(501, 'woocommerce_rest_trash_not_supported', 'Webhooks do not support trashing.')
    }
    world.rows.webhooks.delete(shop.slug, hook.id)
    return answer(c, webhookJson(shop, hook, urlOf(c, shop)))
  })
}
