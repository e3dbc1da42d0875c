import { loadMirror, loadMirrorById, saveMirror, type MirrorRef } from '@/lib/db/mirror'
import type { Sql } from '@/lib/db/pools'
import { insertTransitions, type TransitionRow } from './store/transitions'
import { chargeColumns, paymentColumns, type ChargeRow, type PaymentRow } from './core/payment'

/** Loads and writes back the mirror of PaymentIntents and charges. For the fold alone, under its lease. */
export const loadPayments = (sql: Sql, refs: Iterable<MirrorRef>): Promise<Map<string, PaymentRow>> => loadMirror<PaymentRow>(sql, 'payment', refs)
export const loadPaymentsById = (sql: Sql, keys: { tenant_id: string; id: string }[]): Promise<PaymentRow[]> => loadMirrorById<PaymentRow>(sql, 'payment', keys)
export const loadCharges = (sql: Sql, refs: Iterable<MirrorRef>): Promise<Map<string, ChargeRow>> => loadMirror<ChargeRow>(sql, 'charge', refs)

/** With what matching derives (attempt, store, amounts, fee): the fold asks it before it writes, so that a payment is written once. */
export const savePayments = (sql: Sql, rows: PaymentRow[]): Promise<void> => saveMirror(sql, 'payment', paymentColumns, rows)
export const saveCharges = (sql: Sql, rows: ChargeRow[]): Promise<void> => saveMirror(sql, 'charge', chargeColumns, rows)

/** What one inbox row changed on a payment; the same row folded again adds nothing. */
export const recordTransitions = (sql: Sql, rows: TransitionRow[]): Promise<void> => insertTransitions(sql, rows)
export type { TransitionRow }
