import type { Exchange, HttpReply, HttpRequest, Random, StorePlan } from '../contract'
import { seconds } from './account'
import type { Dice } from './faults'

/** One order of a WooCommerce shop. Amounts in minor units; `modified` never goes back. */
export type ShopOrder = {
  id: number
  status: string
  currency: string
  total: number
  created_ms: number
  modified_ms: number
  paid_ms: number | null
  transaction_id: string
  meta: { key: string; value: string }[]
  notes: { id: number; note: string; at_ms: number }[]
  /** Writes of the product that changed the state, and such that found it done already. */
  marked: number
  marked_again: number
  /** When its keeper called it off, and when it was looked at alone. */
  over_ms: number | null
  looks: number[]
  /** Marked as paid although nobody had seen it alive for minutes, and somebody had seen it called off. */
  marked_over: number
}

export type Shop = {
  plan: StorePlan
  /** Lower-case ISO code. */
  currency: string
  orders: Map<number, ShopOrder>
  nextId: number
}

/** Longer than any worker stands still between its look and its write. */
const oneBreathMs = 60_000
const over = new Set(['cancelled', 'trash'])

const decimals: Record<string, number> = { jpy: 0, kwd: 3 }

/** Minor units as the shop writes them: `12.30`, `1230`, `12.300`. */
export function decimal(minor: number, currency: string): string {
  const places = decimals[currency] ?? 2
  const digits = String(minor).padStart(places + 1, '0')
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
}

export function addOrder(shop: Shop, total: number, status: string, nowMs: number): ShopOrder {
  const order: ShopOrder = {
    id: shop.nextId++,
    status,
    currency: shop.currency,
    total,
    created_ms: nowMs,
    modified_ms: nowMs,
    paid_ms: null,
    transaction_id: '',
    meta: [],
    notes: [],
    marked: 0,
    marked_again: 0,
    over_ms: null,
    looks: [],
    marked_over: 0,
  }
  shop.orders.set(order.id, order)
  return order
}

export function needsMoney(order: ShopOrder): boolean {
  return order.status === 'pending' || order.status === 'on-hold'
}

/** A person in the shop's back office changes an order. */
export function editOrder(order: ShopOrder, change: Partial<Pick<ShopOrder, 'status' | 'total' | 'transaction_id' | 'paid_ms' | 'meta'>>, nowMs: number): void {
  if (change.status !== undefined) order.over_ms = over.has(change.status) ? nowMs : null
  Object.assign(order, change, { modified_ms: Math.max(nowMs, order.modified_ms) })
}

/** What a shop does only after whoever asked has stopped waiting (they wait ten seconds). */
const slowestMs = 40_000

/**
 * The REST API v3 of one shop (WC_REST_Orders_V2_Controller), as far as it is asked for. `sluggish`: how often it does
 * what it is told long after it was told.
 */
