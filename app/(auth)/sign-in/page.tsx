import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { SignIn } from '@/components/sign-in/sign-in'
import { config } from '@/lib/config/config'
import { signInForm } from '@/lib/edge/auth-form'
import { safeCallback } from '@/lib/edge/core/callback'
import { signInSentence } from '@/lib/edge/core/sign-in-sentence'
import { demoPeople } from '@/lib/edge/demo-people'
import { signedIn } from '@/lib/edge/require-member'
import { cookieName } from '@/lib/edge/session-cookie'

export const metadata: Metadata = { title: 'Sign in' }

/**
 * The way in. `callback` is where a page of ours wants the person back; `callbackUrl` is next-auth's spelling of it, and
 * the sign that the browser was already sent for its CSRF cookie.
 */
export default async function SignInPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const { callback: wanted, callbackUrl, error } = await searchParams
  const { origin } = config()
  const fromNextAuth = typeof callbackUrl === 'string' && callbackUrl.startsWith(origin) ? callbackUrl.slice(origin.length) : undefined
  const remembered = (await cookies()).get(cookieName('callback'))?.value
  const callback =
    safeCallback(wanted, origin) ??
    safeCallback(fromNextAuth, origin) ??
    (error === undefined ? null : safeCallback(remembered?.slice(origin.length), origin)) ??
    '/'
  if ((await signedIn()) !== null) redirect(callback)

  const form = await signInForm(callback)
  if (form === null && callbackUrl === undefined && error === undefined) redirect(`/api/auth/signin?${new URLSearchParams({ callbackUrl: callback })}`)
  const sentence = form === null ? signInSentence('no_cookies') : signInSentence(error)
  return <SignIn action={form?.action ?? '/api/auth/signin'} hidden={form?.hidden ?? {}} error={sentence} demo={await demoPeople()} />
}
