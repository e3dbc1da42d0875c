import { loadMirror, saveMirror, type MirrorRef } from '@/lib/db/mirror'
import type { Sql } from '@/lib/db/pools'
import { payoutColumns, type PayoutRow } from './core/payout'

/** Loads and writes back the mirror of payouts. For the fold alone, under its lease. */
export const loadPayouts = (sql: Sql, refs: Iterable<MirrorRef>): Promise<Map<string, PayoutRow>> => loadMirror<PayoutRow>(sql, 'payout', refs)
export const savePayouts = (sql: Sql, rows: PayoutRow[]): Promise<void> => saveMirror(sql, 'payout', payoutColumns, rows)
