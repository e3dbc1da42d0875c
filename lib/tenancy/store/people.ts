import { globalDb } from '@/lib/db/tenant'
import { inWorkerTransaction, workerPool } from '@/lib/db/pools'
import type { Role } from '../core/roles'
import { insertActivityAsWorker, type ActivityRow } from './activity'

export type UserForSignIn = { id: string; email: string; name: string; password_hash: string; disabled_at: Date | null }

export async function findUserForSignIn(email: string): Promise<UserForSignIn | null> {
  return globalDb().user.findUnique({ where: { email }, select: { id: true, email: true, name: true, password_hash: true, disabled_at: true } })
}

/** Tenants and people are made by operators, on the worker role: the app role may not. */
export async function insertTenant(row: { id: string; slug: string; name: string; time_zone: string; created_at: Date }): Promise<void> {
  await workerPool().query('INSERT INTO tenant (id, slug, name, time_zone, created_at) VALUES ($1, $2, $3, $4, $5)', [
    row.id,
    row.slug,
    row.name,
    row.time_zone,
    row.created_at,
  ])
}

export async function insertUser(row: { id: string; email: string; name: string; password_hash: string; created_at: Date }): Promise<void> {
  await workerPool().query('INSERT INTO "user" (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)', [
    row.id,
    row.email,
    row.name,
    row.password_hash,
    row.created_at,
  ])
}

/** Adds the member or changes the role, with its entry in the tenant's activity. */
export async function upsertMembership(row: { tenant_id: string; user_id: string; role: Role; created_at: Date }, activity: ActivityRow): Promise<void> {
  await inWorkerTransaction(async (sql) => {
    await sql.query(
      `INSERT INTO membership (tenant_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (tenant_id, user_id) DO UPDATE SET role = EXCLUDED.role`,
      [row.tenant_id, row.user_id, row.role, row.created_at],
    )
    await insertActivityAsWorker(sql, activity)
  })
}

/** Of any tenant: for an operator's command, never for a request. */
export async function findTenantId(slug: string): Promise<string | null> {
  const { rows } = await workerPool().query<{ id: string }>('SELECT id FROM tenant WHERE slug = $1', [slug])
  return rows[0]?.id ?? null
}
