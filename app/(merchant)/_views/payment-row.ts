import type { Addresses } from '@/components/frame/address'
import type { FeeView } from '@/components/money/view'
import type { MethodView, PaymentRow } from '@/components/payments/view'
import { publicId } from '@/lib/kernel/public-id'
import { isHopState } from '@/lib/matching/core/hop'
import { trailStates, type TrailFacts } from '@/lib/matching/core/trail'
import type { StoredHop } from '@/lib/matching/core/evidence-sentence'
import type { PaymentLineRow } from '@/lib/payments/queries'
import { maybeMoney, money } from './plain'

/** One row of a payments list. */
export function paymentRow(row: PaymentLineRow, at: Addresses): PaymentRow {
  const id = publicId('payment', row.id)
  return {
    id,
    href: at.payment(id),
    stripeId: row.stripe_id,
    order:
      row.order_display_number === null
        ? null
        : { name: numberText(row.order_display_number), ...(row.order_id === null ? {} : { href: at.order(publicId('order', row.order_id)) }) },
    customer: row.customer_name ?? row.customer_email,
    store: row.store_name,
    foreign: row.origin === 'foreign',
    status: row.shown_status,
    match: row.word,
    hops: trailStates(trailFacts(row)),
    amount: money(row.amount, row.currency),
    refunded: row.amount_refunded === '0' ? null : money(row.amount_refunded, row.currency),
    fee: feeView(row),
    net: maybeMoney(row.net, row.settlement_currency),
    method: methodView(row),
    payout: null,
    createdAt: row.created_at.toISOString(),
  }
}

/** `1043` is shown as `#1043`; a number that the store wrote with letters or a sign stays as it is. */
export function numberText(number: string): string {
  return /^\d+$/.test(number) ? `#${number}` : number
}

export function feeView(row: Pick<PaymentLineRow, 'fee_state' | 'fee' | 'settlement_currency' | 'currency'>): FeeView {
  if (row.fee_state === 'known' && row.fee !== null) return { state: 'known', amount: money(row.fee, row.settlement_currency ?? row.currency) }
  return { state: row.fee_state === 'not_applicable' ? 'not_applicable' : 'pending' }
}

export function methodView(row: { payment_method_type: string | null; card_brand: string | null; card_last4: string | null }): MethodView | null {
  return row.payment_method_type === null ? null : { type: row.payment_method_type, brand: row.card_brand, last4: row.card_last4 }
}

/** The stored hops with their evidence, where the row has it. */
type HopColumns = Pick<PaymentLineRow, 'order_hop' | 'order_rule' | 'store_hop' | 'balance_hop' | 'payout_hop'> &
  Partial<Record<'order_evidence' | 'store_evidence' | 'balance_evidence' | 'payout_evidence', Record<string, unknown> | null>> &
  Partial<Record<'store_rule' | 'balance_rule' | 'payout_rule', string | null>>

/** What the trail of a payment is drawn from. */
export function trailFacts(row: PaymentLineRow & HopColumns): TrailFacts {
  const hop = (state: string | null, rule: string | null | undefined, evidence: Record<string, unknown> | null | undefined): StoredHop => ({
    state: isHopState(state) ? state : 'not_due',
    rule: rule ?? null,
    evidence: evidence ?? null,
  })
  return {
    store_known: row.store_id !== null,
    attempt: row.attempt_id === null ? null : { session_id: row.session_id, names_payment: row.attempt_names_payment === true },
    status: row.status,
    captured: row.amount_captured !== '0',
    charged: row.latest_charge_id !== null,
    hops:
      row.order_hop === null
        ? null
        : {
            order: hop(row.order_hop, row.order_rule, row.order_evidence),
            store: hop(row.store_hop, row.store_rule, row.store_evidence),
            balance: hop(row.balance_hop, row.balance_rule, row.balance_evidence),
            payout: hop(row.payout_hop, row.payout_rule, row.payout_evidence),
          },
  }
}
