import type { BalanceTransactionRow } from '@/lib/ledger/core/balance-transaction'
import type { DisputeRow } from '@/lib/disputes/core/dispute'
import type { ChargeRow, PaymentRow } from '@/lib/payments/core/payment'
import type { RefundRow } from '@/lib/refunds/core/refund'
import { inOrder, paymentKey, type Rows } from './facts-by-payment'

/** The ledger rows of a payment: those that its objects name, and those whose source is one of its objects. */
export async function loadLedger(
  rows: Rows,
  payments: readonly PaymentRow[],
  charges: Map<string, ChargeRow[]>,
  refunds: Map<string, RefundRow[]>,
  disputes: Map<string, DisputeRow[]>,
  pending: readonly BalanceTransactionRow[],
): Promise<Map<string, BalanceTransactionRow[]>> {
  const wanted = payments.flatMap((payment) => {
    const key = paymentKey({ tenant_id: payment.tenant_id, payment_id: payment.id })
    const objects = [...(charges.get(key) ?? []), ...(refunds.get(key) ?? []), ...(disputes.get(key) ?? [])]
    const named = [
      ...(charges.get(key) ?? []).flatMap((charge) => [charge.balance_transaction_id, charge.failure_balance_transaction_id]),
      ...(refunds.get(key) ?? []).flatMap((refund) => [refund.balance_transaction_id, refund.failure_balance_transaction_id]),
      ...(disputes.get(key) ?? []).flatMap((dispute) => dispute.legs),
    ]
    const one = { tenant_id: payment.tenant_id, connection_id: payment.connection_id, key }
    return [
      ...objects.map((object) => ({ ...one, id: null, source: object.stripe_id })),
      ...named.filter((id) => id !== null).map((id) => ({ ...one, id, source: null })),
    ]
  })
  const found = await rows<BalanceTransactionRow & { k_key: string }>(
    'ledger',
    `SELECT k.key AS k_key, b.*
       FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[]) k(key, tenant_id, connection_id, id, source)
       JOIN LATERAL (
         SELECT n.tenant_id, n.id FROM balance_transaction n WHERE n.tenant_id = k.tenant_id AND n.connection_id = k.connection_id AND n.stripe_id = k.id
         UNION ALL
         SELECT s.tenant_id, s.id FROM balance_transaction s WHERE s.tenant_id = k.tenant_id AND s.connection_id = k.connection_id AND s.source_id = k.source
       ) i ON true
       CROSS JOIN LATERAL (SELECT * FROM balance_transaction t WHERE t.tenant_id = i.tenant_id AND t.id = i.id OFFSET 0) b`,
    wanted.map((w) => w.key),
    wanted.map((w) => w.tenant_id),
    wanted.map((w) => w.connection_id),
    wanted.map((w) => w.id),
    wanted.map((w) => w.source),
  )
  const changed = new Map(pending.map((row) => [row.id, row]))
  const spoken = new Map(wanted.map((w) => [`${w.tenant_id}/${w.connection_id}/${w.id ?? `of ${w.source}`}`, w.key]))
  const byKey = new Map<string, Map<string, BalanceTransactionRow>>()
  const add = (key: string, row: BalanceTransactionRow) => {
    const mine = byKey.get(key)
    if (mine) mine.set(row.id, row)
    else byKey.set(key, new Map([[row.id, row]]))
  }
  for (const { k_key, ...row } of found) add(k_key, changed.get(row.id) ?? row)
  for (const row of pending)
    for (const name of [row.stripe_id, `of ${row.source_id}`]) {
      const key = spoken.get(`${row.tenant_id}/${row.connection_id}/${name}`)
      if (key !== undefined) add(key, row)
    }
  return new Map([...byKey].map(([key, mine]) => [key, inOrder([...mine.values()])]))
}
