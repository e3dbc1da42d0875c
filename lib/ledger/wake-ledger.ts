import type { Sql } from '@/lib/db/pools'
import { postponeUntilKnown } from './store/wake'

/** How long (business ms) several announcements are gathered into one look at the list of balance transactions. */
const gatherMs = 2_000

/** Wakes settlement of the connections on which one of these payments names a balance transaction that the ledger lacks. */
export async function wakeLedger(sql: Sql, keys: readonly { tenant_id: string; payment_id: string }[], now: Date): Promise<void> {
  if (keys.length > 0) await postponeUntilKnown(sql, keys, new Date(now.getTime() + gatherMs))
}
