import type Stripe from 'stripe'
import { newest, once, settle, standing, type Snapshot } from '@/lib/inbox/core/standing'
import { idOf, max, type Folded } from './fold-payment-intent'
import type { ChargeRow, PaymentRow } from './payment'

const rank: Record<string, number> = { unknown: -1, pending: 0, succeeded: 1, failed: 1 }

/**
 * One charge snapshot onto its row. Captured and the captured amount only grow; ids that appear later are written
 * once; `charge.expired` is a fact; the refunded amount is kept as Stripe's word for comparison and never used as ours.
 */
export function foldCharge(row: ChargeRow, charge: Stripe.Charge, snapshot: Snapshot): Folded<ChargeRow> {
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

  const currentRank = rank[row.status] ?? 0
  const incomingRank = rank[charge.status] ?? 0
  /** What follows the status: the snapshot with the later status says it, whatever the seconds say. */
  const withStatus = <T>(current: T, incoming: T): T => (incomingRank > currentRank ? incoming : incomingRank < currentRank ? current : pick(current, incoming))
  const details = charge.payment_method_details
  const card = details?.card ?? null

  return {
    row: {
      ...row,
      ...settle(row, snapshot),
      status: withStatus(row.status, charge.status),
      // An authorisation may be raised before it is captured.
      amount: pick(row.amount, BigInt(charge.amount)),
      currency: charge.currency,
      captured: row.captured || (charge.captured && charge.status === 'succeeded'),
      // Older API versions say null of what was never captured.
      amount_captured: charge.status === 'succeeded' ? max(row.amount_captured, BigInt((charge.amount_captured as number | null) ?? 0)) : row.amount_captured,
      amount_refunded_reported: pick(row.amount_refunded_reported, BigInt(charge.amount_refunded)),
      balance_transaction_id: pickOnce(row.balance_transaction_id, idOf(charge.balance_transaction)),
      failure_balance_transaction_id: pickOnce(row.failure_balance_transaction_id, idOf(charge.failure_balance_transaction)),
      failure_code: charge.status === 'failed' ? (charge.failure_code ?? row.failure_code) : row.failure_code,
      failure_message: charge.status === 'failed' ? (charge.failure_message ?? row.failure_message) : row.failure_message,
      outcome: withStatus(row.outcome, charge.outcome as Record<string, unknown> | null),
      payment_method_type: row.payment_method_type ?? details?.type ?? null,
      card_brand: row.card_brand ?? card?.brand ?? null,
      card_last4: row.card_last4 ?? card?.last4 ?? details?.us_bank_account?.last4 ?? details?.sepa_debit?.last4 ?? null,
      card_country: row.card_country ?? card?.country ?? null,
      customer_email: pick(row.customer_email, charge.billing_details?.email ?? charge.receipt_email ?? null),
      expired: row.expired || snapshot.type === 'charge.expired',
      created_at: new Date(charge.created * 1000),
    },
    reads: [...new Set(reads)],
  }
}

/** A charge whose PaymentIntent does not exist is itself the payment. */
export function paymentOfLoneCharge(payment: PaymentRow, charge: ChargeRow): PaymentRow {
  const status =
    charge.status === 'succeeded'
      ? charge.captured
        ? 'succeeded'
        : charge.expired || isReleased(charge)
          ? 'canceled'
          : 'requires_capture'
      : charge.status === 'pending'
        ? 'processing'
        : charge.status === 'failed'
          ? 'requires_payment_method'
          : 'unknown'
  return {
    ...payment,
    status,
    amount: charge.amount,
    currency: charge.currency,
    latest_charge_id: charge.stripe_id,
    created_at: charge.created_at,
    succeeded_at: status === 'succeeded' ? charge.created_at : null,
  }
}

/** A charge without a PaymentIntent is called off by refunding what was never captured. */
function isReleased(charge: ChargeRow): boolean {
  return charge.amount > 0n && charge.amount_refunded_reported >= charge.amount
}

export function stubCharge(
  key: Pick<ChargeRow, 'tenant_id' | 'id' | 'mode' | 'connection_id' | 'stripe_id' | 'payment_id'>,
  currency: string,
  at: Date,
): ChargeRow {
  return {
    ...key,
    status: 'unknown',
    amount: 0n,
    currency,
    captured: false,
    amount_captured: 0n,
    amount_refunded_reported: 0n,
    balance_transaction_id: null,
    failure_balance_transaction_id: null,
    failure_code: null,
    failure_message: null,
    outcome: null,
    payment_method_type: null,
    card_brand: null,
    card_last4: null,
    card_country: null,
    customer_email: null,
    expired: false,
    created_at: at,
    snapshot_at: null,
    read_as_of: null,
  }
}
