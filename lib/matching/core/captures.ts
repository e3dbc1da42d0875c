import type { BalanceTransactionRow } from '@/lib/ledger/core/balance-transaction'
import type { ChargeRow } from '@/lib/payments/core/payment'
import type { RefundRow } from '@/lib/refunds/core/refund'
import type { Facts } from './facts'

/**
 * Balance transactions that say what a charge captured. Usually one; several captures book one each; API versions
 * before 2025-03-31 booked the whole authorisation and took the part that was not captured back with a transaction of
 * category `partial_capture_reversal`, whose source is a refund object that is no refund.
 */
export function capturesOf(charge: ChargeRow, facts: Pick<Facts, 'balance_transactions' | 'refunds'>): BalanceTransactionRow[] {
  return facts.balance_transactions.filter(
    (row) =>
      row.stripe_id === charge.balance_transaction_id ||
      row.source_id === charge.stripe_id ||
      (isReversal(row) && facts.refunds.some((refund) => refund.charge_id === charge.stripe_id && booked(refund, row))),
  )
}

/** Booked in part: of several captures one is not in the ledger yet. */
export function lacksCapture(charge: ChargeRow, facts: Pick<Facts, 'balance_transactions' | 'refunds'>): boolean {
  const rows = capturesOf(charge, facts).filter((row) => row.reporting_category === 'charge')
  const booked = rows.reduce((sum, row) => sum + row.amount, 0n)
  return rows.length > 0 && rows.every((row) => row.currency === charge.currency) && booked < charge.amount_captured
}

/** Refunds of money: those with which the same API versions took an uncaptured part back, or called an authorisation off, are none. */
export function refundsOf({
  payment,
  charges,
  refunds,
  balance_transactions,
}: Pick<Facts, 'payment' | 'charges' | 'refunds' | 'balance_transactions'>): RefundRow[] {
  const reversals = balance_transactions.filter(isReversal)
  const released = payment.status === 'succeeded' ? [] : charges.filter((charge) => charge.status === 'succeeded' && !charge.captured)
  if (reversals.length === 0 && released.length === 0) return refunds
  return refunds.filter((refund) => !reversals.some((row) => booked(refund, row)) && !released.some((charge) => charge.stripe_id === refund.charge_id))
}

/** Whether this was a refund of money the ledger alone can say, and does not say yet: its charge captured less than was authorised. */
export function mayBeReversal(refund: RefundRow, facts: Pick<Facts, 'charges' | 'balance_transactions'>): boolean {
  const isPartial = facts.charges.some((charge) => charge.stripe_id === refund.charge_id && charge.amount_captured < charge.amount)
  return isPartial && refund.balance_transaction_id !== null && !facts.balance_transactions.some((row) => booked(refund, row))
}

function isReversal(row: BalanceTransactionRow): boolean {
  return row.reporting_category === 'partial_capture_reversal'
}

function booked(refund: RefundRow, row: BalanceTransactionRow): boolean {
  return row.source_id === refund.stripe_id || row.stripe_id === refund.balance_transaction_id
}
