import { hkdfSync } from 'node:crypto'
import { decode } from 'next-auth/jwt'
import { config } from '@/lib/config/config'

/** The names of our cookies: with the `__Host-` prefix where browsers allow it (https). */
export function cookieName(cookie: 'session' | 'csrf' | 'callback'): string {
  return isSecure() ? `__Host-matchbook.${cookie}` : `matchbook.${cookie}`
}

export function isSecure(): boolean {
  return config().origin.startsWith('https://')
}

/** The key of the JWT in the cookie, derived from the installation's secret. */
export function sessionSecret(): string {
  return Buffer.from(hkdfSync('sha256', config().secret, '', 'matchbook session cookie v1', 32)).toString('base64')
}

/** The session id inside a cookie's JWT, its only claim of ours; null when it is absent, forged or expired. */
export async function sessionIdIn(cookie: string | undefined): Promise<string | null> {
  if (!cookie) return null
  try {
    const claims = await decode({ token: cookie, secret: sessionSecret() })
    return typeof claims?.sid === 'string' ? claims.sid : null
  } catch {
    return null
  }
}

/** The value of the session cookie in a `Cookie` header. */
export function sessionCookieIn(header: string | null): string | undefined {
  const name = `${cookieName('session')}=`
  return header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(name))
    ?.slice(name.length)
}
