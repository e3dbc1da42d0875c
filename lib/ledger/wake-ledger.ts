import type { Sql } from '@/lib/db/pools'
import { lookSoon, postponeUntilKnown } from './store/wake'

/** How long (business ms) several announcements are gathered into one look at the list of balance transactions. */
const gatherMs = 2_000

/** Wakes settlement of the connections on which one of these payments names a balance transaction that the ledger lacks. */
export async function wakeLedger(sql: Sql, keys: readonly { tenant_id: string; payment_id: string }[], now: Date): Promise<void> {
  if (keys.length > 0) await postponeUntilKnown(sql, keys, new Date(now.getTime() + gatherMs))
}

/** Looks at the balance transactions of these connections soon, whatever is known: Stripe said that a balance moved. */
export async function lookAtLedger(sql: Sql, connections: readonly { tenant_id: string; connection_id: string }[], now: Date): Promise<void> {
  if (connections.length > 0) await lookSoon(sql, connections, new Date(now.getTime() + gatherMs))
}
