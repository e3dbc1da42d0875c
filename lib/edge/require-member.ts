import { cookies } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { cache } from 'react'
import { config } from '@/lib/config/config'
import { codeOf } from '@/lib/kernel/fault'
import { isMode } from '@/lib/kernel/mode'
import type { Action } from '@/lib/tenancy/core/roles'
import { memberOf, type Member } from '@/lib/tenancy/member-of'
import { principalOf, type Principal } from '@/lib/tenancy/principal'
import { safeCallback } from './core/callback'
import { cookieName, sessionIdIn } from './session-cookie'

/** Who is signed in, for a server component; read once per request. Null when nobody is. */
export const signedIn = cache(async (): Promise<Principal | null> => principalOf(await sessionIdIn((await cookies()).get(cookieName('session'))?.value)))

const found = cache(memberOf)

/**
 * What every page of a tenant does first, layouts included (a layout alone guards nothing: pages are asked for without
 * it). Sends a person who is not signed in to the sign-in page and back to `here`; everything that is not theirs is a
 * 404, like an address that leads nowhere.
 * @param page `tenant` is the slug of the path, `mode` the query parameter as it came (none is live), `here` the path
 *   with its query, for coming back.
 */
export async function requireMember(page: { tenant: string; mode?: string | string[] | undefined; action: Action; here: string }): Promise<Member> {
  const principal = await signedIn()
  if (principal === null) redirect(signInPath(page.here))
  const mode = page.mode ?? 'live'
  if (!isMode(mode)) notFound()
  try {
    return await found(principal, page.tenant, mode, page.action)
  } catch (error) {
    if (codeOf(error) === 'not_found' || codeOf(error) === 'not_allowed') notFound()
    throw error
  }
}

/** Where to sign in, coming back to `here` if that is a path of our own. */
export function signInPath(here: string): string {
  const callback = safeCallback(here, config().origin)
  return callback === null || callback === '/' ? '/sign-in' : `/sign-in?${new URLSearchParams({ callback })}`
}
