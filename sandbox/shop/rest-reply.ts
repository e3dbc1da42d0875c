import type { Context } from 'hono'
import { decodeForm } from '../core/http'
import type { PageOf } from './rest-list'
import type { Shop } from './shop-types'
import { ShopError, type ShopWorld } from './shop-world'

type Status = 200 | 201 | 400 | 401 | 404 | 409 | 500 | 501

/** The shop named in the path. Throws ShopError 404. */
export function shopOf(c: Context, world: ShopWorld): Shop {
  const shop = world.rows.shop(c.req.param('slug') ?? '')
  if (!shop) throw new ShopError(404, 'rest_no_route', 'No such demo shop.')
  return shop
}

/** Where the shop is, as the caller reached it. */
export function urlOf(c: Context, shop: Shop): string {
  return `${new URL(c.req.url).origin}/shops/${shop.slug}`
}

export function queryOf(c: Context): URLSearchParams {
  return new URL(c.req.url).searchParams
}

/** A numeric id of the path. Throws ShopError 404 with the given code when it is none. */
export function idOf(c: Context, name: string, code: string): number {
  const text = c.req.param(name) ?? ''
  if (!/^\d{1,12}$/.test(text)) throw new ShopError(404, 'rest_no_route', 'No route was found matching the URL and request method.')
  const id = Number(text)
  if (id === 0) throw new ShopError(404, code, 'Invalid ID.')
  return id
}

/** The body as JSON or as a form. Throws ShopError 400 rest_invalid_json. */
export async function bodyOf(c: Context): Promise<unknown> {
  const text = await c.req.text()
  if (text === '') return {}
  if (c.req.header('content-type')?.includes('application/x-www-form-urlencoded')) return decodeForm(text)
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  } catch {
    // Answered below, like any other body that is no object.
  }
  throw new ShopError(400, 'rest_invalid_json', 'Invalid JSON body passed.')
}

/** Keeps the top-level fields named by WordPress's `_fields`. */
function fields(c: Context, value: unknown): unknown {
  const wanted = queryOf(c)
    .get('_fields')
    ?.split(',')
    .map((name) => name.trim().split('.')[0])
  if (!wanted) return value
  const pick = (row: unknown) =>
    typeof row === 'object' && row !== null ? Object.fromEntries(Object.entries(row).filter(([name]) => wanted.includes(name))) : row
  return Array.isArray(value) ? value.map(pick) : pick(value)
}

export function answer(c: Context, value: unknown, status: 200 | 201 = 200): Response {
  return c.json(fields(c, value) as object, status)
}

/** A page of a list with WordPress's totals in the headers, and Link to its neighbours. */
export function answerPage<T>(c: Context, page: PageOf<T>, value: unknown[]): Response {
  c.header('X-WP-Total', String(page.total))
  c.header('X-WP-TotalPages', String(page.pages))
  const url = new URL(c.req.url)
  const current = Number(url.searchParams.get('page') ?? '1')
  const link = (number: number, rel: string) => {
    url.searchParams.set('page', String(number))
    return `<${url.href}>; rel="${rel}"`
  }
  const neighbours = [...(current > 1 ? [link(Math.min(current - 1, page.pages), 'prev')] : []), ...(current < page.pages ? [link(current + 1, 'next')] : [])]
  if (neighbours.length > 0) c.header('Link', neighbours.join(', '))
  return answer(c, value)
}

/** An error in WordPress's shape. */
export function answerError(c: Context, error: ShopError): Response {
  const data = { status: error.status, ...(error.params ? { params: error.params, details: {} } : {}) }
  return c.json({ code: error.code, message: error.message, data }, error.status as Status)
}
