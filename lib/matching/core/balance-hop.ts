import { capturesOf, refundsOf } from './captures'
import type { Facts } from './facts'
import type { Hop } from './hop'

/**
 * Do the balance transactions of this payment add up? Every captured charge, every refund that moved money and every
 * known leg of a dispute must be a row of the ledger, with the amount that the object says (in its own currency, or
 * converted with the rate that Stripe states).
 */
export function balanceHop(facts: Facts, moved: boolean): Hop {
  const { status } = facts.payment
  const captured = facts.charges.filter((charge) => charge.captured && charge.status === 'succeeded')
  // Stripe books a bank debit while it is under way, and books it back when it fails.
  const isUnpaid = captured.length === 0 && status !== 'succeeded'
  if (!moved || isUnpaid) return { state: status === 'canceled' ? 'not_applicable' : 'not_due', rule: 'not_paid', evidence: {} }
  if (captured.length === 0) return { state: 'missing', rule: 'ledger_adds_up', evidence: { reason: 'no_captured_charge' } }

  const rows = facts.balance_transactions
  const refunds = refundsOf(facts)
  const announced = [
    ...captured.map((charge) => ({ what: charge.stripe_id, id: charge.balance_transaction_id, amount: null, currency: charge.currency })),
    ...refunds
      .filter((refund) => refund.status === 'succeeded' || refund.balance_transaction_id !== null)
      .map((refund) => ({ what: refund.stripe_id, id: refund.balance_transaction_id, amount: -refund.amount, currency: refund.currency })),
    ...refunds
      .filter((refund) => refund.failure_balance_transaction_id !== null)
      .map((refund) => ({ what: refund.stripe_id, id: refund.failure_balance_transaction_id, amount: refund.amount, currency: refund.currency })),
    ...facts.disputes.flatMap((dispute) =>
      dispute.legs.map((id) => ({ what: dispute.stripe_id, id: id as string | null, amount: null, currency: dispute.currency })),
    ),
  ]
  const evidence = {
    balance_transactions: rows.map((row) => row.stripe_id).sort(),
    net: total(rows.map((row) => row.net)),
    fee: total(rows.map((row) => row.fee)),
    currency: rows[0]?.currency ?? null,
  }
  const waiting = announced.filter((item) => item.id === null)
  if (waiting.length > 0 && rows.length === 0)
    return { state: 'not_due', rule: 'ledger_adds_up', evidence: { reason: 'stripe_has_not_booked_it_yet', waiting: waiting.map((item) => item.what) } }
  const absent = announced.filter((item) => item.id !== null && !rows.some((row) => row.stripe_id === item.id))
  if (absent.length > 0) return { state: 'missing', rule: 'ledger_adds_up', evidence: { ...evidence, absent: absent.map((item) => item.id) } }
  if (waiting.length > 0) return { state: 'inferred', rule: 'ledger_adds_up', evidence: { ...evidence, waiting: waiting.map((item) => item.what) } }
  const booked = announced.filter((item) => {
    const row = rows.find((candidate) => candidate.stripe_id === item.id)
    return item.amount !== null && row !== undefined && row.currency === item.currency && row.amount !== item.amount
  })
  const charged = captured.filter((charge) => {
    const captures = capturesOf(charge, facts)
    return captures.every((row) => row.currency === charge.currency) && sum(captures.map((row) => row.amount)) !== charge.amount_captured
  })
  const wrong = [...booked.map((item) => item.id), ...charged.map((charge) => charge.balance_transaction_id)]
  if (wrong.length > 0) return { state: 'inferred', rule: 'ledger_adds_up', evidence: { ...evidence, reason: 'amount_differs', differ: wrong } }
  return { state: 'proven', rule: 'ledger_adds_up', evidence }
}

function total(amounts: bigint[]): string {
  return sum(amounts).toString()
}

function sum(amounts: bigint[]): bigint {
  return amounts.reduce((whole, amount) => whole + amount, 0n)
}
