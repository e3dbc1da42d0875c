import type { Sql } from '@/lib/db/pools'
import { takeTenantLocks } from './store/tenant-locks'

/**
 * Makes this transaction the only one that explains payments of these tenants, until it ends. Drain, effects and store
 * syncs all change what a payment is explained from: each takes this lock before its first write, so that none decides
 * from facts that another is about to change, and none waits for the other in a circle.
 */
export async function lockTenants(sql: Sql, tenantIds: readonly string[]): Promise<void> {
  if (tenantIds.length > 0) await takeTenantLocks(sql, [...new Set(tenantIds)].sort())
}
