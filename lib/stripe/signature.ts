import { isUtf8 } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'

export type SignatureVerdict =
  { ok: true } | { ok: false; reason: 'no_secret' | 'no_header' | 'header_malformed' | 'body_not_text' | 'too_old' | 'in_future' | 'no_match' }

/** How far a signature's time may be from ours, either way, in seconds. Stripe's own default; its SDK refuses only the past. */
const toleranceSeconds = 300

/**
 * Checks Stripe's signature on the raw bytes against the secrets of the endpoint that was called (two while one is being
 * replaced). `nowSeconds` is wall time. Blank secrets count as none; nothing is accepted without one.
 *
 * The scheme is the SDK's (stripe/esm/Webhooks.js: HMAC-SHA256 of `<time>.<body>` under the secret), computed on the bytes
 * as they came: the SDK decodes them leniently (a stray byte becomes U+FFFD, a byte order mark vanishes), reads times and
 * repeated fields leniently, and takes twice as long.
 */
export function verifySignature(rawBody: Buffer, header: string | null, secrets: readonly string[], nowSeconds: number): SignatureVerdict {
  const usable = secrets.filter((secret) => secret.trim() !== '' && !/\s/.test(secret))
  if (usable.length === 0) return { ok: false, reason: 'no_secret' }
  if (header === null || header.trim() === '') return { ok: false, reason: 'no_header' }
  const signed = signedBy(header)
  if (signed === null) return { ok: false, reason: 'header_malformed' }
  if (rawBody.length === 0 || !isUtf8(rawBody)) return { ok: false, reason: 'body_not_text' }

  const signedAt = signed.at
  const matches = usable.some((secret) => {
    const digest = createHmac('sha256', secret).update(`${signedAt}.`).update(rawBody).digest()
    return signed.digests.some((given) => timingSafeEqual(given, digest))
  })
  if (!matches) return { ok: false, reason: 'no_match' }
  if (nowSeconds - signedAt > toleranceSeconds) return { ok: false, reason: 'too_old' }
  if (signedAt - nowSeconds > toleranceSeconds) return { ok: false, reason: 'in_future' }
  return { ok: true }
}

/** The one time in a header of the form `t=<unix>,v1=<64 hex>[,v1=...][,v0=...]` and its digests; null when it has another form. */
function signedBy(header: string): { at: number; digests: Buffer[] } | null {
  let at: number | null = null
  const digests: Buffer[] = []
  for (const part of header.split(',')) {
    const [name, value = '', ...rest] = part.trim().split('=')
    // Schemes that one does not know are to be ignored (docs.stripe.com/webhooks, manual verification), whatever they look like.
    if (name !== 't' && name !== 'v1') continue
    if (rest.length > 0) return null
    if (name === 't') {
      if (at !== null || !/^\d{1,12}$/.test(value)) return null
      at = Number(value)
    } else {
      if (digests.length === 10 || !/^[0-9a-f]{64}$/.test(value)) return null
      digests.push(Buffer.from(value, 'hex'))
    }
  }
  return at === null || digests.length === 0 ? null : { at, digests }
}
