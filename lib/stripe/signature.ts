import { isUtf8 } from 'node:buffer'
import Stripe from 'stripe'

export type SignatureVerdict =
  { ok: true } | { ok: false; reason: 'no_secret' | 'no_header' | 'header_malformed' | 'body_not_text' | 'too_old' | 'in_future' | 'no_match' }

/** How far a signature's time may be from ours, either way, in seconds. Stripe's own default; its SDK refuses only the past. */
const toleranceSeconds = 300

/**
 * Checks Stripe's signature on the raw bytes against the secrets of the endpoint that was called (two while one is being
 * replaced). `nowSeconds` is wall time. Blank secrets count as none; nothing is accepted without one.
 *
 * The SDK decodes bytes leniently (a stray byte becomes U+FFFD, a byte order mark vanishes) and reads times and
 * repeated fields leniently, so the exact form is checked first (stripe/esm/Webhooks.js).
 */
export function verifySignature(rawBody: Buffer, header: string | null, secrets: readonly string[], nowSeconds: number): SignatureVerdict {
  const usable = secrets.filter((secret) => secret.trim() !== '' && !/\s/.test(secret))
  if (usable.length === 0) return { ok: false, reason: 'no_secret' }
  if (header === null || header.trim() === '') return { ok: false, reason: 'no_header' }
  const signedAt = timeOf(header)
  if (signedAt === null) return { ok: false, reason: 'header_malformed' }
  if (rawBody.length === 0 || !isUtf8(rawBody)) return { ok: false, reason: 'body_not_text' }
  const body = rawBody.toString('utf8')

  const matches = usable.some((secret) => {
    try {
      return Stripe.webhooks.signature?.verifyHeader(body, header, secret, Number.MAX_SAFE_INTEGER, undefined, nowSeconds * 1000) === true
    } catch {
      return false
    }
  })
  if (!matches) return { ok: false, reason: 'no_match' }
  if (nowSeconds - signedAt > toleranceSeconds) return { ok: false, reason: 'too_old' }
  if (signedAt - nowSeconds > toleranceSeconds) return { ok: false, reason: 'in_future' }
  return { ok: true }
}

/** The one time in a header of the form `t=<unix>,v1=<64 hex>[,v1=...][,v0=...]`; null when it has another form. */
function timeOf(header: string): number | null {
  let time: number | null = null
  let signatures = 0
  for (const part of header.split(',')) {
    const [name, value, ...rest] = part.trim().split('=')
    if (!name || value === undefined || rest.length > 0) return null
    if (name === 't') {
      if (time !== null || !/^\d{1,12}$/.test(value)) return null
      time = Number(value)
    } else if (name === 'v1') {
      if (!/^[0-9a-f]{64}$/.test(value)) return null
      signatures += 1
    }
  }
  return signatures > 0 && signatures <= 10 ? time : null
}
