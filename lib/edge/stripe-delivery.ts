import { receive, type Incoming } from '@/lib/inbox/receive'
import { codeOf, isFault, messageOf } from '@/lib/kernel/fault'
import { log } from '@/lib/log/log'
import { isUnavailable } from './core/unavailable'

/** What goes back to Stripe, whichever server answers. */
export type DeliveryAnswer = { status: number; headers: Record<string, string>; body: string }

const json = { 'content-type': 'application/json', 'cache-control': 'no-store' }
const received: DeliveryAnswer = { status: 200, headers: json, body: '{"received":true}' }

/**
 * One delivery from its first byte to its answer: signature, one durable row, 200. A database that is down answers 503,
 * so that Stripe delivers again. Never throws.
 */
export async function answerDelivery(incoming: Incoming): Promise<DeliveryAnswer> {
  try {
    const { status, code, message, wait } = await receive(incoming)
    return status === 200 ? received : refusal(status, code, message, wait === undefined ? {} : { 'retry-after': String(wait) })
  } catch (error) {
    // A body that was not read to its end leaves the connection unusable for the next request.
    if (isFault(error) && error.status < 500) return refusal(error.status, error.code, error.message, { connection: 'close' })
    const away = isUnavailable({ code: codeOf(error), message: messageOf(error) })
    log()[away ? 'warn' : 'error']({ error: away ? messageOf(error) : error }, `a delivery could not be stored: ${messageOf(error)}`)
    return refusal(503, 'not_stored', 'The delivery could not be stored. Deliver it again.')
  }
}

function refusal(status: number, code: string, message: string, headers: Record<string, string> = {}): DeliveryAnswer {
  return { status, headers: { ...json, ...headers }, body: JSON.stringify({ error: { code, message } }) }
}
