import type { Sql } from '@/lib/db/pools'
import type { BalanceTransactionRow } from '@/lib/ledger/core/balance-transaction'
import type { DisputeRow } from '@/lib/disputes/core/dispute'
import type { ChargeRow, PaymentRow } from '@/lib/payments/core/payment'
import type { RefundRow } from '@/lib/refunds/core/refund'
import type { Facts, MatchFacts } from '../core/facts'
import { grouped, inOrder, paymentKey, type PaymentKey, type Rows } from './facts-by-payment'
import { loadAttempts, type PendingAttempt } from './facts-of-attempts'
import { loadLedger } from './facts-of-ledger'
import { loadOrders } from './facts-of-orders'
import { loadTallies, tallyOf, type AddedTransition } from './facts-of-tallies'

/**
 * What a fold knows and has not written yet: its rows stand in for those that are stored. `charges` to `attempts` hold
 * the changed rows alone, `payments` every payment that is asked about, `transitions` what this fold adds.
 */
export type Pending = {
  payments: readonly PaymentRow[]
  charges: readonly ChargeRow[]
  refunds: readonly RefundRow[]
  disputes: readonly DisputeRow[]
  transactions: readonly BalanceTransactionRow[]
  attempts: readonly PendingAttempt[]
  transitions: readonly AddedTransition[]
}

/**
 * The facts of many payments, of any tenants, with one query per table, those that do not wait for each other sent
 * together. Payments that are neither stored nor pending are left out.
 */
export async function loadFacts(sql: Sql, keys: readonly PaymentKey[], pending: Pending | null = null): Promise<Facts[]> {
  const tenants = keys.map((key) => key.tenant_id)
  const ids = keys.map((key) => key.payment_id)
  const rows: Rows = async <Row>(name: string, text: string, ...values: unknown[]) => (await sql.query({ name: `facts_${name}`, text, values })).rows as Row[]

  const payments =
    pending?.payments ??
    (await rows<PaymentRow>(
      'payment',
      `SELECT p.* FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, id) CROSS JOIN LATERAL (SELECT * FROM payment t WHERE t.tenant_id = k.tenant_id AND t.id = k.id OFFSET 0) p`,
      tenants,
      ids,
    ))
  const children = <Row>(table: string) =>
    rows<Row>(
      table,
      `SELECT c.* FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, payment_id) CROSS JOIN LATERAL (
         SELECT * FROM ${table} t WHERE t.tenant_id = k.tenant_id AND t.payment_id = k.payment_id OFFSET 0) c`,
      tenants,
      ids,
    )
  const [storedCharges, storedRefunds, storedDisputes, storedMatches, storedTallies, attempts] = await Promise.all([
    children<ChargeRow>('charge'),
    children<RefundRow>('refund'),
    children<DisputeRow>('dispute'),
    rows<MatchFacts & { tenant_id: string; payment_id: string }>(
      'match',
      `SELECT m.tenant_id, m.payment_id, m.id, m.order_id, m.amount, m.currency, m.rule, m.order_revision, m.evidence, m.created_by
         FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, payment_id) CROSS JOIN LATERAL (
           SELECT * FROM match t WHERE t.tenant_id = k.tenant_id AND t.payment_id = k.payment_id AND t.state = 'active' OFFSET 0) m ORDER BY m.created_at, m.id`,
      tenants,
      ids,
    ),
    loadTallies(rows, keys),
    loadAttempts(rows, payments, pending?.attempts ?? []),
  ])
  const charges = grouped(inOrder(over(storedCharges, pending?.charges)), paymentKey)
  const refunds = grouped(inOrder(over(storedRefunds, pending?.refunds)), paymentKey)
  const disputes = grouped(inOrder(over(storedDisputes, pending?.disputes)), paymentKey)
  const matches = grouped(storedMatches, paymentKey)
  const tallies = grouped(storedTallies, paymentKey)
  const added = grouped(pending?.transitions ?? [], paymentKey)
  const [ledger, orders] = await Promise.all([
    loadLedger(rows, payments, charges, refunds, disputes, pending?.transactions ?? []),
    loadOrders(rows, payments, charges, matches, attempts),
  ])

  return payments.map((payment) => {
    const key = paymentKey({ tenant_id: payment.tenant_id, payment_id: payment.id })
    const mine = { charges: charges.get(key) ?? [], refunds: refunds.get(key) ?? [], disputes: disputes.get(key) ?? [], matches: matches.get(key) ?? [] }
    const attempt = attempts.get(key) ?? null
    return {
      payment,
      ...mine,
      attempt,
      balance_transactions: ledger.get(key) ?? [],
      orders: orders(payment, mine, attempt),
      tally: tallyOf(tallies.get(key)?.[0], added.get(key) ?? []),
    }
  })
}

/** The stored rows with the pending ones in their place, and those that are new. */
function over<Row extends { id: string }>(stored: Row[], pending: readonly Row[] | undefined): Row[] {
  if (pending === undefined || pending.length === 0) return stored
  const byId = new Map(stored.map((row) => [row.id, row]))
  for (const row of pending) byId.set(row.id, row)
  return [...byId.values()]
}
