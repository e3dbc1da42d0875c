import type { Sql } from '@/lib/db/pools'
import type { AttemptRow } from './core/attempt'
import { selectAttemptsForFold, updateAttemptsFromFold, updateOrdersOfAttempts } from './store/fold-attempts'

export type SessionRef = { tenant_id: string; connection_id: string; session_id: string; attempt_id: string | null }

/**
 * The attempts that these sessions answer (by session id, else by the attempt that `client_reference_id` names on the
 * same connection), locked until the transaction ends: the checkout verbs write them as well.
 */
export async function lockAttempts(sql: Sql, refs: SessionRef[]): Promise<AttemptRow[]> {
  return refs.length === 0 ? [] : selectAttemptsForFold(sql, refs)
}

export async function saveAttempts(sql: Sql, rows: AttemptRow[]): Promise<void> {
  if (rows.length > 0) await updateAttemptsFromFold(sql, rows)
}

/** Shows on an order that money for it is on its way, or no longer is. Orders that are matched keep what their matches say. */
export async function attemptsChanged(sql: Sql, rows: AttemptRow[]): Promise<void> {
  if (rows.length > 0) await updateOrdersOfAttempts(sql, rows)
}
