import { heldBack } from '@/lib/disputes/core/dispute'
import type { PaymentRow } from '@/lib/payments/core/payment'
import { capturesOf, lacksCapture, refundsOf } from './captures'
import type { Facts } from './facts'

/** What of a payment was taken, went back and is held back, in minor units of its currency. */
export function moneyOf(facts: Facts): Pick<PaymentRow, 'amount_captured' | 'amount_refunded' | 'amount_disputed'> {
  const { payment, charges, disputes } = facts
  const captured = sum(charges.filter((charge) => charge.captured && charge.status === 'succeeded').map((charge) => charge.amount_captured))
  return {
    amount_captured: captured > payment.amount_captured ? captured : payment.amount_captured,
    amount_refunded: sum(
      refundsOf(facts)
        .filter((refund) => refund.status === 'succeeded')
        .map((refund) => refund.amount),
    ),
    amount_disputed: sum(disputes.map(heldBack)),
  }
}

/** Fee and net of the charges, once every captured charge's balance transaction is in the ledger; until then unknown, never 0. */
export function ledgerOf(facts: Facts, paid: boolean): Pick<PaymentRow, 'fee_state' | 'fee' | 'net' | 'settlement_currency'> {
  const captured = facts.charges.filter((charge) => charge.captured && charge.status === 'succeeded')
  const rows = [...new Set(captured.flatMap((charge) => capturesOf(charge, facts)))]
  const complete =
    captured.length > 0 &&
    captured.every(
      (charge) => rows.some((row) => row.stripe_id === charge.balance_transaction_id || row.source_id === charge.stripe_id) && !lacksCapture(charge, facts),
    )
  const currency = rows[0]?.currency ?? null
  if (complete && rows.every((row) => row.currency === currency))
    return { fee_state: 'known', fee: sum(rows.map((row) => row.fee)), net: sum(rows.map((row) => row.net)), settlement_currency: currency }
  const noMoney = !paid && captured.length === 0 && facts.payment.status !== 'unknown' && facts.payment.status !== 'processing'
  return { fee_state: noMoney ? 'not_applicable' : 'pending', fee: null, net: null, settlement_currency: null }
}

/**
 * What the newest successful try, else the newest try, says about how it was paid: all of it from that one, for a
 * declined card says nothing of the bank debit after it. The address may be known from another try.
 */
export function methodOf({ charges }: Facts): Pick<PaymentRow, 'payment_method_type' | 'card_brand' | 'card_last4' | 'customer_email'> {
  const newestFirst = [...charges].sort((a, b) => b.created_at.getTime() - a.created_at.getTime() || (a.stripe_id < b.stripe_id ? 1 : -1))
  const charge = newestFirst.find((candidate) => candidate.status === 'succeeded') ?? newestFirst[0]
  return {
    payment_method_type: charge?.payment_method_type ?? null,
    card_brand: charge?.card_brand ?? null,
    card_last4: charge?.card_last4 ?? null,
    customer_email: charge?.customer_email ?? newestFirst.find((other) => other.customer_email !== null)?.customer_email ?? null,
  }
}

function sum(amounts: bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n)
}
