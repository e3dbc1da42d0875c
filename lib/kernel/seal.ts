import { createCipheriv, createDecipheriv, createHash, hkdfSync, timingSafeEqual } from 'node:crypto'
import { secretBytes } from './id'
import { Fault } from './fault'

/**
 * Secrets at rest: AES-256-GCM under a key derived from the installation's secret. The place (`tenant/row/field`) is bound as associated data, so that a sealed text moved to another row does not open.
 * Text form: `v1.<nonce>.<tag>.<ciphertext>`, base64url.
 */
export function seal(secret: Buffer, place: string, plain: string): string {
  const nonce = secretBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyFor(secret), nonce)
  cipher.setAAD(Buffer.from(place))
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return ['v1', nonce.toString('base64url'), cipher.getAuthTag().toString('base64url'), body.toString('base64url')].join('.')
}

/** @throws Fault `sealed_secret_unreadable` when the installation's secret or the place is not the one it was sealed with. */
export function unseal(secret: Buffer, place: string, sealed: string): string {
  const [version, nonce, tag, body] = sealed.split('.')
  try {
    if (version !== 'v1' || !nonce || !tag || body === undefined) throw new Error('shape')
    const decipher = createDecipheriv('aes-256-gcm', keyFor(secret), Buffer.from(nonce, 'base64url'))
    decipher.setAAD(Buffer.from(place))
    decipher.setAuthTag(Buffer.from(tag, 'base64url'))
    return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString('utf8')
  } catch {
    throw new Fault('sealed_secret_unreadable', 500, `The stored secret at ${place} cannot be opened.`, {
      remedy: 'Start with the MATCHBOOK_SECRET that it was stored with, or enter the secret again.',
    })
  }
}

/** The derived key of each secret that was used: deriving it costs more than opening a short text. */
const keys = new WeakMap<Buffer, Buffer>()

function keyFor(secret: Buffer): Buffer {
  const known = keys.get(secret)
  if (known) return known
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'matchbook seal v1', 32))
  keys.set(secret, key)
  return key
}

export function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}

/** Compares without telling by its timing where the difference is. */
export function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
