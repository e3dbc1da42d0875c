/** Which document a policy is for. `payer` pages take a card; nothing but Stripe's script may be beside ours. */
export type Document = 'payer' | 'ours'

export function documentOf(pathname: string): Document {
  return /^\/pay(\/|$)/.test(pathname) ? 'payer' : 'ours'
}

/**
 * Stripe's hosts for a page with its elements.
 * Source: https://docs.stripe.com/security/guide#content-security-policy (Stripe.js, Checkout Sessions with elements).
 */
const stripe = {
  script: ['https://js.stripe.com', 'https://*.js.stripe.com'],
  connect: ['https://api.stripe.com'],
  frame: ['https://js.stripe.com', 'https://*.js.stripe.com', 'https://hooks.stripe.com'],
  image: ['https://*.stripe.com'],
}

/**
 * The content security policy of one response. Pages that take a card name their hosts and nothing else:
 * 'strict-dynamic' would make a browser ignore that list. All other pages load no foreign script at all.
 * `standIn` is the origin of the stand-in for Stripe (sandbox mode), else null. `development` allows what
 * `next dev` needs and must be false in production.
 */
export function contentSecurityPolicy(input: { document: Document; nonce: string; standIn: string | null; development: boolean }): string {
  const payer = input.document === 'payer'
  const hosts = !payer
    ? { script: [], connect: [], frame: [], image: [] }
    : input.standIn !== null
      ? { script: [input.standIn], connect: [input.standIn], frame: [input.standIn], image: [input.standIn] }
      : stripe
  const directives: [string, string[]][] = [
    ['default-src', ["'self'"]],
    ['script-src', ["'self'", `'nonce-${input.nonce}'`, ...(payer ? hosts.script : ["'strict-dynamic'"]), ...(input.development ? ["'unsafe-eval'"] : [])]],
    ['style-src', ["'self'", "'unsafe-inline'"]],
    ['img-src', ["'self'", 'data:', ...hosts.image]],
    ['font-src', ["'self'", 'data:']],
    ['connect-src', ["'self'", ...hosts.connect]],
    ['frame-src', hosts.frame.length > 0 ? hosts.frame : ["'none'"]],
    ['object-src', ["'none'"]],
    ['base-uri', ["'none'"]],
    ['form-action', ["'self'"]],
    ['frame-ancestors', ["'none'"]],
  ]
  return directives.map(([name, values]) => `${name} ${values.join(' ')}`).join('; ')
}
