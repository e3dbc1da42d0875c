import type { Context, Hono } from 'hono'
import { addNote } from './add-note'
import { createOrder } from './create-order'
import { orderJson, noteJson, refundJson } from './order-json'
import { deleteRefund, refundOrder } from './refund-order'
import { readNewNote, readNewOrder, readNewRefund, readOrderChange } from './rest-body'
import { cut, readPage, selectOrders } from './rest-list'
import { answer, answerPage, bodyOf, idOf, queryOf, shopOf, urlOf } from './rest-reply'
import type { Order } from './shop-types'
import { ShopError, type ShopWorld } from './shop-world'
import { removeOrder, updateOrder } from './update-order'

const PREFIX = '/shops/:slug/wp-json/wc/v3'

/** Orders, their notes and their refunds, as WooCommerce's REST API v3 serves them. */
export function mountOrders(app: Hono, world: ShopWorld): void {
  const show = (c: Context, order: Order) => {
    const shop = shopOf(c, world)
    return orderJson(shop, order, world.rows.refunds.of(shop.slug, order.id), urlOf(c, shop))
  }
  const orderOf = (c: Context): Order => world.order(shopOf(c, world), idOf(c, 'id', 'woocommerce_rest_shop_order_invalid_id'))

  app.get(`${PREFIX}/orders`, (c) => {
    const shop = shopOf(c, world)
    const query = queryOf(c)
    const page = cut(selectOrders(world.rows.orders.all(shop.slug), query, shop), readPage(query))
    return answerPage(
      c,
      page,
      page.rows.map((order) => show(c, order)),
    )
  })
  app.post(`${PREFIX}/orders`, async (c) => {
    const shop = shopOf(c, world)
    return answer(c, show(c, createOrder(world, shop, readNewOrder(await bodyOf(c), shop), 'api')), 201)
  })
  app.get(`${PREFIX}/orders/:id`, (c) => answer(c, show(c, orderOf(c))))
  app.on(['PUT', 'POST', 'PATCH'], `${PREFIX}/orders/:id`, async (c) => {
    const order = orderOf(c)
    const change = readOrderChange(await bodyOf(c), order.currency)
    return answer(c, show(c, updateOrder(world, shopOf(c, world), order.id, change, 'api')))
  })
  app.delete(`${PREFIX}/orders/:id`, (c) => {
    const force = ['true', '1'].includes(queryOf(c).get('force') ?? '')
    const order = orderOf(c)
    const before = show(c, order)
    removeOrder(world, shopOf(c, world), order.id, force, 'api')
    return answer(c, force ? before : { ...before, status: 'trash' })
  })

  app.get(`${PREFIX}/orders/:id/notes`, (c) => {
    const shop = shopOf(c, world)
    const type = queryOf(c).get('type') ?? 'any'
    const notes = world.rows.notes
      .of(shop.slug, orderOf(c).id)
      .filter((note) => type === 'any' || note.customer_note === (type === 'customer'))
      .reverse()
    return answer(
      c,
      notes.map((note) => noteJson(shop, note, urlOf(c, shop))),
    )
  })
  app.post(`${PREFIX}/orders/:id/notes`, async (c) => {
    const shop = shopOf(c, world)
    const note = addNote(world, shop, orderOf(c), readNewNote(await bodyOf(c)), 'api')
    return answer(c, noteJson(shop, note, urlOf(c, shop)), 201)
  })
  app.get(`${PREFIX}/orders/:id/notes/:note`, (c) => {
    const shop = shopOf(c, world)
    const note = world.rows.notes.get(shop.slug, idOf(c, 'note', 'woocommerce_rest_invalid_id'))
    if (note?.order_id !== orderOf(c).id) throw new ShopError(404, 'woocommerce_rest_invalid_id', 'Invalid resource ID.')
    return answer(c, noteJson(shop, note, urlOf(c, shop)))
  })

  app.get(`${PREFIX}/orders/:id/refunds`, (c) => {
    const shop = shopOf(c, world)
    const order = orderOf(c)
    const page = cut(world.rows.refunds.of(shop.slug, order.id).reverse(), readPage(queryOf(c)))
    return answerPage(
      c,
      page,
      page.rows.map((refund) => refundJson(shop, order, refund, urlOf(c, shop))),
    )
  })
  app.post(`${PREFIX}/orders/:id/refunds`, async (c) => {
    const shop = shopOf(c, world)
    const order = orderOf(c)
    const refund = refundOrder(world, shop, order.id, readNewRefund(await bodyOf(c), order.currency), 'api')
    return answer(c, refundJson(shop, order, refund, urlOf(c, shop)), 201)
  })
  app.get(`${PREFIX}/orders/:id/refunds/:refund`, (c) => {
    const shop = shopOf(c, world)
    const order = orderOf(c)
    const refund = world.rows.refunds.get(shop.slug, idOf(c, 'refund', 'woocommerce_rest_shop_order_refund_invalid_id'))
    if (refund?.order_id !== order.id) throw new ShopError(404, 'woocommerce_rest_shop_order_refund_invalid_id', 'Invalid ID.')
    return answer(c, refundJson(shop, order, refund, urlOf(c, shop)))
  })
  app.delete(`${PREFIX}/orders/:id/refunds/:refund`, (c) => {
    const shop = shopOf(c, world)
    const order = orderOf(c)
    if (!['true', '1'].includes(queryOf(c).get('force') ?? '')) {
      throw new ShopError(501, 'woocommerce_rest_trash_not_supported', 'Refunds do not support trashing.')
    }
    const id = idOf(c, 'refund', 'woocommerce_rest_shop_order_refund_invalid_id')
    return answer(c, refundJson(shop, order, deleteRefund(world, shop, order.id, id, 'api'), urlOf(c, shop)))
  })
}
