import type Stripe from 'stripe'
import { newest, once, settle, standing, type Snapshot } from '@/lib/inbox/core/standing'
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
    const picked = once(current, incoming)
    if (picked.read) reads.push('two_ids')
    return picked.read && snapshot.as_of !== null ? incoming : picked.value
  }
  const incoming = refund.status ?? 'succeeded'
  const [currentRank, incomingRank] = [rank[row.status] ?? 0, rank[incoming] ?? 0]
  let status = row.status
  if (incomingRank > currentRank) status = incoming
  else if (incomingRank === currentRank && incoming !== row.status) {
    if (incomingRank === 2 && snapshot.as_of === null) {
      reads.push('failed_and_canceled')
      status = incoming > row.status ? incoming : row.status
    } else status = snapshot.as_of !== null ? incoming : pick(row.status, incoming)
  }
  return {
    row: {
      ...row,
      ...settle(row, snapshot),
      charge_id: row.charge_id ?? idOf(refund.charge),
      status,
      amount: BigInt(refund.amount),
      currency: refund.currency,
      reason: row.reason ?? refund.reason,
      failure_reason: row.failure_reason ?? refund.failure_reason ?? null,
      pending_reason: status === 'pending' ? (refund.pending_reason ?? row.pending_reason) : null,
      balance_transaction_id: pickOnce(row.balance_transaction_id, idOf(refund.balance_transaction)),
      failure_balance_transaction_id: pickOnce(row.failure_balance_transaction_id, idOf(refund.failure_balance_transaction)),
      metadata: pick(row.metadata, (refund.metadata ?? {}) as Record<string, string>),
      created_at: new Date(refund.created * 1000),
    },
    reads: [...new Set(reads)],
  }
}
