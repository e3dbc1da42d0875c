/**
 * Where the store wants its customer back. Only hosts that the store is known under; https, or http on the machine
 * itself. A host may be listed with its port.
 */
export function judgeReturnUrl(
  text: string,
  hosts: readonly string[],
): { ok: true; url: string } | { ok: false; why: 'malformed' | 'not_https' | 'other_host' } {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return { ok: false, why: 'malformed' }
  }
  if (url.username !== '' || url.password !== '') return { ok: false, why: 'malformed' }
  const isLocal = url.hostname === 'localhost' || url.hostname === '127.0.0.1' || url.hostname === '[::1]'
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal)) return { ok: false, why: 'not_https' }
  const known = hosts.map((host) => host.toLowerCase())
  return known.includes(url.host) || known.includes(url.hostname) ? { ok: true, url: url.href } : { ok: false, why: 'other_host' }
}
