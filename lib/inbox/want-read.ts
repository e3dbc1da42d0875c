import type { Tx } from '@/lib/db/tenant'
import type { Sql } from '@/lib/db/pools'
import { insertWant } from './store/app-writes'
import { insertWants, type Want } from './store/reads'

/**
 * Asks for a read of one Stripe object; asking twice is asking once. The answer enters by the inbox.
 * For callers inside withTenant (the return page); the fold writes its wants in sets.
 */
export async function wantRead(tx: Tx, want: { tenant_id: string; connection_id: string; object_id: string; reason: string; at: Date }): Promise<void> {
  await insertWant(tx, want)
}

/** The same for workers, in sets; what is wanted for several reasons is read for the weightiest. */
export async function wantReads(sql: Sql, wants: Want[]): Promise<void> {
  await insertWants(sql, wants)
}
