import { loadMirror, saveMirror, type MirrorRef } from '@/lib/db/mirror'
import type { Sql } from '@/lib/db/pools'
import { disputeColumns, type DisputeRow } from './core/dispute'

/** Loads and writes back the mirror of disputes. For the fold alone, under its lease. */
export const loadDisputes = (sql: Sql, refs: Iterable<MirrorRef>): Promise<Map<string, DisputeRow>> => loadMirror<DisputeRow>(sql, 'dispute', refs)
export const saveDisputes = (sql: Sql, rows: DisputeRow[]): Promise<void> => saveMirror(sql, 'dispute', disputeColumns, rows)
