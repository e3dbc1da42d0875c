import { classifyAddress } from './address'

/** What this installation allows. `sandboxOrigin` is the one origin that may be plain http and local; null outside sandbox mode. */
export type OutboundPolicy = { ownHosts: readonly string[]; sandboxOrigin: string | null }

export type Destination =
  { ok: true; url: URL; trusted: boolean } | { ok: false; reason: 'not_a_url' | 'not_https' | 'userinfo' | 'port' | 'own_host' | 'address' }

const ports = new Set(['', '443', '8443'])

/**
 * Judges an address before any name is resolved. `trusted` marks the sandbox, whose address is not checked further.
 * The URL parser has already turned decimal, octal, hexadecimal and full-width hosts into plain ones.
 */
export function judgeDestination(text: string, policy: OutboundPolicy): Destination {
  if (!URL.canParse(text)) return { ok: false, reason: 'not_a_url' }
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return { ok: false, reason: 'userinfo' }
  if (policy.sandboxOrigin !== null && url.origin === policy.sandboxOrigin) return { ok: true, url, trusted: true }
  if (url.protocol !== 'https:') return { ok: false, reason: 'not_https' }
  if (!ports.has(url.port)) return { ok: false, reason: 'port' }
  const host = url.hostname.replace(/\.$/, '')
  if (host === '' || policy.ownHosts.includes(host)) return { ok: false, reason: 'own_host' }
  if (!host.includes('.') && !host.startsWith('[')) return { ok: false, reason: 'address' }
  if (/\.(localhost|local|internal|home\.arpa|onion|test|invalid)$/.test(`.${host}`)) return { ok: false, reason: 'address' }
  const literal = classifyAddress(host)
  if (literal !== 'invalid' && literal !== 'public') return { ok: false, reason: 'address' }
  return { ok: true, url, trusted: false }
}
