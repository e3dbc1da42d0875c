import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import type { PlaceKey } from '@/components/frame/view'
import { RAIL_COOKIE, THEME_COOKIE, themeFrom } from '@/components/ui/theme'
import { config } from '@/lib/config/config'
import { signOutForm } from '@/lib/edge/auth-form'
import { signedIn } from '@/lib/edge/require-member'
import { openCounts } from '@/lib/exceptions/queries'
import { clock } from '@/lib/kernel/clock'
import { isFault } from '@/lib/kernel/fault'
import { memberOf } from '@/lib/tenancy/member-of'
import { tenantsOf } from '@/lib/tenancy/queries'
import { MerchantFrame } from './merchant-frame'

/** The places whose screens exist. */
const places: PlaceKey[] = ['home', 'payments', 'orders', 'exceptions', 'exports', 'stores', 'connection', 'events']

/**
 * The frame around every screen of a tenant. It guards nothing: each page lets its own reader in, and where this layout
 * finds nobody it adds nothing and leaves the answer to the page.
 */
export default async function TenantLayout({ children, params }: { children: ReactNode; params: Promise<{ tenant: string }> }) {
  const { tenant: slug } = await params
  const principal = await signedIn()
  const member =
    principal === null ? null : await memberOf(principal, slug, 'live', 'home.read').catch((error: unknown) => (isFault(error) ? null : Promise.reject(error)))
  if (principal === null || member === null) return children
  const [tenants, open, signOut, cookie] = await Promise.all([tenantsOf(principal), openCounts(member.scope), signOutForm(), cookies()])
  const { sandboxUrl } = config()
  return (
    <MerchantFrame
      of={{
        tenant: { slug: member.tenant.slug, name: member.tenant.name },
        tenants: tenants.map(({ slug, name }) => ({ slug, name })),
        sandbox: sandboxUrl !== null,
        person: { name: member.user.name, email: member.user.email, role: roleName(member.role) },
        places,
        signOut: { path: signOut.action, hidden: signOut.hidden },
        ...(sandboxUrl === null ? {} : { consoleHref: `${sandboxUrl}/_sandbox` }),
        railNarrow: cookie.get(RAIL_COOKIE)?.value === '1',
        theme: themeFrom(cookie.get(THEME_COOKIE)?.value),
        now: clock.now().toISOString(),
        zone: member.tenant.time_zone,
      }}
      counts={{ live: { exceptions: open.live }, test: { exceptions: open.test } }}
    >
      {children}
    </MerchantFrame>
  )
}

function roleName(role: string): string {
  return role.slice(0, 1).toUpperCase() + role.slice(1)
}
