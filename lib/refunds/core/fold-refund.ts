import type Stripe from 'stripe'
import { contradiction, newest, once, same, settle, standing, type Snapshot } from '@/lib/inbox/core/standing'
import { idOf, type Folded } from '@/lib/payments/core/fold-payment-intent'
import type { RefundRow } from './refund'

/** {pending, requires_action} < succeeded < {failed, canceled}: a refund can fail after it succeeded, never the reverse. */
const rank: Record<string, number> = { unknown: -1, pending: 0, requires_action: 0, succeeded: 1, failed: 2, canceled: 2 }

export function foldRefund(row: RefundRow, refund: Stripe.Refund, snapshot: Snapshot): Folded<RefundRow> {
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
  // A refund waits for a reason: the two are one word.
  const was = { status: row.status, pending_reason: row.pending_reason }
  const incoming = refund.status ?? 'succeeded'
  const says = { status: incoming, pending_reason: incoming === 'pending' ? (refund.pending_reason ?? null) : null }
  const [currentRank, incomingRank] = [rank[row.status] ?? 0, rank[incoming] ?? 0]
  let now = was
  if (incomingRank > currentRank) now = says
  else if (incomingRank === currentRank && !same(was, says)) {
    if (incomingRank === 2) {
      const picked = contradiction(row, snapshot, was, says)
      if (picked.read) reads.push('failed_and_canceled')
      now = picked.value
    } else now = pick(was, says)
  }
  return {
    row: {
      ...row,
      ...settle(row, snapshot),
      charge_id: row.charge_id ?? idOf(refund.charge),
      ...now,
      amount: BigInt(refund.amount),
      currency: refund.currency,
      reason: row.reason ?? refund.reason,
      failure_reason: row.failure_reason ?? refund.failure_reason ?? null,
      balance_transaction_id: pickOnce(row.balance_transaction_id, idOf(refund.balance_transaction)),
      failure_balance_transaction_id: pickOnce(row.failure_balance_transaction_id, idOf(refund.failure_balance_transaction)),
      metadata: pick(row.metadata, (refund.metadata ?? {}) as Record<string, string>),
      created_at: new Date(refund.created * 1000),
    },
    reads: [...new Set(reads)],
  }
}
