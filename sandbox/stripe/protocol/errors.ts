/** Fields of a Stripe error body (docs.stripe.com/api/errors; names as in stripe/esm/Error.d.ts). */
export interface ErrorBody {
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'
  readonly code?: string
  readonly message: string
  readonly param?: string
  readonly decline_code?: string
  readonly advice_code?: string
  readonly network_decline_code?: string
  readonly charge?: string
  readonly payment_intent?: object
  readonly payment_method?: object
}

/**
 * An answer that is an error. `kept` says whether an idempotency key remembers it: Stripe keeps results
 * only once the endpoint began to execute, so failed validation, 401, 409 and 429 are not kept
 * (docs.stripe.com/api/idempotent_requests).
 */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
    readonly kept: boolean,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(body.message)
  }
}

/** A parameter that is wrong by itself: 400, not kept. */
export function invalidParam(param: string, message: string, code?: string): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', ...(code === undefined ? {} : { code }), message, param }, false)
}

/** A request that is well formed but cannot be done now: 400, kept. */
export function refused(message: string, extra: { code?: string; param?: string; charge?: string; payment_intent?: object } = {}): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', message, ...extra }, true)
}

/** No such object. In the path it is a 404 with param `id`, in another parameter a 400. `elsewhere`: the mode it does exist in. */
export function missing(noun: string, id: string, param = 'id', elsewhere: 'live' | 'test' | null = null): ApiError {
  const hint =
    elsewhere === null
      ? ''
      : `; a similar object exists in ${elsewhere} mode, but a ${elsewhere === 'live' ? 'test' : 'live'} mode key was used to make this request.`
  return new ApiError(
    param === 'id' ? 404 : 400,
    { type: 'invalid_request_error', code: 'resource_missing', message: `No such ${noun}: '${id}'${hint}`, param },
    true,
  )
}

/** A declined payment: 402 card_error, kept. */
export function declined(body: Omit<ErrorBody, 'type'>): ApiError {
  return new ApiError(402, { type: 'card_error', ...body }, true)
}

/** Something asked for that this sandbox has no model of. Said plainly instead of answering wrongly. */
export function notModelled(param: string, what: string): ApiError {
  return invalidParam(param, `The sandbox does not model ${what}.`)
}

export function errorJson(error: ApiError, requestId: string): string {
  const code = error.body.code
  return JSON.stringify({
    error: {
      ...error.body,
      ...(code === undefined ? {} : { doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` }),
      request_log_url: `https://dashboard.stripe.com/logs/${requestId}`,
    },
  })
}
