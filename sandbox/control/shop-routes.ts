import type { Context, Hono } from 'hono'
import { z } from 'zod'
import { randomFraction } from '../core/ids'
import { seededRandom } from '../core/seeded-random'
import type { World } from '../core/world'
import { createOrder } from '../shop/create-order'
import { demoOrder } from '../shop/demo-order'
import { orderJson } from '../shop/order-json'
import type { Order, Shop } from '../shop/shop-types'
import { shopsOf } from '../shop/shop-part'
import { ShopError, type ShopWorld } from '../shop/shop-world'
import { removeOrder, updateOrder } from '../shop/update-order'
import { bodyOf, ControlError, queryOf, wholeNumber } from './control-reply'
import { askForLink } from './pay-link'
import { changeOf, newOrderOf, orderChange, orderInput } from './shop-bodies'

const zone = z.string().refine((name) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}, 'an IANA time zone such as Europe/Berlin')
const plugin = z.strictObject({
  url: z.url(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.record(z.string(), z.unknown()).default({ order: '{order_id}' }),
  link_field: z.string().default('url'),
})
const newShop = z.strictObject({
  slug: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/, 'small letters, digits and hyphens'),
  name: z.string().min(1).max(200),
  currency: z.string().regex(/^[A-Za-z]{3}$/, 'an ISO code such as EUR'),
  timezone: zone.default('UTC'),
  number_prefix: z.string().max(20).default(''),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capital letters such as DE')
    .default('US'),
  permissions: z.enum(['read', 'write', 'read_write']).default('read_write'),
  payment_plugin: plugin.nullable().default(null),
})
const shopChange = z
  .strictObject({
    name: z.string().min(1).max(200),
    permissions: z.enum(['read', 'write', 'read_write']),
    payment_plugin: plugin.nullable(),
  })
  .partial()

/** The demo shops from the shop keeper's and the test's side: open one, place and change orders, read what happened to them. */
export function mountShops(app: Hono, world: World): void {
  const shops = shopsOf(world)
  const origin = (c: Context) => new URL(c.req.url).origin
  const shopJson = (c: Context, shop: Shop) => ({ ...shop, base_url: `${origin(c)}/shops/${shop.slug}`, orders: shops.rows.orders.all(shop.slug).length })
  const show = (c: Context, shop: Shop, order: Order) => orderJson(shop, order, shops.rows.refunds.of(shop.slug, order.id), `${origin(c)}/shops/${shop.slug}`)

  app.get('/_sandbox/shops', (c) => c.json({ shops: shops.rows.allShops().map((shop) => shopJson(c, shop)) }))
  app.post('/_sandbox/shops', async (c) => {
    const { payment_plugin, ...input } = await bodyOf(c, newShop)
    const shop = guarded(() => shops.open(input))
    return c.json(shopJson(c, shops.rows.putShop({ ...shop, payment_plugin })), 201)
  })
  app.get('/_sandbox/shops/:slug', (c) => c.json(shopJson(c, shopOf(c, shops))))
  app.patch('/_sandbox/shops/:slug', async (c) => {
    const change = await bodyOf(c, shopChange)
    return c.json(shopJson(c, shops.rows.putShop({ ...shopOf(c, shops), ...change })))
  })

  app.get('/_sandbox/shops/:slug/orders', (c) => {
    const shop = shopOf(c, shops)
    const { limit } = queryOf(c, z.object({ limit: wholeNumber(1, 1000).default(50) }))
    const orders = shops.rows.orders.all(shop.slug)
    return c.json({
      total: orders.length,
      orders: orders
        .slice(-limit)
        .reverse()
        .map((order) => show(c, shop, order)),
    })
  })
  app.post('/_sandbox/shops/:slug/orders', async (c) => {
    const shop = shopOf(c, shops)
    const input = await bodyOf(c, orderInput)
    const random = input.seed === undefined ? randomFraction : seededRandom(input.seed)
    const made = Array.from({ length: input.count }, () => createOrder(shops, shop, { ...demoOrder(shop, random), ...newOrderOf(input, shop) }, 'shop'))
    const orders = made.map((order) => show(c, shop, order))
    return c.json(input.count === 1 ? orders[0] : { orders }, 201)
  })
  app.get('/_sandbox/shops/:slug/orders/:id', (c) => {
    const { shop, order } = orderOf(c, shops)
    return c.json(show(c, shop, order))
  })
  app.patch('/_sandbox/shops/:slug/orders/:id', async (c) => {
    const { shop, order } = orderOf(c, shops)
    return c.json(show(c, shop, updateOrder(shops, shop, order.id, changeOf(await bodyOf(c, orderChange), order.currency), 'control')))
  })
  app.post('/_sandbox/shops/:slug/orders/:id/cancel', (c) => {
    const { shop, order } = orderOf(c, shops)
    return c.json(show(c, shop, updateOrder(shops, shop, order.id, { status: 'cancelled' }, 'control')))
  })
  app.delete('/_sandbox/shops/:slug/orders/:id', (c) => {
    const { shop, order } = orderOf(c, shops)
    removeOrder(shops, shop, order.id, c.req.query('trash') !== 'true', 'control')
    return c.json({ deleted: order.id })
  })
  app.get('/_sandbox/shops/:slug/orders/:id/history', (c) => {
    const shop = shopOf(c, shops)
    const history = shops.rows.history(shop.slug, Number(c.req.param('id')))
    if (history.length === 0) throw new ControlError(404, 'no such order')
    const times = (kind: string) => history.filter((entry) => entry.kind === kind).length
    return c.json({ times_marked_paid: times('marked_paid'), times_updated: times('update_requested'), notes_added: times('note_added'), history })
  })
  app.post('/_sandbox/shops/:slug/orders/:id/pay_link', async (c) => {
    const { shop, order } = orderOf(c, shops)
    return c.json(await askForLink(shop, order))
  })
}

/** The shop named in the path. Throws ControlError 404. */
function shopOf(c: Context, shops: ShopWorld): Shop {
  const shop = shops.rows.shop(c.req.param('slug') ?? '')
  if (!shop) throw new ControlError(404, `no shop ${c.req.param('slug') ?? ''}`)
  return shop
}

function orderOf(c: Context, shops: ShopWorld): { shop: Shop; order: Order } {
  const shop = shopOf(c, shops)
  return { shop, order: guarded(() => shops.order(shop, Number(c.req.param('id')))) }
}

/** What the shop refuses, in the control API's shape. */
function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof ShopError) throw new ControlError(error.status === 409 ? 409 : 404, error.message)
    throw error
  }
}
