import { loadMirror, saveMirror, type MirrorRef } from '@/lib/db/mirror'
import type { Sql } from '@/lib/db/pools'
import { refundColumns, type RefundRow } from './core/refund'

/** Loads and writes back the mirror of refunds. For the fold alone, under its lease. */
export const loadRefunds = (sql: Sql, refs: Iterable<MirrorRef>): Promise<Map<string, RefundRow>> => loadMirror<RefundRow>(sql, 'refund', refs)
export const saveRefunds = (sql: Sql, rows: RefundRow[]): Promise<void> => saveMirror(sql, 'refund', refundColumns, rows)
