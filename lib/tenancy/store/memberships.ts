import { workerPool } from '@/lib/db/pools'
import { globalDb, withTenant } from '@/lib/db/tenant'
import type { Role } from '../core/roles'

export type TenantRow = { id: string; slug: string; name: string; time_zone: string }
export type MembershipRow = TenantRow & { role: Role }

/**
 * The tenants of one person. Asked before a tenant is known, so it crosses tenants: the worker role, and always joined
 * with the person's own memberships.
 */
export async function findMemberships(user_id: string): Promise<MembershipRow[]> {
  const { rows } = await workerPool().query<MembershipRow>(
    `SELECT t.id, t.slug, t.name, t.time_zone, m.role FROM membership m JOIN tenant t ON t.id = m.tenant_id
     WHERE m.user_id = $1 ORDER BY t.name, t.id`,
    [user_id],
  )
  return rows
}

/** As findMemberships, for one address; null when there is no such tenant or the person is not in it. */
export async function findMembership(user_id: string, slug: string): Promise<MembershipRow | null> {
  const { rows } = await workerPool().query<MembershipRow>(
    `SELECT t.id, t.slug, t.name, t.time_zone, m.role FROM membership m JOIN tenant t ON t.id = m.tenant_id
     WHERE m.user_id = $1 AND t.slug = $2`,
    [user_id, slug],
  )
  return rows[0] ?? null
}

/** The people of one tenant with what a settings page shows. */
export async function findMembers(
  tenant_id: string,
): Promise<{ user_id: string; email: string; name: string; role: Role; created_at: Date; disabled_at: Date | null }[]> {
  const rows = await globalDb().membership.findMany({
    where: { tenant_id },
    orderBy: [{ created_at: 'asc' }, { user_id: 'asc' }],
    select: { user_id: true, role: true, created_at: true, user: { select: { email: true, name: true, disabled_at: true } } },
  })
  return rows.map(({ user, role, ...row }) => ({ ...row, ...user, role: role as Role }))
}

export async function findTenant(tenant_id: string): Promise<TenantRow | null> {
  return withTenant({ tenant_id }, (tx) => tx.tenant.findUnique({ where: { id: tenant_id }, select: { id: true, slug: true, name: true, time_zone: true } }))
}
