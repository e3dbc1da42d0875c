import { Hono } from 'hono'
import { newId } from '../core/ids'
import type { World } from '../core/world'
import { shopFault } from '../faults/shop-fault'
import { OrderFeed } from './order-feed'
import { authorise } from './rest-auth'
import { mountIndex } from './rest-index'
import { mountOrders } from './rest-orders'
import { answerError, queryOf, shopOf } from './rest-reply'
import { mountWebhooks } from './rest-webhooks'
import { ShopError } from './shop-world'
import { shopsOf } from './shop-part'

const API = '/shops/:slug/wp-json/wc/v3/*'

/** The demo shops under /shops/<slug>: WooCommerce's REST API v3 with its errors, keys and webhooks. */
export function mount(app: Hono, world: World): void {
  const shops = shopsOf(world)
  const feed = new OrderFeed(shops)
  const site = new Hono()
  site.onError((error, c) => {
    if (error instanceof ShopError) return answerError(c, error)
    world.log.error('a shop request failed', error)
    return answerError(c, new ShopError(500, 'internal_server_error', 'There has been a critical error on this website.'))
  })
  site.use('/shops/*', async (c, next) => {
    const started = performance.now()
    await next()
    world.log.request({
      at: world.clock.now(),
      requestId: newId('wc', 14),
      method: c.req.method,
      path: c.req.path,
      account: null,
      livemode: null,
      status: c.res.status,
      code: null,
      ms: Math.round((performance.now() - started) * 10) / 10,
    })
  })
  site.use(API, async (c, next) => {
    shops.origin = new URL(c.req.url).origin
    const shop = shopOf(c, shops)
    const fault = await shopFault(world, c)
    if (fault?.before) return fault.before
    authorise(shop, c.req.method, c.req.header('authorization'), queryOf(c))
    await next()
    world.store.flush()
    if (fault?.after) {
      const replaced = await fault.after()
      c.res = undefined
      c.res = replaced
    }
  })
  mountIndex(site, shops)
  mountOrders(site, shops)
  mountWebhooks(site, shops, feed)
  site.all('/shops/*', (c) => {
    world.log.unknownRequest(world.clock.now(), c.req.method, c.req.path)
    throw new ShopError(404, 'rest_no_route', 'No route was found matching the URL and request method.')
  })
  app.route('/', site)
}
