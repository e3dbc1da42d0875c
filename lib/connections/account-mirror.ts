import type { Sql } from '@/lib/db/pools'
import type { AccountRow } from './core/account'
import { selectAccounts, updateAccounts } from './store/accounts'

/** What is stored about these connections' accounts, by connection id. For the fold alone. */
export async function loadAccounts(sql: Sql, refs: { tenant_id: string; connection_id: string }[]): Promise<Map<string, AccountRow>> {
  if (refs.length === 0) return new Map()
  return new Map((await selectAccounts(sql, refs)).map((row) => [row.id, row]))
}

export async function saveAccounts(sql: Sql, rows: AccountRow[]): Promise<void> {
  if (rows.length > 0) await updateAccounts(sql, rows)
}
