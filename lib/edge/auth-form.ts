import { cookies } from 'next/headers'
import { cookieName } from './session-cookie'

/** Where a form posts to, and the hidden fields it carries. */
export type AuthForm = { action: string; hidden: Record<string, string> }

/** The CSRF token that next-auth gave this browser, or null before it gave one (`/api/auth/signin` does). */
async function csrfToken(): Promise<string | null> {
  return (await cookies()).get(cookieName('csrf'))?.value.split('|')[0] || null
}

/** The form that signs in with `email` and `password`, then goes to `callback`; null when the browser has no token yet. */
export async function signInForm(callback: string): Promise<AuthForm | null> {
  const token = await csrfToken()
  return token === null ? null : { action: '/api/auth/callback/credentials', hidden: { csrfToken: token, callbackUrl: callback } }
}

/** The form that signs out and goes to the sign-in page. A plain POST: it needs no script. */
export async function signOutForm(): Promise<AuthForm> {
  return { action: '/api/auth/signout', hidden: { csrfToken: (await csrfToken()) ?? '', callbackUrl: '/' } }
}
