import type { Sql } from '@/lib/db/pools'
import { parsePublicId } from '@/lib/kernel/public-id'
import type { BalanceTransactionRow } from '@/lib/ledger/core/balance-transaction'
import type { DisputeRow } from '@/lib/disputes/core/dispute'
import type { ChargeRow, PaymentRow } from '@/lib/payments/core/payment'
import type { RefundRow } from '@/lib/refunds/core/refund'
import type { AttemptFacts, Facts, MatchFacts, OrderFacts, Tally } from '../core/facts'

export type PaymentKey = { tenant_id: string; payment_id: string }

/** The facts of many payments, of any tenants, with one query per table. Payments that are not stored are left out. */
export async function loadFacts(sql: Sql, keys: readonly PaymentKey[]): Promise<Facts[]> {
  const tenants = keys.map((key) => key.tenant_id)
  const ids = keys.map((key) => key.payment_id)
  const rows = async <Row>(text: string, ...values: unknown[]): Promise<Row[]> => (await sql.query(text, values)).rows as Row[]

  const payments = await rows<PaymentRow>(`SELECT p.* FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, id) JOIN payment p USING (tenant_id, id)`, tenants, ids)
  const children = <Row>(table: string) =>
    rows<Row>(
      `SELECT c.* FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, payment_id) JOIN ${table} c USING (tenant_id, payment_id) ORDER BY c.created_at, c.stripe_id`,
      tenants,
      ids,
    )
  const charges = grouped(await children<ChargeRow>('charge'), paymentKey)
  const refunds = grouped(await children<RefundRow>('refund'), paymentKey)
  const disputes = grouped(await children<DisputeRow>('dispute'), paymentKey)
  const matches = grouped(
    await rows<MatchFacts & { tenant_id: string; payment_id: string }>(
      `SELECT m.tenant_id, m.payment_id, m.id, m.order_id, m.amount, m.currency, m.rule, m.order_revision, m.evidence, m.created_by
         FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, payment_id) JOIN match m USING (tenant_id, payment_id) WHERE m.state = 'active' ORDER BY m.created_at, m.id`,
      tenants,
      ids,
    ),
    paymentKey,
  )
  const tallies = grouped(
    await rows<Tally & PaymentKey>(
      `SELECT k.tenant_id, k.payment_id,
              coalesce(array_agg(DISTINCT t.event_id) FILTER (WHERE t.kind IN ('delivery', 'backfill')), '{}') AS event_ids,
              min(t.received_at) FILTER (WHERE t.kind = 'delivery') AS first_webhook_at,
              max(t.received_at) FILTER (WHERE t.kind = 'delivery') AS last_webhook_at,
              (SELECT coalesce(sum(greatest(e.attempts - 1, 0)), 0)::int FROM effect e WHERE e.tenant_id = k.tenant_id AND e.payment_id = k.payment_id) AS retry_count
         FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, payment_id) LEFT JOIN payment_transition t USING (tenant_id, payment_id)
        GROUP BY k.tenant_id, k.payment_id`,
      tenants,
      ids,
    ),
    paymentKey,
  )
  const attempts = await loadAttempts(rows, payments)
  const ledger = await loadLedger(rows, payments, charges, refunds, disputes)
  const orders = await loadOrders(rows, payments, charges, matches, attempts)

  return payments.map((payment) => {
    const key = paymentKey({ tenant_id: payment.tenant_id, payment_id: payment.id })
    const mine = { charges: charges.get(key) ?? [], refunds: refunds.get(key) ?? [], disputes: disputes.get(key) ?? [], matches: matches.get(key) ?? [] }
    const attempt = attempts.get(key) ?? null
    const tally = tallies.get(key)?.[0]
    return {
      payment,
      ...mine,
      attempt,
      balance_transactions: ledger.get(key) ?? [],
      orders: orders(payment, mine, attempt),
      tally: tally
        ? { event_ids: tally.event_ids, first_webhook_at: tally.first_webhook_at, last_webhook_at: tally.last_webhook_at, retry_count: tally.retry_count }
        : { event_ids: [], first_webhook_at: null, last_webhook_at: null, retry_count: 0 },
    }
  })
}

