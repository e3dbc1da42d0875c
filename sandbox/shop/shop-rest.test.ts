import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSandbox, type Sandbox } from '../app'
import { createOrder } from './create-order'
import { seededRandom } from '../core/seeded-random'
import { demoOrder } from './demo-order'
import { shopsOf } from './shop-part'
import type { Shop } from './shop-types'
import type { ShopWorld } from './shop-world'

/** A busy machine may take its time. */
const slowly = { timeout: 10_000 }

let sandbox: Sandbox
let shops: ShopWorld
let yen: Shop
let euro: Shop

/** What the tests look at of the answers; each answer has some of it. */
interface Seen {
  id: number
  number: string
  total: string
  status: string
  code: string
  note: string
  amount: string
  date_created: string
  date_paid_gmt: string
  shipping_total: string
  shipping_tax: string
  meta_data: unknown[]
  line_items: { total: string; total_tax: string }[]
  fee_lines: { total: string; total_tax: string }[]
}
interface Reply {
  status: number
  headers: Headers
  body: Seen
  list: Seen[]
}

async function call(shop: Shop, method: string, path: string, body?: unknown, key = `${shop.consumer_key}:${shop.consumer_secret}`): Promise<Reply> {
  const answer = await fetch(`${sandbox.url}/shops/${shop.slug}/wp-json/wc/v3${path}`, {
    method,
    headers: { authorization: `Basic ${Buffer.from(key).toString('base64')}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const json = (await answer.json()) as Seen | Seen[]
  return { status: answer.status, headers: answer.headers, body: json as Seen, list: json as Seen[] }
}

beforeAll(async () => {
  sandbox = await openSandbox({ host: '127.0.0.1', port: 0, dataDir: null, freshOffsetMs: 0 })
  shops = shopsOf(sandbox.world)
  yen = shops.open({ slug: 'kissa', name: 'Kissa', currency: 'jpy', timezone: 'Asia/Tokyo', number_prefix: 'K-', country: 'JP', permissions: 'read_write' })
  euro = shops.open({ slug: 'werk', name: 'Werk', currency: 'eur', timezone: 'Europe/Berlin', number_prefix: 'W', country: 'DE', permissions: 'read_write' })
})

afterAll(() => sandbox.close())

describe('orders', () => {
  test('amounts are decimal strings with the decimals of the currency, and add up', () => {
    const random = seededRandom(7)
    for (const shop of [yen, euro]) {
      for (let i = 0; i < 40; i++) createOrder(shops, shop, demoOrder(shop, random), 'shop')
    }
    return Promise.all(
      [yen, euro].map(async (shop) => {
        const { list } = await call(shop, 'GET', '/orders?per_page=100')
        expect(list).toHaveLength(40)
        for (const order of list) {
          const shape = shop === yen ? /^\d+$/ : /^\d+\.\d\d$/
          expect(order.total).toMatch(shape)
          const minor = (text: string) => Number(text.replace('.', ''))
          const sum =
            order.line_items.reduce((all, l) => all + minor(l.total) + minor(l.total_tax), 0) +
            minor(order.shipping_total) +
            minor(order.shipping_tax) +
            order.fee_lines.reduce((all, l) => all + minor(l.total) + minor(l.total_tax), 0)
          expect(minor(order.total)).toBe(sum)
          expect(order.number.startsWith(shop.number_prefix)).toBe(true)
          expect(order.number).not.toBe(String(order.id))
        }
      }),
    )
  })

  test('pages, totals in headers, filters', async () => {
    const first = await call(euro, 'GET', '/orders?per_page=7&orderby=id&order=asc')
    expect(first.headers.get('x-wp-total')).toBe('40')
    expect(first.headers.get('x-wp-totalpages')).toBe('6')
    const last = await call(euro, 'GET', '/orders?per_page=7&page=6&orderby=id&order=asc')
    expect(last.list).toHaveLength(5)
    const two = [first.list[0]?.id, first.list[3]?.id]
    expect((await call(euro, 'GET', `/orders?include=${two.join(',')}`)).list.map((o) => o.id).sort()).toEqual([...two].sort())
    expect((await call(euro, 'GET', `/orders?include[]=${two[0]}&include[]=${two[1]}`)).body).toHaveLength(2)
    expect((await call(euro, 'GET', `/orders?search=${first.list[0]?.number}`)).list.map((o) => o.number)).toContain(first.list[0]?.number)
    expect((await call(euro, 'GET', '/orders?status=completed')).body).toEqual([])
  })

  test('modified_after excludes the second it names and reads local time without offset', async () => {
    const order = createOrder(shops, yen, { ...demoOrder(yen, seededRandom(1)), created_ms: Date.parse('2020-05-05T03:00:00Z') }, 'shop')
    const ids = async (query: string) => (await call(yen, 'GET', `/orders?per_page=100&before=2021-01-01T00:00:00Z&${query}`)).list.map((o) => o.id)
    expect((await call(yen, 'GET', `/orders/${order.id}`)).body.date_created).toBe('2020-05-05T12:00:00')
    expect(await ids('after=2020-05-05T11:59:59')).toEqual([order.id])
    expect(await ids('after=2020-05-05T12:00:00')).toEqual([])
    expect(await ids('modified_after=2020-05-05T02:59:59Z')).toEqual([order.id])
    expect(await ids('modified_after=2020-05-05T02:59:59&dates_are_gmt=true')).toEqual([order.id])
    expect(await ids('modified_after=2020-05-05T03:00:00&dates_are_gmt=true')).toEqual([])
  })

  test('processing sets date_paid once, set_paid acts only while payment is needed, every call is in the history', async () => {
    const order = createOrder(shops, euro, demoOrder(euro, seededRandom(2)), 'shop')
    const paid = await call(euro, 'PUT', `/orders/${order.id}`, { set_paid: true, transaction_id: 'pi_1', meta_data: [{ key: 'k', value: 'v' }] })
    expect(paid.body).toMatchObject({ status: 'processing', transaction_id: 'pi_1' })
    expect(paid.body.date_paid_gmt).toMatch(/^\d{4}-\d\d-\d\dT/)
    const again = await call(euro, 'PUT', `/orders/${order.id}`, { set_paid: true, status: 'processing', meta_data: [{ key: 'k', value: 'w' }] })
    expect(again.body.date_paid_gmt).toBe(paid.body.date_paid_gmt)
    expect(again.body.meta_data).toHaveLength(1)
    await call(euro, 'PUT', `/orders/${order.id}`, { status: 'completed' })
    const kinds = shops.rows.history(euro.slug, order.id).map((entry) => entry.kind)
    expect(kinds.filter((kind) => kind === 'marked_paid')).toHaveLength(1)
    expect(kinds.filter((kind) => kind === 'update_requested')).toHaveLength(3)
    expect(kinds.filter((kind) => kind === 'status_changed')).toHaveLength(2)
    const notes = await call(euro, 'GET', `/orders/${order.id}/notes`)
    expect(notes.list[0]?.note).toBe('Order status changed from Processing to Completed.')
  })

  test('a note is added each time it is posted', async () => {
    const order = createOrder(shops, euro, demoOrder(euro, seededRandom(3)), 'shop')
    for (let i = 0; i < 2; i++) expect((await call(euro, 'POST', `/orders/${order.id}/notes`, { note: 'Paid – ✓' })).status).toBe(201)
    expect((await call(euro, 'GET', `/orders/${order.id}/notes`)).list.map((n) => n.note)).toEqual(['Paid – ✓', 'Paid – ✓'])
  })

  test('refunds: no gateway to ask, no more than is left, refunded when nothing is left', async () => {
    const order = createOrder(shops, euro, { items: [{ name: 'Cup', quantity: 2, unit_price: 500 }], set_paid: true }, 'shop')
    const path = `/orders/${order.id}/refunds`
    expect((await call(euro, 'POST', path, { amount: '1.00' })).body.code).toBe('woocommerce_rest_cannot_create_order_refund')
    expect((await call(euro, 'POST', path, { amount: '4.00', api_refund: false, reason: 'chipped' })).body.amount).toBe('4.00')
    expect((await call(euro, 'POST', path, { amount: '6.01', api_refund: false })).status).toBe(500)
    expect((await call(euro, 'GET', `/orders/${order.id}`)).body).toMatchObject({ status: 'processing', refunds: [{ total: '-4.00' }] })
    await call(euro, 'POST', path, { amount: '6.00', api_refund: false })
    expect((await call(euro, 'GET', `/orders/${order.id}`)).body.status).toBe('refunded')
  })
})

test("errors have WordPress's shape", async () => {
  const order = createOrder(shops, euro, demoOrder(euro, seededRandom(4)), 'shop')
  expect(await call(euro, 'GET', '/orders/999999')).toMatchObject({
    status: 404,
    body: { code: 'woocommerce_rest_shop_order_invalid_id', data: { status: 404 } },
  })
  expect(await call(euro, 'GET', '/orders?per_page=101')).toMatchObject({
    status: 400,
    body: { code: 'rest_invalid_param', data: { params: { per_page: expect.stringContaining('100') } } },
  })
  expect(await call(euro, 'PUT', `/orders/${order.id}`, { status: 'paid' })).toMatchObject({ status: 400, body: { code: 'rest_invalid_param' } })
  expect(await call(euro, 'GET', '/orders', undefined, `${yen.consumer_key}:${yen.consumer_secret}`)).toMatchObject({
    status: 401,
    body: { code: 'woocommerce_rest_authentication_error' },
  })
  expect(await call(euro, 'GET', '/orders', undefined, `${euro.consumer_key}:wrong`)).toMatchObject({ status: 401 })
  expect(await call(euro, 'GET', '/nothing')).toMatchObject({ status: 404, body: { code: 'rest_no_route' } })
  const byQuery = await fetch(`${sandbox.url}/shops/werk/wp-json/wc/v3/orders?consumer_key=${euro.consumer_key}&consumer_secret=${euro.consumer_secret}`)
  expect(byQuery.status).toBe(200)
})

describe('webhooks', () => {
  let server: Server
  const got: { headers: IncomingHttpHeaders; body: string }[] = []

  beforeAll(async () => {
    server = createServer((request, reply) => {
      let body = ''
      request
        .setEncoding('utf8')
        .on('data', (part: string) => (body += part))
        .on('end', () => {
          got.push({ headers: request.headers, body })
          reply.end()
        })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => void server.close())

  test('a ping at creation, then the order as it is when sent, signed in base64', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
    const made = await call(euro, 'POST', '/webhooks', { topic: 'order.updated', delivery_url: url, secret: 'geheim' })
    expect(made.status).toBe(201)
    expect(made.body).not.toHaveProperty('secret')
    await expect.poll(() => got.length, slowly).toBe(1)
    expect(got[0]?.body).toBe(`webhook_id=${made.body.id}`)
    expect(got[0]?.headers).not.toHaveProperty('x-wc-webhook-signature')
    const order = createOrder(shops, euro, demoOrder(euro, seededRandom(5)), 'shop')
    await call(euro, 'PUT', `/orders/${order.id}`, { status: 'on-hold' })
    await call(euro, 'PUT', `/orders/${order.id}`, { status: 'processing' })
    // The first change may have been sent by then, or be overtaken: what is sent last is the order as it is.
    await expect.poll(() => got.at(-1)?.body.includes('"status":"processing"'), slowly).toBe(true)
    const sent = got.at(-1)
    expect(sent?.headers['x-wc-webhook-topic']).toBe('order.updated')
    expect(sent?.headers['x-wc-webhook-signature']).toBe(
      createHmac('sha256', 'geheim')
        .update(sent?.body ?? '')
        .digest('base64'),
    )
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({ id: order.id, status: 'processing' })
    expect((await call(euro, 'DELETE', `/webhooks/${made.body.id}?force=true`)).status).toBe(200)
    expect((await call(euro, 'GET', '/webhooks')).body).toEqual([])
  })
})
