import type Stripe from 'stripe'
import { contradiction, newest, once, settle, standing, type Snapshot } from '@/lib/inbox/core/standing'
import { idOf, type Folded } from '@/lib/payments/core/fold-payment-intent'
import type { PayoutRow } from './payout'

/** pending < in_transit < paid < {failed, canceled}: a payout may fail after it was paid, never the reverse (docs.stripe.com/api/payouts/object). */
const statusRank: Record<string, number> = { unknown: -1, pending: 0, in_transit: 1, paid: 2, failed: 3, canceled: 3 }
const reconciliationRank: Record<string, number> = { unknown: -1, not_applicable: 0, in_progress: 1, completed: 2 }
/** The bank's trace: pending until it is known whether there is one. */
const traceRank: Record<string, number> = { pending: 0, unsupported: 1, supported: 1 }

/** One payout snapshot onto its row. Statuses only rise; failed and canceled both seen asks Stripe; ids that appear later are written once. */
export function foldPayout(row: PayoutRow, payout: Stripe.Payout, snapshot: Snapshot): Folded<PayoutRow> {
  const stands = row.status === 'unknown' ? 'newer' : standing(row, snapshot)
  const reads: string[] = []
  const pick = <T>(current: T, incoming: T): T => {
    const picked = newest(stands, current, incoming)
    if (picked.read) reads.push('tie')
    return picked.value
  }
  const pickOnce = (current: string | null, incoming: string | null): string | null => {
    const picked = once(row, snapshot, current, incoming)
    if (picked.read) reads.push('two_ids')
    return picked.value
  }
  /** The higher rank stands; two values of one rank cannot both be, so Stripe is asked. */
  const rise = (ranks: Record<string, number>, current: string, incoming: string, reason: string): string => {
    const [from, to] = [ranks[current] ?? 0, ranks[incoming] ?? 0]
    if (from !== to || current === incoming) return to > from ? incoming : current
    const picked = contradiction(row, snapshot, current, incoming)
    if (picked.read) reads.push(reason)
    return picked.value
  }

  const status = rise(statusRank, row.status, payout.status, 'failed_and_canceled')
  const trace = payout.trace_id
  return {
    row: {
      ...row,
      ...settle(row, snapshot),
      status,
      amount: BigInt(payout.amount),
      currency: payout.currency,
      automatic: payout.automatic,
      method: payout.method,
      type: payout.type,
      arrival_date: pick(row.arrival_date, new Date(payout.arrival_date * 1000)),
      description: pick(row.description, payout.description),
      statement_descriptor: pick(row.statement_descriptor, payout.statement_descriptor),
      balance_transaction_id: pickOnce(row.balance_transaction_id, idOf(payout.balance_transaction)),
      failure_balance_transaction_id: pickOnce(row.failure_balance_transaction_id, idOf(payout.failure_balance_transaction)),
      failure_code: row.failure_code ?? payout.failure_code,
      failure_message: row.failure_message ?? payout.failure_message,
      original_payout_id: pickOnce(row.original_payout_id, idOf(payout.original_payout)),
      reversed_by_id: pickOnce(row.reversed_by_id, idOf(payout.reversed_by)),
      reconciliation_status: rise(reconciliationRank, row.reconciliation_status, payout.reconciliation_status, 'reconciliation_status'),
      trace_id_status:
        trace === null ? row.trace_id_status : row.trace_id_status === null ? trace.status : rise(traceRank, row.trace_id_status, trace.status, 'trace_id'),
      trace_id: pickOnce(row.trace_id, trace?.value ?? null),
      metadata: pick(row.metadata, (payout.metadata ?? {}) as Record<string, string>),
      created_at: new Date(payout.created * 1000),
    },
    reads: [...new Set(reads)],
  }
}
