import { request } from 'undici'
import { config } from '@/lib/config/config'
import { clock } from '@/lib/kernel/clock'
import { codeOf, Fault, isFault } from '@/lib/kernel/fault'
import { networkStandIn } from '@/lib/kernel/network'
import { judgeDestination } from './core/destination'
import { readBody } from './read-body'
import { agentFor } from './resolver'

/** What authenticates us somewhere, and the only origin it may be sent to. */
export type BoundCredentials = { origin: string; authorization: string }

export type OutboundRequest = {
  url: string
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  headers?: Record<string, string>
  /** Sent as JSON. */
  json?: unknown
  credentials?: BoundCredentials
  /** Wall time after which it must not be sent any more (a lease ends). */
  notAfterMs?: number
  /** Less than the usual ten seconds. */
  timeoutMs?: number
}

export type OutboundReply = { status: number; headers: Record<string, string>; text: string }

export const outboundTimeoutMs = 10_000
export const outboundBodyLimit = 5 * 1024 * 1024

/**
 * One request to a host that a tenant named. Answers of any status but redirects are returned; redirects are errors.
 * Messages name the host that was asked for and nothing of what was found behind it.
 * @throws Fault `outbound_refused`, `outbound_address_refused`, `outbound_credentials_bound`, `outbound_too_late` (nothing was sent),
 *   `outbound_too_large`, `outbound_unreadable`; retryable: `outbound_redirect` (a maintenance page), `outbound_name_unknown`, `outbound_timeout`, `outbound_unreachable`.
 *   After a retryable one the request may have had its effect.
 */
export async function outboundRequest(wanted: OutboundRequest): Promise<OutboundReply> {
  const { origin, sandboxUrl } = config()
  const judged = judgeDestination(wanted.url, { ownHosts: [new URL(origin).hostname], sandboxOrigin: sandboxUrl })
  if (!judged.ok) throw refusal(judged.reason)
  const { url, trusted } = judged
  if (wanted.credentials && wanted.credentials.origin !== url.origin) {
    throw new Fault('outbound_credentials_bound', 422, `The stored keys belong to ${wanted.credentials.origin}, not to ${url.origin}.`, {
      remedy: 'Enter the keys again for the new address.',
    })
  }
  const done = new AbortController()
  const timeout = new AbortController()
  const patienceMs = Math.min(wanted.timeoutMs ?? outboundTimeoutMs, outboundTimeoutMs)
  void clock.sleep(patienceMs, done.signal).then(() => timeout.abort())
  try {
    if (wanted.notAfterMs !== undefined && clock.wallMs() > wanted.notAfterMs)
      throw new Fault('outbound_too_late', 503, 'It was too late to send this request safely.', { retryable: true })
    const headers = {
      accept: 'application/json',
      'accept-encoding': 'gzip, deflate, br',
      'user-agent': 'Matchbook',
      ...wanted.headers,
      ...(wanted.json !== undefined && { 'content-type': 'application/json' }),
      ...(wanted.credentials && { authorization: wanted.credentials.authorization }),
    }
    const body = wanted.json === undefined ? null : JSON.stringify(wanted.json)
    const standIn = networkStandIn()
    if (standIn) {
      const reply = await standIn.exchange({ method: wanted.method, url: url.href, headers, body, timeoutMs: patienceMs, signal: timeout.signal })
      if (isRedirect(reply.status)) throw redirected(url)
      return { status: reply.status, headers: reply.headers, text: reply.body }
    }
    const reply = await request(url, { method: wanted.method, dispatcher: agentFor(trusted), signal: timeout.signal, headers, body })
    const told = Object.fromEntries(Object.entries(reply.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]))
    if (isRedirect(reply.statusCode)) {
      reply.body.on('error', () => undefined).destroy()
      throw redirected(url)
    }
    const bytes = await readBody(reply.body, told['content-encoding'], outboundBodyLimit)
    return { status: reply.statusCode, headers: told, text: textOf(bytes, told['content-type']) }
  } catch (error) {
    throw isFault(error) ? error : named(error, url.host, timeout.signal.aborted ? patienceMs : null)
  } finally {
    done.abort()
  }
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400
}

function redirected(url: URL): Fault {
  return new Fault('outbound_redirect', 502, `${url.host} answered with a redirect, which is not followed.`, {
    retryable: true,
    remedy: 'Enter the final address, the one the browser shows in the end (often with or without www).',
  })
}

function refusal(reason: string): Fault {
  const sentences: Record<string, [string, string]> = {
    not_a_url: ['This is not a complete address.', 'Enter it with https:// in front.'],
    not_https: ['Only https addresses are contacted.', 'Enter the address with https:// in front.'],
    userinfo: ['The address carries a user name or password.', 'Remove the part before the @ and enter keys in their own fields.'],
    port: ['Only the ports 443 and 8443 are contacted.', 'Serve it under one of these ports.'],
    own_host: ['The address is our own.', 'Enter the address of the store.'],
    address: ['The address is not a public one.', 'Enter the address under which the public reaches it.'],
  }
  const [message, remedy] = sentences[reason] ?? ['This address is not contacted.', 'Enter another address.']
  return new Fault('outbound_refused', 422, message, { field: 'url', remedy })
}

function named(error: unknown, host: string, timedOutAfterMs: number | null): Fault {
  const code = codeOf(error) ?? ''
  if (timedOutAfterMs !== null || /^UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT$|^ETIMEDOUT$/.test(code)) {
    return new Fault('outbound_timeout', 504, `${host} did not answer within ${(timedOutAfterMs ?? outboundTimeoutMs) / 1000} seconds.`, {
      retryable: true,
      cause: error,
    })
  }
  if (/^(ENOTFOUND|EAI_AGAIN|ENODATA)$/.test(code))
    return new Fault('outbound_name_unknown', 502, `The name ${host} could not be found.`, {
      retryable: true,
      remedy: 'Check the spelling of the address.',
      cause: error,
    })
  if (/^Z_|BROTLI|^ERR_STREAM_PREMATURE/.test(code))
    return new Fault('outbound_unreadable', 502, `The answer of ${host} breaks off or is damaged.`, { retryable: true, cause: error })
  if (/CERT|TLS|SSL|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY/.test(code)) {
    return new Fault('outbound_unreachable', 502, `${host} has no valid certificate.`, {
      retryable: true,
      remedy: 'Renew the certificate of the site.',
      cause: error,
    })
  }
  return new Fault('outbound_unreachable', 502, `${host} could not be reached.`, { retryable: true, cause: error })
}

/** Text in the charset it says, UTF-8 otherwise; a byte order mark is dropped, broken bytes become U+FFFD. */
function textOf(bytes: Buffer, contentType: string | undefined): string {
  const charset = /charset="?([\w-]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}