type Rows = <Row>(text: string, ...values: unknown[]) => Promise<Row[]>

/** By the session's PaymentIntent first; else by the label on the payment, within the tenant alone. */
async function loadAttempts(rows: Rows, payments: PaymentRow[]): Promise<Map<string, AttemptFacts>> {
  const labelled = payments.map((payment) => parsePublicId('attempt', payment.metadata.mb_attempt ?? ''))
  const found = await rows<AttemptFacts & { tenant_id: string; k_payment_id: string; by_session: boolean }>(
    `SELECT k.id AS k_payment_id, a.tenant_id, a.id, a.mode, a.connection_id, a.store_id, a.order_id, a.amount, a.currency, a.order_revision, a.session_id, a.session_status, a.payment_intent_id,
            a.payment_intent_id = k.stripe_id AND a.connection_id = k.connection_id AS by_session
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[]) k(tenant_id, id, connection_id, stripe_id, attempt_id)
       JOIN LATERAL (
         SELECT * FROM checkout_attempt s WHERE s.tenant_id = k.tenant_id AND s.connection_id = k.connection_id AND s.payment_intent_id = k.stripe_id
         UNION
         SELECT * FROM checkout_attempt l WHERE l.tenant_id = k.tenant_id AND l.id = k.attempt_id
       ) a ON true`,
    payments.map((p) => p.tenant_id),
    payments.map((p) => p.id),
    payments.map((p) => p.connection_id),
    payments.map((p) => p.stripe_id),
    labelled,
  )
  const byPayment = new Map<string, AttemptFacts>()
  for (const { k_payment_id, by_session, ...attempt } of found) {
    const key = paymentKey({ tenant_id: attempt.tenant_id, payment_id: k_payment_id })
    if (by_session || !byPayment.has(key)) byPayment.set(key, attempt)
  }
  return byPayment
}

/** The ledger rows of a payment: those that its objects name, and those whose source is one of its objects. */
async function loadLedger(
  rows: Rows,
  payments: PaymentRow[],
  charges: Map<string, ChargeRow[]>,
  refunds: Map<string, RefundRow[]>,
  disputes: Map<string, DisputeRow[]>,
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
    `SELECT DISTINCT ON (k.key, b.tenant_id, b.id) k.key AS k_key, b.*
       FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[]) k(key, tenant_id, connection_id, id, source)
       JOIN LATERAL (
         SELECT * FROM balance_transaction n WHERE n.tenant_id = k.tenant_id AND n.connection_id = k.connection_id AND n.stripe_id = k.id
         UNION
         SELECT * FROM balance_transaction s WHERE s.tenant_id = k.tenant_id AND s.connection_id = k.connection_id AND s.source_id = k.source
       ) b ON true`,
    wanted.map((w) => w.key),
    wanted.map((w) => w.tenant_id),
    wanted.map((w) => w.connection_id),
    wanted.map((w) => w.id),
    wanted.map((w) => w.source),
  )
  const byKey = new Map<string, BalanceTransactionRow[]>()
  for (const { k_key, ...row } of found) byKey.set(k_key, [...(byKey.get(k_key) ?? []), row])
  for (const list of byKey.values()) list.sort((a, b) => a.created_at.getTime() - b.created_at.getTime() || (a.stripe_id < b.stripe_id ? -1 : 1))
  return byKey
}

type OrderPick = (payment: PaymentRow, mine: { charges: ChargeRow[]; matches: MatchFacts[] }, attempt: AttemptFacts | null) => OrderFacts[]

