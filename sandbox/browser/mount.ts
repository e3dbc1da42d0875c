import { createHash } from 'node:crypto'
import type { Context, Hono } from 'hono'
import { bundleScript } from './bundle'
import { challengeFramePage, paymentFramePage, THEMES } from './pages'
import { PATHS } from './shared/paths'

/** What the browser part needs of the sandbox: its time, by which cards expire. */
export type BrowserWorld = { clock: { nowMs(): number } }

// Frames may be held by any page, as Stripe's may: they trust only the origin told to them, and hold no secret.
const FRAME_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'unsafe-inline'",
  "connect-src 'self'",
  'img-src data:',
  "form-action 'none'",
  "base-uri 'none'",
].join('; ')

function framePage(c: Context, html: string): Response {
  return c.html(html, 200, {
    'content-security-policy': FRAME_POLICY,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
}

/** Serves one bundled script; it is bundled once, at the first request. */
function serveScript(app: Hono, path: string, entry: Parameters<typeof bundleScript>[0]): void {
  let ready: { code: string; etag: string } | null = null
  const load = () => {
    const code = bundleScript(entry)
    return { code, etag: `"${createHash('sha256').update(code).digest('base64url').slice(0, 22)}"` }
  }
  app.get(path, (c) => {
    ready ??= load()
    const { code, etag } = ready
    const headers = {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'no-cache',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      etag,
    }
    if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers)
    return c.body(code, 200, headers)
  })
}

/** Adds the stand-in for Stripe.js and its frames to the sandbox. */
export function mount(app: Hono, world: BrowserWorld): void {
  serveScript(app, PATHS.script, 'host/stripe.ts')
  serveScript(app, PATHS.paymentFrameScript, 'frame/payment.ts')
  serveScript(app, PATHS.challengeFrameScript, 'frame/challenge.ts')
  app.get(PATHS.paymentFrame, (c) => {
    const theme = THEMES.find((name) => name === c.req.query('theme')) ?? 'stripe'
    return framePage(c, paymentFramePage(theme, world.clock.nowMs()))
  })
  app.get(PATHS.challengeFrame, (c) => framePage(c, challengeFramePage()))
}
