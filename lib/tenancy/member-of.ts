import type { Scope } from '@/lib/db/tenant'
import type { Mode } from '@/lib/kernel/mode'
import { actionsOf, mayDo, type Action, type Role } from './core/roles'
import { notAllowed, nothingHere } from './errors'
import type { Principal } from './principal'
import { findMembership } from './store/memberships'

/** A person in a tenant: what a page or a member's route works with. `time_zone` is an IANA name. */
export type Member = {
  scope: Scope
  role: Role
  actions: Action[]
  tenant: { slug: string; name: string; time_zone: string }
  user: { id: string; email: string; name: string }
  session_id: string
}

/**
 * The one way from a person to a tenant's rows. The membership is read each time.
 * @throws Fault `not_found` when there is no such tenant or the person is not in it: the two look the same.
 * @throws Fault `not_allowed` when the role of the member does not allow the action.
 */
export async function memberOf(principal: Principal, tenantSlug: string, mode: Mode, action: Action): Promise<Member> {
  const row = await findMembership(principal.user_id, tenantSlug)
  if (row === null) throw nothingHere()
  if (!mayDo(row.role, action)) throw notAllowed(action)
  return {
    scope: { tenant_id: row.id, mode },
    role: row.role,
    actions: actionsOf(row.role),
    tenant: { slug: row.slug, name: row.name, time_zone: row.time_zone },
    user: { id: principal.user_id, ...principal.user },
    session_id: principal.session_id,
  }
}
