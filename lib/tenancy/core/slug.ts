/** First parts of addresses that are not tenants: a tenant of that name could not be reached, or would hide a page. */
const reserved = new Set([
  'api',
  'pay',
  'sign-in',
  'sign-out',
  'sign-up',
  'invitation',
  'healthz',
  'readyz',
  'metrics',
  'public',
  'static',
  'assets',
  'admin',
  'operator',
  'settings',
  'help',
  'docs',
  'status',
  'www',
  'login',
  'logout',
  'favicon',
  'robots',
  'error',
  'not-found',
  'well-known',
])

const shape = /^[a-z][a-z0-9-]{1,38}[a-z0-9]$/

/** Null when the text can be a tenant's address, else what is wrong with it. */
export function slugProblem(text: string): string | null {
  if (!shape.test(text) || text.includes('--')) return 'must be 3 to 40 lower-case letters, digits and single hyphens, starting with a letter'
  if (reserved.has(text)) return 'is reserved for pages of our own'
  return null
}
