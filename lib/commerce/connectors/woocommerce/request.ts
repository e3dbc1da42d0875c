import { codeOf, messageOf } from '@/lib/kernel/fault'
import { outboundRequest, type OutboundRequest } from '@/lib/outbound/outbound-request'
import { apiMissing, credentialsRefused, replyUnreadable, requestRefused, storeBusy, storeFailing, writeUnsettled, type StoreAccess } from '../../contract'
import { wooError } from './schema'

type Call = { method: OutboundRequest['method']; path: string; query?: Record<string, string>; json?: unknown }

/** WooCommerce's words for "no such order": any other 404 is a missing API, never a deleted order. */
const notThere = new Set(['woocommerce_rest_shop_order_invalid_id', 'woocommerce_rest_order_invalid_id', 'woocommerce_rest_invalid_id'])

/** After these a request may have arrived. */
const unanswered = new Set(['outbound_timeout', 'outbound_unreachable'])

/**
 * One call of the REST API v3. Returns the parsed answer, or null for "no such object".
 * @throws Faults of the contract and of lib/outbound.
 */
export async function wooRequest(access: StoreAccess, call: Call): Promise<unknown> {
  const { origin, consumer_key = '', consumer_secret = '' } = access.credentials
  const url = new URL(`${access.base_url}/wp-json/wc/v3/${call.path}`)
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value)
  const reply = await outboundRequest({
    url: url.href,
    method: call.method,
    json: call.json,
    credentials: { origin, authorization: `Basic ${Buffer.from(`${consumer_key}:${consumer_secret}`).toString('base64')}` },
    notAfterMs: access.notAfterMs,
  }).catch((error: unknown) => {
    throw call.method !== 'GET' && unanswered.has(codeOf(error) ?? '') ? writeUnsettled(messageOf(error), error) : error
  })
  const { host } = url
  if (reply.status === 429) throw storeBusy(host)
  // The word of what stands before the shop (502, 503, 504, Cloudflare's 52x), which itself may still be at work.
  if (reply.status > 501 && call.method !== 'GET') throw writeUnsettled(`${host} failed with HTTP ${reply.status}.`)
  if (reply.status >= 500) throw storeFailing(host, reply.status)
  if (reply.status >= 400) {
    const error = wooError.safeParse(tryParse(reply.text))
    if (reply.status === 404 && error.success && notThere.has(error.data.code)) return null
    if (reply.status === 404) throw apiMissing(host, 'Check the address of the store, that WooCommerce is active, and that permalinks are not set to "Plain".')
    // Of a firewall, a log-in wall, a proxy: not the shop's word, and gone in a minute perhaps.
    if (!error.success) throw storeFailing(host, reply.status)
    if (reply.status === 401 || reply.status === 403) throw credentialsRefused(host)
    throw requestRefused(host, reply.status, error.data.code.replace(/[^a-z0-9_-]/gi, ''))
  }
  const value = tryParse(reply.text)
  if (value !== undefined) return value
  throw replyUnreadable(host, /^\s*</.test(reply.text) ? 'a web page instead of data' : 'data that breaks off or is damaged')
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
