import { Fault } from '@/lib/kernel/fault'
import { askStripe } from './stripe-fault'
import type { StripeCall } from './client'

/** An object of Stripe's as its JSON says it: nothing converted, so that it can be stored and folded like a delivery. */
export type RawObject = { id: string; object: string; created?: number } & Record<string, unknown>

/** `as_of`: the answer's Date header (whole seconds, UTC). `request_id`: Stripe's `req_...`. */
export type RawAnswer<T> = { body: T; as_of: Date; request_id: string }

/**
 * One GET. `path` is already encoded. Retried by the SDK.
 * @throws Fault of stripeFault
 */
export async function readRaw(call: StripeCall, path: string): Promise<RawAnswer<unknown>> {
  return askStripe(async () => {
    const answer: { lastResponse?: { headers?: Record<string, unknown> } } = await call.stripe.rawRequest('GET', path, undefined, call.options)
    return { body: answer as unknown, ...stampOf(answer) }
  })
}

/** A page of a v1 list, newest first. @throws Fault of stripeFault */
export async function readRawPage(call: StripeCall, path: string, query: Record<string, string | number | undefined>): Promise<{ objects: RawObject[]; has_more: boolean; as_of: Date; request_id: string }> {
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, String(value))
  const answer = await readRaw(call, `${path}?${asked}`)
  const page = answer.body as { data?: unknown; has_more?: unknown }
  if (!Array.isArray(page.data) || !page.data.every(isRawObject)) throw notUsable()
  return { objects: page.data, has_more: page.has_more === true, as_of: answer.as_of, request_id: answer.request_id }
}

/** When Stripe made an answer, and its request id, from the answer's headers. @throws Fault `stripe_unreachable` without a Date header */
export function stampOf(answer: { lastResponse?: { headers?: Record<string, unknown> } }): { as_of: Date; request_id: string } {
  const headers = answer.lastResponse?.headers ?? {}
  const as_of = new Date(String(headers.date ?? ''))
  if (Number.isNaN(as_of.getTime())) throw notUsable()
  return { as_of, request_id: String(headers['request-id'] ?? '') }
}

export function isRawObject(value: unknown): value is RawObject {
  return typeof value === 'object' && value !== null && typeof (value as RawObject).id === 'string' && typeof (value as RawObject).object === 'string'
}

function notUsable(): Fault {
  return new Fault('stripe_unreachable', 503, 'Stripe gave an answer that cannot be used.', { remedy: 'Try again in a minute.', retryable: true })
}
