import type { Sql } from '@/lib/db/pools'
import { lookSoon } from './store/wake'

/**
 * How long (business ms) several announcements are gathered into one look at the list of balance transactions: at ten
 * payments a second a look brings forty of them.
 */
const gatherMs = 4_000

/**
 * Looks at the balance transactions of these connections soon: one of their objects names a balance transaction that
 * the ledger lacks, or Stripe said that a balance moved. A connection may be named often.
 */
export async function lookAtLedger(sql: Sql, connections: readonly { tenant_id: string; connection_id: string }[], now: Date): Promise<void> {
  const once = [...new Map(connections.map((at) => [at.connection_id, at])).values()]
  if (once.length > 0) await lookSoon(sql, once, new Date(now.getTime() + gatherMs))
}
