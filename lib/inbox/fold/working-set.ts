import type { AttemptRow } from '@/lib/checkout/core/attempt'
import { lockAttempts, saveAttempts } from '@/lib/checkout/attempt-mirror'
import { mirrorKey, type MirrorRef, type MirrorRow } from '@/lib/db/mirror'
import type { Sql } from '@/lib/db/pools'
import type { DisputeRow } from '@/lib/disputes/core/dispute'
import { loadDisputes, saveDisputes } from '@/lib/disputes/mirror'
import type { BalanceTransactionRow, FeeDetailRow } from '@/lib/ledger/core/balance-transaction'
import { loadBalanceTransactions, saveBalanceTransactions } from '@/lib/ledger/mirror'
import type { ChargeRow, PaymentRow } from '@/lib/payments/core/payment'
import { loadCharges, loadPayments, loadPaymentsById, saveCharges, savePayments } from '@/lib/payments/mirror'
import type { RefundRow } from '@/lib/refunds/core/refund'
import { loadRefunds, saveRefunds } from '@/lib/refunds/mirror'
import { mentionsOf, type Item } from './contents'

/** Every mirror row that a batch speaks of, in memory, and which of them the fold changed. */
export type WorkingSet = {
  payments: Map<string, PaymentRow>
  charges: Map<string, ChargeRow>
  refunds: Map<string, RefundRow>
  disputes: Map<string, DisputeRow>
  transactions: Map<string, BalanceTransactionRow>
  fees: FeeDetailRow[]
  /** By `<connection>/<session>` and by attempt id. */
  attempts: AttemptRow[]
  changed: Set<PaymentRow | ChargeRow | RefundRow | DisputeRow | BalanceTransactionRow | AttemptRow>
}

/** One query per table. Objects that a balance transaction or a refund names by its source alone are loaded as well. */
export async function loadWorkingSet(sql: Sql, items: Item[]): Promise<WorkingSet> {
  const refs = {
    payment: new Map<string, MirrorRef>(),
    charge: new Map<string, MirrorRef>(),
    refund: new Map<string, MirrorRef>(),
    dispute: new Map<string, MirrorRef>(),
    transaction: new Map<string, MirrorRef>(),
  }
  const sessions = []
  for (const item of items) {
    const { tenant_id, connection_id } = item.row
    const mentions = mentionsOf(item)
    const note = (kind: keyof typeof refs, stripe_id: string | null) => {
      if (stripe_id !== null) refs[kind].set(mirrorKey({ connection_id, stripe_id }), { tenant_id, connection_id, stripe_id })
    }
    for (const kind of ['payment', 'charge', 'refund', 'dispute', 'transaction'] as const) note(kind, mentions[kind])
    if (mentions.source !== null) for (const kind of ['charge', 'refund', 'dispute'] as const) note(kind, mentions.source)
    if (mentions.session) sessions.push({ tenant_id, connection_id, session_id: mentions.session.id, attempt_id: mentions.session.attempt_id })
  }
  const charges = await loadCharges(sql, refs.charge.values())
  const refunds = await loadRefunds(sql, refs.refund.values())
  const disputes = await loadDisputes(sql, refs.dispute.values())
  const transactions = await loadBalanceTransactions(sql, refs.transaction.values())
  const payments = await loadPayments(sql, refs.payment.values())
  const loaded = new Set([...payments.values()].map((payment) => payment.id))
  const parents = [...charges.values(), ...refunds.values(), ...disputes.values()]
    .filter((child) => !loaded.has(child.payment_id))
    .map((child) => ({ tenant_id: child.tenant_id, id: child.payment_id }))
  for (const payment of await loadPaymentsById(sql, parents)) payments.set(mirrorKey(payment), payment)
  return { payments, charges, refunds, disputes, transactions, fees: [], attempts: await lockAttempts(sql, sessions), changed: new Set() }
}

/** One statement per table, changed rows only; parents before children. */
export async function saveWorkingSet(sql: Sql, set: WorkingSet): Promise<void> {
  const changed = <Row extends MirrorRow>(rows: Iterable<Row>) => [...rows].filter((row) => set.changed.has(row as never))
  await saveAttempts(
    sql,
    set.attempts.filter((row) => set.changed.has(row)),
  )
  await savePayments(sql, changed(set.payments.values()))
  await saveCharges(sql, changed(set.charges.values()))
  await saveRefunds(sql, changed(set.refunds.values()))
  await saveDisputes(sql, changed(set.disputes.values()))
  await saveBalanceTransactions(sql, changed(set.transactions.values()), set.fees)
}