export function createShopApi(
  shop: Shop,
  dice: Dice,
  sluggish: { chance: number; random: Random },
  onWrite: (order: ShopOrder, nowMs: number) => void,
): (request: HttpRequest, nowMs: number) => Exchange {
  const later: { at: number; request: HttpRequest }[] = []
  return (request, nowMs) => {
    for (const due of later.filter(({ at }) => at <= nowMs)) {
      later.splice(later.indexOf(due), 1)
      answer(due.request, due.at)
    }
    if (request.method !== 'GET' && !dice.healed && sluggish.random.chance(sluggish.chance)) {
      later.push({ at: nowMs + 12_000 + sluggish.random.int(slowestMs - 12_000), request })
      return { kind: 'lost' }
    }
    if (dice.met('shop.nothing')) return { kind: 'nothing' }
    if (dice.met('shop.web_page'))
      return { kind: 'reply', reply: { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Log in</title>' } }
    if (dice.met('shop.firewall'))
      return { kind: 'reply', reply: { status: 403, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Are you a robot?</title>' } }
    if (dice.met('shop.failed'))
      return {
        kind: 'reply',
        reply: json(500, { code: 'internal_server_error', message: 'There has been a critical error on this website.', data: { status: 500 } }),
      }
    const lost = dice.met('shop.lost')
    const reply = answer(request, nowMs)
    if (lost) return { kind: 'lost' }
    if (dice.met('shop.failed_after_effect'))
      return {
        kind: 'reply',
        reply: json(500, { code: 'internal_server_error', message: 'A plugin failed after the order was saved.', data: { status: 500 } }),
      }
    return { kind: 'reply', reply }
  }

  function answer(request: HttpRequest, nowMs: number): HttpReply {
    const authorization = Object.entries(request.headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1]
    const expected = `Basic ${Buffer.from(`${shop.plan.consumer_key}:${shop.plan.consumer_secret}`).toString('base64')}`
    if (authorization !== expected)
      return json(401, { code: 'woocommerce_rest_cannot_view', message: 'Sorry, you cannot list resources.', data: { status: 401 } })
    const url = new URL(request.url)
    const [what, id, more, ...rest] = url.pathname.split('/wp-json/wc/v3/')[1]?.split('/') ?? []
    const body = request.body === '' ? {} : (JSON.parse(request.body) as Record<string, unknown>)
    if (what === 'webhooks') return webhooks(request.method, id, body)
    if (what !== 'orders' || rest.length > 0)
      return json(404, { code: 'rest_no_route', message: 'No route was found matching the URL and request method.', data: { status: 404 } })
    if (id === undefined) return list(url.searchParams)
    const order = shop.orders.get(Number(id))
    if (!order) return json(404, { code: 'woocommerce_rest_shop_order_invalid_id', message: 'Invalid ID.', data: { status: 404 } })
    if (more === 'notes') {
      if (request.method === 'GET') return json(200, order.notes.map(noteJson).reverse())
      const note = { id: shop.nextId++, note: String(body.note), at_ms: nowMs }
      order.notes.push(note)
      onWrite(order, nowMs)
      return json(201, noteJson(note))
    }
    if (request.method === 'GET') order.looks.push(nowMs)
    if (request.method === 'PUT') write(order, body, nowMs)
    return json(200, orderJson(otherThan(order) ?? order))
  }

  /** What a cache before the shop answers instead, now and then. */
  function otherThan(order: ShopOrder): ShopOrder | undefined {
    return dice.met('shop.other_order') ? [...shop.orders.values()].find((other) => other.id !== order.id) : undefined
  }

  /** The fields, then the status, then `set_paid`, which acts only while the order needs payment (WC_Order::payment_complete). */
  function write(order: ShopOrder, body: Record<string, unknown>, nowMs: number): void {
    const { over_ms } = order
    const sawItOver = over_ms !== null && order.looks.some((at) => at > over_ms) && !order.looks.some((at) => at <= over_ms && at > nowMs - oneBreathMs)
    if (sawItOver && body.set_paid === true) order.marked_over += 1
    const before = JSON.stringify([order.status, order.transaction_id, order.paid_ms])
    const needsPayment = (status: string) => status === 'pending' || status === 'failed'
    const change: Parameters<typeof editOrder>[1] = {}
    if (typeof body.transaction_id === 'string') change.transaction_id = body.transaction_id
    if (Array.isArray(body.meta_data)) {
      const given = body.meta_data as { key: string; value: string }[]
      change.meta = [...order.meta.filter((entry) => !given.some((other) => other.key === entry.key)), ...given]
    }
    if (typeof body.status === 'string') change.status = body.status
    const status = change.status ?? order.status
    if (body.set_paid === true && needsPayment(status)) Object.assign(change, { status: 'processing' })
    if ((change.status === 'processing' || change.status === 'completed') && order.paid_ms === null) change.paid_ms = nowMs
    editOrder(order, change, nowMs)
    if (body.set_paid === true) {
      if (JSON.stringify([order.status, order.transaction_id, order.paid_ms]) === before) order.marked_again += 1
      else order.marked += 1
    }
    onWrite(order, nowMs)
  }

  /** `any` leaves out the trash; bounds leave out the second they name. */
  function list(query: URLSearchParams): HttpReply {
    const bound = query.get('modified_after')
    const after = bound === null ? -Infinity : Date.parse(`${bound.slice(0, 19)}Z`) / 1000
    const status = query.get('status') ?? 'any'
    const found = [...shop.orders.values()]
      .filter((order) => (status === 'any' ? order.status !== 'trash' : order.status === status) && seconds(order.modified_ms) > after)
      .sort((a, b) => seconds(a.modified_ms) - seconds(b.modified_ms) || a.id - b.id)
    const perPage = Number(query.get('per_page') ?? 10)
    const from = (Number(query.get('page') ?? 1) - 1) * perPage
    return json(200, found.slice(from, from + perPage).map(orderJson), { 'x-wp-total': String(found.length) })
  }

  function webhooks(method: string, id: string | undefined, body: Record<string, unknown>): HttpReply {
    if (method === 'GET') return json(200, [])
    return json(id === undefined ? 201 : 200, { id: Number(id ?? shop.nextId++), topic: body.topic, delivery_url: body.delivery_url, status: 'active' })
  }

  function orderJson(order: ShopOrder): Record<string, unknown> {
    const total = decimal(order.total, order.currency)
    return {
      id: order.id,
      number: String(order.id),
      status: order.status,
      currency: order.currency.toUpperCase(),
      total,
      needs_payment: order.status === 'pending' || order.status === 'failed',
      date_created_gmt: gmt(order.created_ms),
      date_modified_gmt: gmt(order.modified_ms),
      date_paid_gmt: order.paid_ms === null ? null : gmt(order.paid_ms),
      payment_method: '',
      payment_method_title: '',
      transaction_id: order.transaction_id,
      billing: { first_name: 'Ada', last_name: 'Payer', company: '', email: `payer${order.id}@example.org` },
      meta_data: order.meta.map((entry, index) => ({ id: index + 1, ...entry })),
      line_items: [{ id: order.id * 10, name: `Thing ${order.id}`, sku: '', quantity: 1, subtotal: total, total }],
      shipping_lines: [],
      fee_lines: [],
      coupon_lines: [],
      tax_lines: [],
    }
  }
}

function noteJson(note: ShopOrder['notes'][number]): Record<string, unknown> {
  return { id: note.id, author: 'system', date_created_gmt: gmt(note.at_ms), note: note.note, customer_note: false }
}

function gmt(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19)
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpReply {
  return { status, headers: { 'content-type': 'application/json; charset=UTF-8', ...headers }, body: JSON.stringify(body) }
}
