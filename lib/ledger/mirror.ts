import { loadMirror, saveMirror, type MirrorRef } from '@/lib/db/mirror'
import type { Sql } from '@/lib/db/pools'
import { writeRows } from '@/lib/db/rows'
import { balanceTransactionColumns, feeDetailColumns, type BalanceTransactionRow, type FeeDetailRow } from './core/balance-transaction'

/** Loads and writes back the ledger. For the fold alone, under its lease. */
export const loadBalanceTransactions = (sql: Sql, refs: Iterable<MirrorRef>): Promise<Map<string, BalanceTransactionRow>> =>
  loadMirror<BalanceTransactionRow>(sql, 'balance_transaction', refs)

/** Amounts of a stored balance transaction never change: only its status and date do. */
export async function saveBalanceTransactions(sql: Sql, rows: BalanceTransactionRow[], fees: FeeDetailRow[]): Promise<void> {
  await saveMirror(sql, 'balance_transaction', balanceTransactionColumns, rows, ['amount', 'fee', 'net', 'currency', 'inbox_bucket', 'inbox_id'])
  await writeRows(sql, 'fee_detail', feeDetailColumns, fees, { key: ['tenant_id', 'balance_transaction_id', 'position'], update: [] })
}
