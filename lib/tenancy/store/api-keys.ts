import { withTenant, type Tx } from '@/lib/db/tenant'
import type { Mode } from '@/lib/kernel/mode'

export type ApiKeyRow = { id: string; mode: string; name: string; created_at: Date; last_used_at: Date | null; revoked_at: Date | null }
const shown = { id: true, mode: true, name: true, created_at: true, last_used_at: true, revoked_at: true } as const

export async function findApiKey(tenant_id: string, id: string): Promise<(ApiKeyRow & { secret_hash: Uint8Array }) | null> {
  return withTenant({ tenant_id }, (tx) => tx.apiKey.findUnique({ where: { tenant_id_id: { tenant_id, id } }, select: { ...shown, secret_hash: true } }))
}

export async function findApiKeys(tenant_id: string, mode: Mode): Promise<ApiKeyRow[]> {
  return withTenant({ tenant_id }, (tx) =>
    tx.apiKey.findMany({ where: { tenant_id, mode }, orderBy: [{ created_at: 'desc' }, { id: 'desc' }], take: 100, select: shown }),
  )
}

export async function insertApiKey(
  tx: Tx,
  row: { tenant_id: string; id: string; mode: Mode; name: string; secret_hash: Buffer; created_at: Date },
): Promise<void> {
  await tx.apiKey.create({ data: { ...row, secret_hash: Uint8Array.from(row.secret_hash) }, select: { id: true } })
}

/** Written only when the last use is older than `since`: a call is not a write each time. */
export async function markUsed(tenant_id: string, id: string, at: Date, since: Date): Promise<void> {
  await withTenant({ tenant_id }, (tx) =>
    tx.apiKey.updateMany({ where: { tenant_id, id, OR: [{ last_used_at: null }, { last_used_at: { lt: since } }] }, data: { last_used_at: at } }),
  )
}

/** How many rows it changed: 0 for a key that is not there, of the other mode, or revoked already. */
export async function markKeyRevoked(tx: Tx, row: { tenant_id: string; mode: Mode; id: string; at: Date }): Promise<number> {
  const { count } = await tx.apiKey.updateMany({
    where: { tenant_id: row.tenant_id, id: row.id, mode: row.mode, revoked_at: null },
    data: { revoked_at: row.at },
  })
  return count
}
