import { codeOf, isFault, messageOf, type Fault } from '@/lib/kernel/fault'
import { log } from '@/lib/log/log'
import { isUnavailable } from './core/unavailable'

/** `bigint` has no JSON: amounts go out as numbers of minor units, which are exact far beyond any sum of money here. */
export function json(body: unknown, init: { status?: number; headers?: Record<string, string> } = {}): Response {
  const text = JSON.stringify(body, (_name, value: unknown) => (typeof value === 'bigint' ? exactNumber(value) : value))
  return new Response(text, { status: init.status ?? 200, headers: { ...init.headers, 'content-type': 'application/json; charset=utf-8' } })
}

function exactNumber(value: bigint): number | string {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString()
}

/** The answer for anything thrown: a Fault in its own words, a database that is away as 503, all else without its text. */
export function replyToError(error: unknown, about: { route: string; request_id: string }): Response {
  if (isFault(error)) {
    if (error.status >= 500) log().error({ ...about, error, code: error.code }, 'a request failed')
    return faultReply(error, about.request_id)
  }
  if (isUnavailable({ code: codeOf(error), message: messageOf(error) })) {
    log().error({ ...about, error }, 'the database did not answer a request')
    const body = { code: 'unavailable', message: 'This cannot be answered at the moment.', remedy: 'Try again in a few seconds; nothing was lost.' }
    return json({ error: { ...body, request_id: about.request_id } }, { status: 503, headers: { 'retry-after': '5' } })
  }
  log().error({ ...about, error }, 'a request failed in a way nobody foresaw')
  const body = { code: 'internal_error', message: 'Something went wrong on our side.', remedy: 'Try again. If it stays, quote the request id.' }
  return json({ error: { ...body, request_id: about.request_id } }, { status: 500 })
}

function faultReply(fault: Fault, request_id: string): Response {
  const { code, message, field, remedy, status } = fault
  return json(
    { error: { code, message, ...(field === undefined ? {} : { field }), ...(remedy === undefined ? {} : { remedy }), request_id } },
    { status, headers: headersFor(code, status) },
  )
}

function headersFor(code: string, status: number): Record<string, string> {
  if (status === 401 && code.startsWith('api_key')) return { 'www-authenticate': 'Bearer' }
  if (status === 503) return { 'retry-after': '5' }
  // Bytes that nobody will read may still be on their way.
  if (status === 408 || status === 413) return { connection: 'close' }
  return {}
}
