import { addressesOf, type Addresses } from '@/components/frame/address'
import { requireMember } from '@/lib/edge/require-member'
import { clock } from '@/lib/kernel/clock'
import type { Action } from '@/lib/tenancy/core/roles'
import type { Member } from '@/lib/tenancy/member-of'

/** What Next hands to a page of a tenant. */
export type PageProps<Params = unknown> = { params: Promise<{ tenant: string } & Params>; searchParams: Promise<Record<string, string | string[] | undefined>> }

/** What every page of a tenant works with. `now` is business time. */
export type OpenPage = { member: Member; at: Addresses; query: URLSearchParams; now: Date }

/** Lets a member in, and reads the address. Comes before anything else of a page: a layout guards nothing. */
export async function openPage(props: PageProps, action: Action, path: string): Promise<OpenPage> {
  const { tenant } = await props.params
  const given = await props.searchParams
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(given))
    for (const each of value === undefined ? [] : Array.isArray(value) ? value : [value]) query.append(name, each)
  const text = query.toString()
  const member = await requireMember({ tenant, mode: given.mode, action, here: `/${tenant}${path}${text === '' ? '' : `?${text}`}` })
  query.delete('mode')
  return { member, at: addressesOf(member.tenant.slug, member.scope.mode), query, now: clock.now() }
}
