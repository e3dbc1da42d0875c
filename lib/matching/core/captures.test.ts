import { expect, it } from 'vitest'
import type { BalanceTransactionRow } from '@/lib/ledger/core/balance-transaction'
import type { ChargeRow } from '@/lib/payments/core/payment'
import type { RefundRow } from '@/lib/refunds/core/refund'
import { balanceHop } from './balance-hop'
import { capturesOf, mayBeReversal, refundsOf } from './captures'
import type { Attribution } from './attribute'
import type { Facts, OrderFacts } from './facts'
import type { Hop } from './hop'
import { ledgerOf, moneyOf } from './payment-money'
import { effectsOf } from './wanted-effects'

const charge = { stripe_id: 'ch_1', status: 'succeeded', captured: true, amount_captured: 3000n, currency: 'usd', balance_transaction_id: 'txn_1' } as ChargeRow
const row = (stripe_id: string, amount: bigint, source_id: string, reporting_category = 'charge') =>
  ({ stripe_id, amount, fee: 0n, net: amount, currency: 'usd', source_id, reporting_category }) as BalanceTransactionRow
const refund = (stripe_id: string, amount: bigint, balance_transaction_id: string | null) =>
  ({ stripe_id, amount, status: 'succeeded', currency: 'usd', charge_id: 'ch_1', balance_transaction_id, failure_balance_transaction_id: null }) as RefundRow
const facts = (balance_transactions: BalanceTransactionRow[], refunds: RefundRow[] = []) =>
  ({ payment: { status: 'succeeded' }, charges: [charge], refunds, disputes: [], balance_transactions }) as unknown as Facts

it('a partial capture is one balance transaction of what was captured', () => {
  expect(balanceHop(facts([row('txn_1', 3000n, 'ch_1')]), true).state).toBe('proven')
  expect(balanceHop(facts([row('txn_1', 5000n, 'ch_1')]), true)).toMatchObject({ state: 'inferred', evidence: { reason: 'amount_differs' } })
})

it('the older way books the whole and takes the uncaptured part back, which is no refund', () => {
  const older = facts([row('txn_1', 5000n, 'ch_1'), row('txn_2', -2000n, 're_1', 'partial_capture_reversal')], [refund('re_1', 2000n, 'txn_2')])
  expect(capturesOf(charge, older).map((capture) => capture.stripe_id)).toEqual(['txn_1', 'txn_2'])
  expect(refundsOf(older)).toEqual([])
  expect(balanceHop(older, true).state).toBe('proven')
})

it('what may have taken an uncaptured part back is told to no store until the ledger has it', () => {
  const partial = { ...charge, amount: 5000n }
  const told = (of: ChargeRow, back: RefundRow, rows: BalanceTransactionRow[]) => {
    const known = { ...facts(rows, [back]), charges: [of] }
    const order = { id: '01900000-0000-7000-8000-000000000001', store_id: '01900000-0000-7000-8000-000000000002' } as OrderFacts
    const proven = { state: 'proven', rule: '', evidence: {} } as Hop
    return effectsOf(known, order, proven, proven, { kind: 'proven' } as Attribution, []).map(({ kind, subject }) => `${kind} ${subject}`)
  }
  const back = refund('re_1', 2000n, 'txn_2')
  expect(mayBeReversal(back, { charges: [partial], balance_transactions: [] })).toBe(true)
  expect(told(partial, back, [])).toEqual([])
  expect(told(partial, back, [row('txn_2', -2000n, 're_1', 'partial_capture_reversal')])).toEqual([])
  expect(told(partial, back, [row('txn_2', -2000n, 're_1', 'refund')])).toEqual(['order.note re_1'])
  expect(told({ ...charge, amount: 3000n }, back, [])).toEqual(['order.note re_1'])
})

it('the older way calls an authorisation off with a refund too, which gives nothing back', () => {
  const released = (status: string, captured: boolean) =>
    ({
      payment: { status, amount_captured: 0n },
      charges: [{ ...charge, captured, amount_captured: captured ? 3000n : 0n, balance_transaction_id: null }],
      refunds: [refund('re_1', 3000n, null)],
      disputes: [],
      balance_transactions: [],
    }) as unknown as Facts
  expect(moneyOf(released('canceled', false))).toEqual({ amount_captured: 0n, amount_refunded: 0n, amount_disputed: 0n })
  expect(moneyOf(released('succeeded', true)).amount_refunded).toBe(3000n)
  expect(moneyOf(released('succeeded', false)).amount_refunded, 'captured, as the payment says: its charge has not said so yet').toBe(3000n)
})

it('several captures are several balance transactions of one charge', () => {
  expect(balanceHop(facts([row('txn_1', 1000n, 'ch_1'), row('txn_2', 2000n, 'ch_1')]), true).state).toBe('proven')
  expect(balanceHop(facts([row('txn_1', 1000n, 'ch_1')]), true).state).toBe('inferred')
})

it('a bank debit that is booked while it is under way lacks nothing, nor one that came back', () => {
  const debit = (status: string, of: object, rows: BalanceTransactionRow[]) =>
    ({ payment: { status }, charges: [{ ...charge, captured: false, ...of }], refunds: [], disputes: [], balance_transactions: rows }) as unknown as Facts
  const taken = row('txn_1', 3000n, 'ch_1')
  const back = row('txn_2', -3000n, 'ch_1', 'charge_failure')
  expect(balanceHop(debit('processing', { status: 'pending' }, [taken]), true).state).toBe('not_due')
  const failed = { status: 'failed', failure_balance_transaction_id: 'txn_2' }
  expect(balanceHop(debit('requires_payment_method', failed, [taken, back]), true).state).toBe('not_due')
  expect(balanceHop(debit('succeeded', { status: 'pending' }, [taken]), true).state, 'paid, and its charge has not said so').toBe('missing')
})

it('of several captures the fee is known when all are booked', () => {
  const both = [row('txn_1', 1000n, 'ch_1'), row('txn_2', 2000n, 'ch_1')]
  expect(ledgerOf(facts(both.slice(0, 1)), true)).toMatchObject({ fee_state: 'pending', fee: null, net: null })
  expect(ledgerOf(facts(both), true)).toMatchObject({ fee_state: 'known', net: 3000n })
  expect(ledgerOf(facts([...both, row('txn_3', -50n, 'ch_1', 'other_adjustment')]), true).fee_state).toBe('known')
  const inEuro = both.slice(0, 1).map((one) => ({ ...one, currency: 'eur' }))
  expect(ledgerOf(facts(inEuro), true).fee_state, 'amounts of two currencies are not compared').toBe('known')
})

it('a refund of money stays one beside it', () => {
  const both = facts([row('txn_1', 3000n, 'ch_1'), row('txn_3', -500n, 're_2', 'refund')], [refund('re_2', 500n, 'txn_3')])
  expect(refundsOf(both).map((one) => one.stripe_id)).toEqual(['re_2'])
  expect(balanceHop(both, true).state).toBe('proven')
})
