import { same } from '@/lib/inbox/core/standing'
import type { Columns } from '@/lib/kernel/columns'
import type { Mode } from '@/lib/kernel/mode'
import type { Verdict } from './verdict'
import type { Facts } from './facts'
import type { Hop, HopState, Word } from './hop'

type HopColumns<Name extends string> = { [K in `${Name}_hop`]: HopState } & { [K in `${Name}_rule`]: string | null } & {
  [K in `${Name}_evidence`]: Record<string, unknown> | null
} & { [K in `${Name}_hop_at`]: Date | null }

/** The one row per payment that says how far it is explained, complete without any live look-up. */
export type ReconciliationRow = HopColumns<'order'> &
  HopColumns<'store'> &
  HopColumns<'balance'> &
  HopColumns<'payout'> &
  HopColumns<'bank'> & {
    tenant_id: string
    payment_id: string
    mode: Mode
    word: Word
    store_id: string | null
    attempt_id: string | null
    order_id: string | null
    order_external_id: string | null
    order_display_number: string | null
    order_summary: Record<string, unknown> | null
    stripe_ids: Record<string, unknown>
    event_ids: string[]
    first_webhook_at: Date | null
    last_webhook_at: Date | null
    reconciled_at: Date | null
    retry_count: number
    updated_at: Date
  }

const hopNames = ['order', 'store', 'balance', 'payout', 'bank'] as const
const hopColumns = hopNames.map((name) => ({
  name,
  state: `${name}_hop` as const,
  rule: `${name}_rule` as const,
  evidence: `${name}_evidence` as const,
  at: `${name}_hop_at` as const,
}))

export const reconciliationColumns: Columns<ReconciliationRow> = {
  tenant_id: 'uuid',
  payment_id: 'uuid',
  mode: 'text',
  word: 'text',
  order_hop: 'text',
  order_rule: 'text',
  order_evidence: 'jsonb',
  order_hop_at: 'timestamptz',
  store_hop: 'text',
  store_rule: 'text',
  store_evidence: 'jsonb',
  store_hop_at: 'timestamptz',
  balance_hop: 'text',
  balance_rule: 'text',
  balance_evidence: 'jsonb',
  balance_hop_at: 'timestamptz',
  payout_hop: 'text',
  payout_rule: 'text',
  payout_evidence: 'jsonb',
  payout_hop_at: 'timestamptz',
  bank_hop: 'text',
  bank_rule: 'text',
  bank_evidence: 'jsonb',
  bank_hop_at: 'timestamptz',
  store_id: 'uuid',
  attempt_id: 'uuid',
  order_id: 'uuid',
  order_external_id: 'text',
  order_display_number: 'text',
  order_summary: 'jsonb',
  stripe_ids: 'jsonb',
  event_ids: 'text[]',
  first_webhook_at: 'timestamptz',
  last_webhook_at: 'timestamptz',
  reconciled_at: 'timestamptz',
  retry_count: 'int',
  updated_at: 'timestamptz',
}

/** The fields of `payment` that are derived here and not folded from a snapshot. */
export const derivedFields = [
  'origin',
  'attempt_id',
  'store_id',
  'attribution',
  'amount_captured',
  'amount_refunded',
  'amount_disputed',
  'fee_state',
  'fee',
  'net',
  'settlement_currency',
  'payment_method_type',
  'card_brand',
  'card_last4',
  'customer_email',
] as const satisfies readonly (keyof Verdict['payment'])[]

/** A hop keeps the time at which it came into its state, and its evidence while a later reading says the same; the order summary keeps what was true when the order was first linked. */
export function reconciliationRow(facts: Facts, verdict: Verdict, old: ReconciliationRow | null, now: Date): ReconciliationRow {
  const hops = {} as Record<string, unknown>
  for (const { name, state, rule, evidence, at } of hopColumns) {
    const hop: Hop = verdict.hops[name]
    const stands = old !== null && old[state] === hop.state
    hops[state] = hop.state
    hops[rule] = hop.rule
    hops[evidence] = stands && old[rule] === hop.rule ? evidenceOf(hop.evidence, old[evidence]) : hop.evidence
    hops[at] = stands ? old[at] : now
  }
  const { payment, charges, refunds, disputes, attempt, tally } = facts
  const order = verdict.order
  return {
    ...(hops as Pick<ReconciliationRow, `${(typeof hopNames)[number]}_${'hop' | 'rule' | 'evidence' | 'hop_at'}`>),
    tenant_id: payment.tenant_id,
    payment_id: payment.id,
    mode: payment.mode,
    word: verdict.word,
    store_id: verdict.payment.store_id,
    attempt_id: verdict.payment.attempt_id,
    order_id: order?.id ?? null,
    order_external_id: order?.external_id ?? null,
    order_display_number: order?.display_number ?? null,
    order_summary:
      order === null ? null : old?.order_id === order.id && verdict.word !== 'unmatched' && old.word !== 'unmatched' ? old.order_summary : summaryOf(order),
    stripe_ids: {
      payment_intent: payment.stripe_id,
      session: attempt?.session_id ?? null,
      charges: charges.map((charge) => charge.stripe_id),
      refunds: refunds.map((refund) => refund.stripe_id),
      disputes: disputes.map((dispute) => dispute.stripe_id),
      balance_transactions: facts.balance_transactions.map((row) => row.stripe_id),
    },
    event_ids: tally.event_ids,
    first_webhook_at: tally.first_webhook_at,
    last_webhook_at: tally.last_webhook_at,
    reconciled_at: verdict.word === 'unmatched' ? null : old !== null && old.word !== 'unmatched' ? old.reconciled_at : now,
    // An effect that is queued again begins to count anew.
    retry_count: Math.max(tally.retry_count, old?.retry_count ?? 0),
    updated_at: now,
  }
}

/**
 * An order is read again and again. When nothing but the time of the reading is new, the evidence stays that of the
 * first reading that said so: explaining anew then changes nothing.
 */
function evidenceOf(evidence: Hop['evidence'], before: Hop['evidence'] | null): Hop['evidence'] {
  return before !== null && 'order_read_at' in evidence && saysTheSame(before, evidence) ? before : evidence
}

function saysTheSame(stored: Hop['evidence'], evidence: Hop['evidence']): boolean {
  const names = new Set([...Object.keys(stored), ...Object.keys(evidence)])
  names.delete('order_read_at')
  return [...names].every((name) => isStored(stored[name], evidence[name]))
}

/** Whether this is how the value comes back from its json column: amounts and times as text. */
export function isStored(stored: unknown, value: unknown): boolean {
  if (stored === value) return true
  if (typeof value === 'bigint') return stored === value.toString()
  if (value instanceof Date) return stored === value.toISOString()
  if (typeof value !== 'object' || value === null) return same(stored, value)
  return same(stored, JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part))))
}

function summaryOf(order: NonNullable<Verdict['order']>): Record<string, unknown> {
  return {
    store: order.store_name,
    external_id: order.external_id,
    display_number: order.display_number,
    status: order.status,
    currency: order.currency,
    total: order.total?.toString() ?? null,
    revision: order.revision,
    lines: order.lines,
  }
}
