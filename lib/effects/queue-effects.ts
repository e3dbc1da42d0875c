import type { Sql } from '@/lib/db/pools'
import type { NewEffect } from './core/effect'
import { insertEffects } from './store/insert-effects'

/**
 * Queues effects in the caller's transaction, so that a state change and its consequences commit together. An effect
 * whose key is already there is left as it is. Workers are woken when the transaction commits.
 * @returns how many are new.
 */
export async function queueEffects(sql: Sql, rows: NewEffect[]): Promise<number> {
  return rows.length === 0 ? 0 : insertEffects(sql, rows)
}
