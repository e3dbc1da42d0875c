import { Fault, isFault } from '@/lib/kernel/fault'

/** What an operator may see of Stripe's error: no text of Stripe's, no key, no object. */
export type StripeErrorDetail = {
  type: string
  code: string | null
  decline_code: string | null
  param: string | null
  http_status: number | null
  request_id: string | null
}

/**
 * Codes after which it is not known whether Stripe did what was asked: look it up before asking under another key. The
 * last three turn a request away before its idempotency key is looked at (docs.stripe.com/error-low-level), so they say
 * nothing of an earlier sending under it; the SDK's own repetitions are such sendings too.
 */
const unknownOutcome = new Set([
  'stripe_unreachable',
  'stripe_failed',
  'stripe_request_in_progress',
  'stripe_rate_limited',
  'stripe_key_invalid',
  'stripe_permission',
])

/** True when the request may have had its effect although no usable answer came. */
export function isOutcomeUnknown(error: unknown): boolean {
  return isFault(error) && unknownOutcome.has(error.code)
}

/** The detail kept beside a fault made here, for logs and stored requests. */
export function stripeDetailOf(error: unknown): StripeErrorDetail | null {
  const cause = isFault(error) ? error.cause : null
  return typeof cause === 'object' && cause !== null && 'http_status' in cause ? (cause as StripeErrorDetail) : null
}

/** Runs one call of the SDK; whatever it throws leaves as a Fault. @throws Fault, see stripeFault */
export async function askStripe<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw stripeFault(error)
  }
}

/**
 * Any error of the SDK as a Fault. Told by class name, status and code, never by Stripe's sentence
 * (stripe/esm/Error.js: 409 `idempotency_key_in_use` arrives as StripeAPIError, a lost connection as StripeConnectionError).
 */
export function stripeFault(error: unknown): Fault {
  if (isFault(error)) return error
  const detail = detailOf(error)
  const make = (code: string, status: number, message: string, more: { remedy?: string; retryable?: boolean } = {}) =>
    new Fault(code, status, message, { ...more, cause: detail })
  const { type, code, http_status: status } = detail

  if (type === 'StripeRateLimitError' || status === 429)
    return make('stripe_rate_limited', 503, 'Stripe asks us to slow down.', { remedy: 'Try again in a few seconds.', retryable: true })
  if (code === 'idempotency_key_in_use' || status === 409)
    return make('stripe_request_in_progress', 503, 'The same request is still being worked on at Stripe.', {
      remedy: 'Try again in a few seconds.',
      retryable: true,
    })
  if (type === 'StripeIdempotencyError') return make('stripe_idempotency_conflict', 409, 'Stripe knows this request with other contents.')
  if (code === 'account_invalid')
    return make('account_invalid', 409, 'Stripe no longer lets us act for this account.', {
      remedy: 'Connect the Stripe account again under Settings, Connection.',
    })
  if (type === 'StripeAuthenticationError' || status === 401)
    return make('stripe_key_invalid', 502, 'Stripe does not accept our key.', { remedy: 'Check the Stripe keys of this connection.' })
  if (type === 'StripePermissionError' || status === 403)
    return make('stripe_permission', 502, 'The Stripe key may not do this.', {
      remedy: 'Give the restricted key the permission named in the README, or set another key.',
    })
  if (type === 'StripeCardError' || status === 402)
    return make('card_declined', 402, 'The payment was declined.', { remedy: 'Try again or use another way to pay.' })
  if (code === 'amount_too_small')
    return make('amount_too_small', 422, 'The amount is less than Stripe can charge.', { remedy: 'Have it paid in another way.' })
  if (code === 'amount_too_large')
    return make('amount_too_large', 422, 'The amount is more than Stripe can charge at once.', { remedy: 'Split the order in the store.' })
  if (code === 'resource_missing') return make('stripe_missing', 404, 'Stripe does not know this object.')
  if (status !== null && status >= 500)
    return make('stripe_failed', 502, 'Stripe answered with an error of its own.', { remedy: 'Try again in a minute.', retryable: true })
  // A 404 without Stripe's code, a status that it never refuses with, an error without its shape: the word of something between us.
  if (['StripeConnectionError', 'StripeAPIError', 'StripeOAuthError'].includes(type) || status === 404)
    return make('stripe_unreachable', 503, 'Stripe could not be reached.', { remedy: 'Try again in a minute.', retryable: true })
  if (status !== null) return make('stripe_refused', 422, 'Stripe refused the request.')
  return make('stripe_client_error', 500, 'The request to Stripe could not be made.')
}

function detailOf(error: unknown): StripeErrorDetail {
  const e = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value.slice(0, 200) : null)
  return {
    type: text(e.type) ?? text(e.name) ?? 'unknown',
    code: text(e.code),
    decline_code: text(e.decline_code),
    param: text(e.param),
    http_status: typeof e.statusCode === 'number' ? e.statusCode : null,
    request_id: text(e.requestId),
  }
}
