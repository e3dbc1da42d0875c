const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a request with our cookie may change something: the browser must say that one of our own pages sent it. A
 * request that says nothing is refused (backends use API keys). `origin` is the configured one, never the request's.
 */
export function comesFromUs(request: { method: string; headers: Headers }, origin: string): boolean {
  if (safe.has(request.method)) return true
  const site = request.headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin') return false
  const claimed = request.headers.get('origin')
  if (claimed !== null && claimed !== origin) return false
  return site !== null || claimed !== null
}
