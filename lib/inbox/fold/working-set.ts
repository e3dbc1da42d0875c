import type { AttemptRow } from '@/lib/checkout/core/attempt'
import { lockAttempts, saveAttempts } from '@/lib/checkout/attempt-mirror'
import { loadAccounts, saveAccounts } from '@/lib/connections/account-mirror'
import type { AccountRow } from '@/lib/connections/core/account'
import { mirrorKey, type MirrorRef } from '@/lib/db/mirror'
import type { Sql } from '@/lib/db/pools'
import type { DisputeRow } from '@/lib/disputes/core/dispute'
import { loadDisputes, saveDisputes } from '@/lib/disputes/mirror'
import type { BalanceTransactionRow, FeeDetailRow } from '@/lib/ledger/core/balance-transaction'
import { loadBalanceTransactions, saveBalanceTransactions } from '@/lib/ledger/mirror'
import type { ChargeRow, PaymentRow } from '@/lib/payments/core/payment'
import { loadCharges, loadPayments, loadPaymentsById, saveCharges, savePayments } from '@/lib/payments/mirror'
import type { PayoutRow } from '@/lib/payouts/core/payout'
import { loadPayouts, savePayouts } from '@/lib/payouts/mirror'
import type { RefundRow } from '@/lib/refunds/core/refund'
import { loadRefunds, saveRefunds } from '@/lib/refunds/mirror'
import { mentionsOf, type Item } from './contents'

type Foldable = PaymentRow | ChargeRow | RefundRow | DisputeRow | PayoutRow | BalanceTransactionRow | AttemptRow | AccountRow

/** Every mirror row that a batch speaks of, in memory, and which of them the fold changed. Mirrors are keyed by `mirrorKey`. */
export type WorkingSet = {
  payments: Map<string, PaymentRow>
  /** From our payment id to its key in `payments`. */
  paymentKeys: Map<string, string>
  charges: Map<string, ChargeRow>
  refunds: Map<string, RefundRow>
  disputes: Map<string, DisputeRow>
  payouts: Map<string, PayoutRow>
  transactions: Map<string, BalanceTransactionRow>
  fees: FeeDetailRow[]
  /** By attempt id. */
  attempts: Map<string, AttemptRow>
  /** From a session's `mirrorKey` to the id of the attempt it answers. */
  attemptOfSession: Map<string, string>
  /** By connection id. */
  accounts: Map<string, AccountRow>
  changed: Set<Foldable>
}

export function emptyWorkingSet(): WorkingSet {
  return {
    payments: new Map(),
    paymentKeys: new Map(),
    charges: new Map(),
    refunds: new Map(),
    disputes: new Map(),
    payouts: new Map(),
    transactions: new Map(),
    fees: [],
    attempts: new Map(),
    attemptOfSession: new Map(),
    accounts: new Map(),
    changed: new Set(),
  }
}

/** One query per table, sent together. Objects that a balance transaction or a refund names by its source alone are loaded as well. */
export async function loadWorkingSet(sql: Sql, items: Item[]): Promise<WorkingSet> {
  const refs = {
    payment: new Map<string, MirrorRef>(),
    charge: new Map<string, MirrorRef>(),
    refund: new Map<string, MirrorRef>(),
    dispute: new Map<string, MirrorRef>(),
    payout: new Map<string, MirrorRef>(),
    transaction: new Map<string, MirrorRef>(),
  }
  const sessions = []
  const accounts = new Map<string, { tenant_id: string; connection_id: string }>()
  for (const item of items) {
    const { tenant_id, connection_id } = item.row
    const mentions = mentionsOf(item)
    const note = (kind: keyof typeof refs, stripe_id: string | null) => {
      if (stripe_id !== null) refs[kind].set(mirrorKey({ connection_id, stripe_id }), { tenant_id, connection_id, stripe_id })
    }
    for (const kind of ['payment', 'charge', 'refund', 'dispute', 'payout', 'transaction'] as const) note(kind, mentions[kind])
    if (mentions.source !== null) for (const kind of ['charge', 'refund', 'dispute', 'payout'] as const) note(kind, mentions.source)
    if (mentions.session) sessions.push({ tenant_id, connection_id, session_id: mentions.session.id, attempt_id: mentions.session.attempt_id })
    if (item.object.object === 'account') accounts.set(connection_id, { tenant_id, connection_id })
  }
  const [charges, refunds, disputes, transactions, payments, payouts, loadedAccounts, attempts] = await Promise.all([
    loadCharges(sql, refs.charge.values()),
    loadRefunds(sql, refs.refund.values()),
    loadDisputes(sql, refs.dispute.values()),
    loadBalanceTransactions(sql, refs.transaction.values()),
    loadPayments(sql, refs.payment.values()),
    loadPayouts(sql, refs.payout.values()),
    loadAccounts(sql, [...accounts.values()]),
    lockAttempts(sql, sessions),
  ])
  const loaded = new Set([...payments.values()].map((payment) => payment.id))
  const parents = [...charges.values(), ...refunds.values(), ...disputes.values()]
    .filter((child) => !loaded.has(child.payment_id))
    .map((child) => ({ tenant_id: child.tenant_id, id: child.payment_id }))
  for (const payment of await loadPaymentsById(sql, parents)) payments.set(mirrorKey(payment), payment)
  return {
    ...emptyWorkingSet(),
    payments,
    paymentKeys: new Map([...payments].map(([key, payment]) => [payment.id, key])),
    charges,
    refunds,
    disputes,
    payouts,
    transactions,
    attempts: new Map(attempts.map((attempt) => [attempt.id, attempt])),
    attemptOfSession: new Map(
      attempts.flatMap((attempt) => (attempt.session_id === null ? [] : [[sessionKey(attempt, attempt.session_id), attempt.id] as const])),
    ),
    accounts: loadedAccounts,
  }
}

export function sessionKey(at: { connection_id: string }, session_id: string): string {
  return mirrorKey({ connection_id: at.connection_id, stripe_id: session_id })
}

/**
 * One statement per table, changed rows only; parents before children. They do not wait for each other: on one
 * connection they run in this order.
 */
export async function saveWorkingSet(sql: Sql, set: WorkingSet): Promise<void> {
  await Promise.all([
    saveAttempts(sql, changedOf(set, set.attempts)),
    savePayments(sql, changedOf(set, set.payments)),
    saveCharges(sql, changedOf(set, set.charges)),
    saveRefunds(sql, changedOf(set, set.refunds)),
    saveDisputes(sql, changedOf(set, set.disputes)),
    savePayouts(sql, changedOf(set, set.payouts)),
    saveBalanceTransactions(sql, changedOf(set, set.transactions), set.fees),
    saveAccounts(sql, changedOf(set, set.accounts)),
  ])
}

/** The rows of one table that the fold changed. */
export function changedOf<Row extends Foldable>(set: WorkingSet, rows: Map<string, Row>): Row[] {
  return [...rows.values()].filter((row) => set.changed.has(row))
}
