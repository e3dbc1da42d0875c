import type Stripe from 'stripe'
import { newest, settle, standing, type Snapshot } from '@/lib/inbox/core/standing'
import { idOf, type Folded } from '@/lib/payments/core/fold-payment-intent'
import type { DisputeRow } from './dispute'

/**
 * Disputes are rare and their edges many (appeals reopen them), so every event asks for one read, which settles the
 * status. Legs are a union; `funds_withdrawn` and `funds_reinstated` are facts.
 */
export function foldDispute(row: DisputeRow, dispute: Stripe.Dispute, snapshot: Snapshot): Folded<DisputeRow> {
  const stands = row.status === 'unknown' ? 'newer' : standing(row, snapshot)
  let tie = false
  const pick = <T>(current: T, incoming: T): T => {
    const picked = newest(stands, current, incoming)
    tie ||= picked.read
    return picked.value
  }
  /** A read of that very second that says the same has answered it. */
  const answered = row.read_as_of !== null && snapshot.created.getTime() <= row.read_as_of.getTime()
  const legs = [...new Set([...row.legs, ...dispute.balance_transactions.map((leg) => leg.id)])].sort()
  return {
    row: {
      ...row,
      ...settle(row, snapshot),
      charge_id: row.charge_id ?? idOf(dispute.charge),
      status: pick(row.status, dispute.status),
      amount: pick(row.amount, BigInt(dispute.amount)),
      currency: dispute.currency,
      reason: pick(row.reason, dispute.reason),
      due_by: pick(row.due_by, dispute.evidence_details.due_by === null ? null : new Date(dispute.evidence_details.due_by * 1000)),
      has_evidence: pick(row.has_evidence, dispute.evidence_details.has_evidence),
      past_due: pick(row.past_due, dispute.evidence_details.past_due),
      submission_count: Math.max(row.submission_count, dispute.evidence_details.submission_count),
      legs,
      funds_withdrawn: row.funds_withdrawn || snapshot.type === 'charge.dispute.funds_withdrawn' || dispute.balance_transactions.length > 0,
      funds_reinstated:
        row.funds_reinstated || snapshot.type === 'charge.dispute.funds_reinstated' || dispute.balance_transactions.some((leg) => leg.amount > 0),
      created_at: new Date(dispute.created * 1000),
    },
    reads: snapshot.as_of === null && stands !== 'older' && !answered ? ['dispute'] : tie ? ['tie'] : [],
  }
}
