import type { Scope } from '@/lib/db/tenant'
import { isMode } from '@/lib/kernel/mode'
import type { Mode } from '@/lib/kernel/mode'
import type { Role } from './core/roles'
import { nothingHere } from './errors'
import { findApiKeys } from './store/api-keys'
import { findMembers, findMemberships, findTenant } from './store/memberships'

/** The tenants a person is in, by name: the switcher, and where to go after signing in. */
export async function tenantsOf(principal: { user_id: string }): Promise<{ slug: string; name: string; time_zone: string; role: Role }[]> {
  const rows = await findMemberships(principal.user_id)
  return rows.map(({ slug, name, time_zone, role }) => ({ slug, name, time_zone, role }))
}

/** One tenant's own words for itself; for callers that hold a scope but no member (API keys, pay tokens). */
export async function tenantOf(scope: Pick<Scope, 'tenant_id'>): Promise<{ slug: string; name: string; time_zone: string }> {
  const row = await findTenant(scope.tenant_id)
  if (row === null) throw nothingHere()
  return { slug: row.slug, name: row.name, time_zone: row.time_zone }
}

/** The people of the scope's tenant, oldest first. */
export async function membersOf(
  scope: Pick<Scope, 'tenant_id'>,
): Promise<{ user_id: string; email: string; name: string; role: Role; created_at: Date; disabled_at: Date | null }[]> {
  return findMembers(scope.tenant_id)
}

/** The API keys of the scope's tenant and mode, newest first, without their secrets. */
export async function apiKeysOf(
  scope: Scope,
): Promise<{ id: string; mode: Mode; name: string; created_at: Date; last_used_at: Date | null; revoked_at: Date | null }[]> {
  const rows = await findApiKeys(scope.tenant_id, scope.mode)
  return rows.flatMap((row) => (isMode(row.mode) ? [{ ...row, mode: row.mode }] : []))
}
