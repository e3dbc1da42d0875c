import type Stripe from 'stripe'
import { Fault } from '@/lib/kernel/fault'
import { newId } from '@/lib/kernel/id'
import type { StripeCall } from './client'
import { askStripe } from './stripe-fault'

/** An object of Stripe's as its JSON says it: nothing converted, so that it can be stored and folded like a delivery. */
export type RawObject = { id: string; object: string; created?: number } & Record<string, unknown>

/** `as_of`: the answer's Date header (whole seconds, UTC). `request_id`: Stripe's `req_...`. */
export type RawAnswer = { object: RawObject; as_of: Date; request_id: string }
export type RawPage = { objects: RawObject[]; has_more: boolean; as_of: Date; request_id: string }

/**
 * One GET of one object. `path` is already encoded. Retried by the SDK.
 * @throws Fault of stripeFault
 */
export async function readRaw(call: StripeCall, path: string): Promise<RawAnswer> {
  return sendRaw(call, 'GET', path)
}

/**
 * A page of a v1 list, newest first. What does not say whether there is more, or says so and shows nothing to go on from,
 * is no page: taken for the end of a list it would mean that something does not exist.
 * @throws Fault of stripeFault
 */
export async function readRawPage(call: StripeCall, path: string, query: Record<string, string | number | undefined>): Promise<RawPage> {
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, String(value))
  const { body, ...stamp } = await send(call, 'GET', `${path}?${asked}`)
  const page = body as { data?: unknown; has_more?: unknown }
  const { data, has_more } = page
  if (!Array.isArray(data) || !data.every(isRawObject) || typeof has_more !== 'boolean' || (has_more && data.length === 0)) throw notUsable()
  return { objects: data, has_more, ...stamp }
}

/**
 * One POST under our own idempotency key. Sent again by the SDK only with that same key.
 * @throws Fault of stripeFault; isOutcomeUnknown tells whether it may have been done all the same
 */
export async function writeRaw(
  call: StripeCall,
  path: string,
  params: object,
  idempotencyKey: string,
  options: Stripe.RequestOptions = {},
): Promise<RawAnswer> {
  return sendRaw(call, 'POST', path, params, { ...options, idempotencyKey })
}

async function sendRaw(call: StripeCall, method: 'GET' | 'POST', path: string, params?: object, options?: Stripe.RequestOptions): Promise<RawAnswer> {
  const { body, ...stamp } = await send(call, method, path, params, options)
  if (!isRawObject(body)) throw notUsable()
  return { object: body, ...stamp }
}

async function send(
  call: StripeCall,
  method: 'GET' | 'POST',
  path: string,
  params?: object,
  options?: Stripe.RequestOptions,
): Promise<{ body: unknown; as_of: Date; request_id: string }> {
  return askStripe(async () => {
    const answer: { lastResponse?: { headers?: Record<string, unknown> } } = await call.stripe.rawRequest(method, path, params && { ...params }, {
      ...call.options,
      ...options,
    })
    const headers = answer.lastResponse?.headers ?? {}
    const as_of = new Date(String(headers.date ?? ''))
    if (Number.isNaN(as_of.getTime())) throw notUsable()
    // Answers are stored once per name: one that lost its name on the way must not be taken for another.
    return { body: answer as unknown, as_of, request_id: String(headers['request-id'] ?? `unnamed_${newId()}`) }
  })
}

export function isRawObject(value: unknown): value is RawObject {
  return typeof value === 'object' && value !== null && typeof (value as RawObject).id === 'string' && typeof (value as RawObject).object === 'string'
}

function notUsable(): Fault {
  return new Fault('stripe_unreachable', 503, 'Stripe gave an answer that cannot be used.', { remedy: 'Try again in a minute.', retryable: true })
}