async function loadOrders(
  rows: Rows,
  payments: PaymentRow[],
  charges: Map<string, ChargeRow[]>,
  matches: Map<string, MatchFacts[]>,
  attempts: Map<string, AttemptFacts>,
): Promise<OrderPick> {
  const references = payments.flatMap((payment) => {
    const key = paymentKey({ tenant_id: payment.tenant_id, payment_id: payment.id })
    return [payment.stripe_id, ...(charges.get(key) ?? []).map((charge) => charge.stripe_id)].map((reference) => ({ tenant_id: payment.tenant_id, reference }))
  })
  const claimed = await rows<{ tenant_id: string; order_id: string }>(
    `SELECT DISTINCT c.tenant_id, c.order_id FROM unnest($1::uuid[], $2::text[]) k(tenant_id, reference) JOIN order_payment_claim c USING (tenant_id, reference)`,
    references.map((r) => r.tenant_id),
    references.map((r) => r.reference),
  )
  const wanted = new Map<string, { tenant_id: string; order_id: string }>()
  const want = (tenant_id: string, order_id: string) => wanted.set(`${tenant_id}/${order_id}`, { tenant_id, order_id })
  for (const row of claimed) want(row.tenant_id, row.order_id)
  for (const payment of payments) {
    const key = paymentKey({ tenant_id: payment.tenant_id, payment_id: payment.id })
    for (const match of matches.get(key) ?? []) want(payment.tenant_id, match.order_id)
    const attempt = attempts.get(key)
    if (attempt) want(payment.tenant_id, attempt.order_id)
  }
  const keys = [...wanted.values()]
  const found = await rows<Omit<OrderFacts, 'other_matched'> & { tenant_id: string; matched: { payment_id: string; amount: string }[] }>(
    `SELECT o.tenant_id, o.id, o.mode, o.store_id, s.name AS store_name, s.connection_id, o.external_id, o.display_number, o.status, o.currency, o.total, o.paid_at, o.revision, o.read_at,
            ARRAY(SELECT c.reference FROM order_payment_claim c WHERE c.tenant_id = o.tenant_id AND c.order_id = o.id AND c.revision = o.revision ORDER BY c.reference) AS claims,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('revision', r.revision, 'total', r.snapshot->>'total', 'currency', r.snapshot->>'currency') ORDER BY r.revision), '[]') FROM order_revision r WHERE r.tenant_id = o.tenant_id AND r.order_id = o.id) AS revisions,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', l.kind, 'name', l.name, 'quantity', l.quantity, 'total_text', l.total_text) ORDER BY l.position), '[]') FROM order_line l WHERE l.tenant_id = o.tenant_id AND l.order_id = o.id) AS lines,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('payment_id', m.payment_id, 'amount', m.amount::text)), '[]') FROM match m WHERE m.tenant_id = o.tenant_id AND m.order_id = o.id AND m.state = 'active') AS matched
       FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, id) JOIN "order" o USING (tenant_id, id) JOIN store s ON s.tenant_id = o.tenant_id AND s.id = o.store_id
      ORDER BY o.id`,
    keys.map((k) => k.tenant_id),
    keys.map((k) => k.order_id),
  )
  return (payment, mine, attempt) => {
    const mentioned = new Set([payment.stripe_id, ...mine.charges.map((charge) => charge.stripe_id)])
    return found
      .filter(
        (order) =>
          order.tenant_id === payment.tenant_id &&
          (order.id === attempt?.order_id || mine.matches.some((match) => match.order_id === order.id) || order.claims.some((claim) => mentioned.has(claim))),
      )
      .map(({ tenant_id: _tenant, matched, ...order }) => ({
        ...order,
        revisions: order.revisions.map((revision) => ({ ...revision, total: revision.total === null ? null : BigInt(revision.total) })),
        other_matched: matched.filter((match) => match.payment_id !== payment.id).reduce((sum, match) => sum + BigInt(match.amount), 0n),
      }))
  }
}

export function paymentKey(key: PaymentKey): string {
  return `${key.tenant_id}/${key.payment_id}`
}

function grouped<Row>(rows: Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}
