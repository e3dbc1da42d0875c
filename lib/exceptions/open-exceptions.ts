import type { Executor } from '@/lib/db/executor'
import type { Mode } from '@/lib/kernel/mode'
import { insertExceptions, closeOpen } from './store'

/** Something that does not add up. `key` names the fact: the same fact is open once. Amounts in minor units. */
export type NewException = {
  tenant_id: string
  mode: Mode
  key: string
  type: string
  subject_kind: string
  subject_id: string
  payment_id: string | null
  order_id: string | null
  store_id: string | null
  amount_at_risk: bigint | null
  currency: string | null
  detail: Record<string, unknown>
}

/** Opens what is not open yet, in the caller's transaction. `at` is business time. */
export async function openExceptions(db: Executor, rows: NewException[], at: Date): Promise<void> {
  if (rows.length > 0) await insertExceptions(db, rows, at)
}

/** Closes what is open under these keys of one tenant; on the worker role. */
export async function closeExceptions(db: Executor, tenantId: string, keys: string[], reason: string, at: Date): Promise<void> {
  if (keys.length > 0) await closeOpen(db, tenantId, keys, reason, at)
}
