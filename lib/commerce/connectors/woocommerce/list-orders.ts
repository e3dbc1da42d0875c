import { z } from 'zod'
import { replyUnreadable, type OrderPage, type StoreAccess } from '../../contract'
import { wooRequest } from './request'
import { orderFields, wooOrder } from './schema'
import { translateOrder } from './translate'

const perPage = 50
const overlapMs = 120_000

/** `changed`: everything but the trash; then `trash`, which WooCommerce leaves out of its lists unless asked for. */
type Step = { phase: 'changed' | 'trash'; after: string | null; page: number }

/**
 * WooCommerce pages by number, and an order that changes meanwhile moves to the end and pulls the others forward. So a
 * full page is followed by a new question from its last second on; numbers are used only inside one crowded second.
 * `modified_after` leaves out the second it names: each question starts one second earlier.
 */
export async function listChangedOrders(access: StoreAccess, after: Date | null, next: string | null): Promise<OrderPage> {
  const step: Step =
    next === null
      ? { phase: 'changed', after: after === null ? null : new Date(after.getTime() - overlapMs).toISOString(), page: 1 }
      : (JSON.parse(next) as Step)
  const raw = await wooRequest(access, {
    method: 'GET',
    path: 'orders',
    query: {
      orderby: 'modified',
      order: 'asc',
      per_page: String(perPage),
      page: String(step.page),
      _fields: orderFields,
      dates_are_gmt: 'true',
      status: step.phase === 'trash' ? 'trash' : 'any',
      ...(step.after !== null && { modified_after: step.after.slice(0, 19) }),
    },
  })
  const host = new URL(access.base_url).host
  if (!Array.isArray(raw)) throw replyUnreadable(host, 'something that is no list of orders')
  if (step.page > 1000) throw replyUnreadable(host, 'the same page of orders again and again')

  const page: OrderPage = { orders: [], unreadable: [], next: null, position: null }
  for (const item of raw as unknown[]) {
    const parsed = wooOrder.safeParse(item)
    if (parsed.success) page.orders.push(translateOrder(parsed.data))
    else page.unreadable.push({ external_id: idOf(item), reason: parsed.error.issues[0]?.path.join('.') ?? 'unknown' })
  }
  const last = page.orders.at(-1)?.modified_at ?? null
  if (raw.length >= perPage) {
    const from = last === null ? null : new Date(last.getTime() - 1000).toISOString()
    const moves = from !== null && (step.after === null || from > step.after)
    page.next = JSON.stringify(moves ? { ...step, after: from, page: 1 } : { ...step, page: step.page + 1 })
    if (moves && step.phase === 'changed') page.position = last
  } else if (step.phase === 'changed') {
    page.position = last
    const start = after === null ? null : new Date(after.getTime() - overlapMs).toISOString()
    page.next = JSON.stringify({ phase: 'trash', after: start, page: 1 } satisfies Step)
  }
  return page
}

function idOf(item: unknown): string | null {
  const parsed = z.object({ id: z.union([z.string().max(255), z.number()]) }).safeParse(item)
  return parsed.success ? String(parsed.data.id) : null
}
