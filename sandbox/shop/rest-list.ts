import { orderStatuses, type Order, type Shop } from './shop-types'
import { parseDate } from './shop-dates'
import { invalidParams } from './rest-body'

/** Query of a list as WordPress reads it: `include=1,2`, `include[]=1`, `include[0]=1` are one and the same. */
export type Query = URLSearchParams

export interface Page {
  per_page: number
  page: number
  offset: number
}

function list(query: Query, name: string): string[] | undefined {
  const values = [...query.entries()].filter(([key]) => key === name || key.startsWith(`${name}[`)).flatMap(([, value]) => value.split(','))
  return values.length === 0 ? undefined : values.map((value) => value.trim()).filter((value) => value !== '')
}

function whole(query: Query, name: string, fallback: number, min: number, max: number): number {
  const text = query.get(name)
  if (text === null) return fallback
  const value = Number(text)
  if (!Number.isInteger(value)) throw invalidParams({ [name]: `${name} is not of type integer.` })
  if (value < min || value > max) {
    const range = max === Infinity ? `greater than or equal to ${min}` : `between ${min} (inclusive) and ${max} (inclusive)`
    throw invalidParams({ [name]: `${name} must be ${range}` })
  }
  return value
}

function oneOf<T extends string>(query: Query, name: string, fallback: T, allowed: readonly T[]): T {
  const text = query.get(name)
  if (text === null) return fallback
  const found = allowed.find((value) => value === text)
  if (found === undefined) throw invalidParams({ [name]: `${name} is not one of ${allowed.join(', ')}.` })
  return found
}

/** `per_page` 1..100 (default 10), `page` from 1, or `offset`. Throws ShopError rest_invalid_param. */
export function readPage(query: Query): Page {
  const per_page = whole(query, 'per_page', 10, 1, 100)
  const page = whole(query, 'page', 1, 1, Infinity)
  const offset = query.get('offset') === null ? (page - 1) * per_page : whole(query, 'offset', 0, 0, Infinity)
  return { per_page, page, offset }
}

export interface PageOf<T> {
  rows: T[]
  total: number
  pages: number
}

export function cut<T>(rows: T[], page: Page): PageOf<T> {
  return { rows: rows.slice(page.offset, page.offset + page.per_page), total: rows.length, pages: Math.ceil(rows.length / page.per_page) }
}

function searchText(order: Order): string {
  const { billing, shipping } = order
  return [
    order.id,
    order.number,
    order.order_key,
    order.transaction_id,
    billing.first_name,
    billing.last_name,
    billing.company,
    billing.email,
    billing.address_1,
    billing.city,
    shipping.first_name,
    shipping.last_name,
    shipping.address_1,
    ...order.line_items.map((l) => l.name),
  ]
    .join(' ')
    .toLowerCase()
}

/**
 * The list filters of `GET /orders`. `after`, `before`, `modified_after`, `modified_before` exclude
 * the second they name; dates without offset are the shop's local time unless `dates_are_gmt`.
 */
export function selectOrders(orders: Order[], query: Query, shop: Shop): Order[] {
  const gmt = ['true', '1'].includes(query.get('dates_are_gmt') ?? '')
  const instant = (name: string): number | undefined => {
    const text = query.get(name)
    if (text === null || text === '') return undefined
    const ms = parseDate(text, shop.timezone, gmt)
    if (ms === null) throw invalidParams({ [name]: 'Invalid date.' })
    return ms
  }
  const second = (ms: number) => Math.floor(ms / 1000) * 1000
  const bounds: [number | undefined, (order: Order, ms: number) => boolean][] = [
    [instant('after'), (o, ms) => second(o.created_ms) > ms],
    [instant('before'), (o, ms) => second(o.created_ms) < ms],
    [instant('modified_after'), (o, ms) => second(o.modified_ms) > ms],
    [instant('modified_before'), (o, ms) => second(o.modified_ms) < ms],
  ]
  const status = list(query, 'status') ?? ['any']
  const unknown = status.find((s) => s !== 'any' && !orderStatuses.some((known) => known === s))
  if (unknown !== undefined) {
    throw invalidParams({ status: `status[0] is not one of any, ${orderStatuses.join(', ')}.` })
  }
  const include = list(query, 'include')?.map(Number)
  const exclude = list(query, 'exclude')?.map(Number) ?? []
  const search = query.get('search')?.toLowerCase()
  const customer = query.get('customer')
  const product = query.get('product')
  const found = orders.filter((order) => {
    // As in the real shop, "any" leaves out the trash and drafts.
    if (status.includes('any') ? order.status === 'trash' || order.status === 'checkout-draft' : !status.includes(order.status)) return false
    if (include && !include.includes(order.id)) return false
    if (exclude.includes(order.id)) return false
    if (customer !== null && order.customer_id !== Number(customer)) return false
    if (product !== null && !order.line_items.some((l) => l.product_id === Number(product))) return false
    if (search && !searchText(order).includes(search)) return false
    return bounds.every(([ms, test]) => ms === undefined || test(order, ms))
  })
  return sortOrders(found, query, include)
}

function sortOrders(orders: Order[], query: Query, include: number[] | undefined): Order[] {
  const by = oneOf(query, 'orderby', 'date', ['date', 'modified', 'id', 'include', 'title', 'slug'])
  const direction = oneOf(query, 'order', 'desc', ['asc', 'desc']) === 'asc' ? 1 : -1
  if (by === 'include' && include) return orders.sort((a, b) => include.indexOf(a.id) - include.indexOf(b.id))
  const key = (order: Order): number => {
    if (by === 'date') return Math.floor(order.created_ms / 1000)
    return by === 'modified' ? Math.floor(order.modified_ms / 1000) : order.id
  }
  return orders.sort((a, b) => (key(a) - key(b) || a.id - b.id) * direction)
}
