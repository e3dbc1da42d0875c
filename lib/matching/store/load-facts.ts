import type { Sql } from '@/lib/db/pools'
import { parsePublicId } from '@/lib/kernel/public-id'
import type { BalanceTransactionRow } from '@/lib/ledger/core/balance-transaction'
import type { DisputeRow } from '@/lib/disputes/core/dispute'
import type { ChargeRow, PaymentRow } from '@/lib/payments/core/payment'
import type { RefundRow } from '@/lib/refunds/core/refund'
import type { AttemptFacts, Facts, MatchFacts, OrderFacts, Tally } from '../core/facts'

export type PaymentKey = { tenant_id: string; payment_id: string }

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
  attempts: readonly (AttemptFacts & { tenant_id: string })[]
  transitions: readonly { tenant_id: string; payment_id: string; event_id: string; kind: string; received_at: Date }[]
}

/**
 * The facts of many payments, of any tenants, with one query per table, those that do not wait for each other sent
 * together. Payments that are neither stored nor pending are left out.
 */
export async function loadFacts(sql: Sql, keys: readonly PaymentKey[], pending: Pending | null = null): Promise<Facts[]> {
  const tenants = keys.map((key) => key.tenant_id)
  const ids = keys.map((key) => key.payment_id)
  const rows = async <Row>(name: string, text: string, ...values: unknown[]): Promise<Row[]> =>
    (await sql.query({ name: `facts_${name}`, text, values })).rows as Row[]

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
    rows<Tally & PaymentKey>(
      'tally',
      `SELECT k.tenant_id, k.payment_id, t.event_ids, t.first_webhook_at, t.last_webhook_at, e.retry_count, e.effect_keys, e.order_asked
         FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, payment_id)
         CROSS JOIN LATERAL (
           SELECT coalesce(array_agg(t.event_id) FILTER (WHERE t.kind IN ('delivery', 'backfill')), '{}') AS event_ids,
                  min(t.received_at) FILTER (WHERE t.kind = 'delivery') AS first_webhook_at, max(t.received_at) FILTER (WHERE t.kind = 'delivery') AS last_webhook_at
             FROM payment_transition t WHERE t.tenant_id = k.tenant_id AND t.payment_id = k.payment_id) t
         CROSS JOIN LATERAL (
           SELECT coalesce(sum(greatest(e.attempts - 1, 0)), 0)::int AS retry_count, coalesce(array_agg(e.key), '{}') AS effect_keys,
                  coalesce(bool_or(e.kind = 'order.mark_paid' AND e.receipt ? 'read_at'), false) AS order_asked FROM effect e WHERE e.tenant_id = k.tenant_id AND e.payment_id = k.payment_id) e`,
      tenants,
      ids,
    ),
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

function inOrder<Row extends { created_at: Date; stripe_id: string }>(rows: Row[]): Row[] {
  return rows.sort((a, b) => a.created_at.getTime() - b.created_at.getTime() || (a.stripe_id < b.stripe_id ? -1 : a.stripe_id > b.stripe_id ? 1 : 0))
}

function tallyOf(stored: Tally | undefined, added: readonly Pending['transitions'][number][]): Tally {
  const delivered = added.filter((row) => row.kind === 'delivery').map((row) => row.received_at.getTime())
  const at = (which: (...times: number[]) => number, known: Date | null | undefined): Date | null => {
    const times = known ? [...delivered, known.getTime()] : delivered
    return times.length === 0 ? null : new Date(which(...times))
  }
  const heard = added.filter((row) => row.kind === 'delivery' || row.kind === 'backfill').map((row) => row.event_id)
  return {
    event_ids: [...new Set([...(stored?.event_ids ?? []), ...heard])].sort(),
    first_webhook_at: at(Math.min, stored?.first_webhook_at),
    last_webhook_at: at(Math.max, stored?.last_webhook_at),
    retry_count: stored?.retry_count ?? 0,
    effect_keys: stored?.effect_keys ?? [],
    order_asked: stored?.order_asked ?? false,
  }
}

type Rows = <Row>(name: string, text: string, ...values: unknown[]) => Promise<Row[]>

/**
 * By the session's PaymentIntent first; else by the label on the payment, within the tenant alone. The PaymentIntent is
 * asked for as a range in its order: only its own index answers so. While there are few attempts, the planner takes any
 * index that begins with tenant and connection for as good, and would read every attempt of the connection.
 */
async function loadAttempts(rows: Rows, payments: readonly PaymentRow[], pending: Pending['attempts']): Promise<Map<string, AttemptFacts>> {
  const labelled = payments.map((payment) => parsePublicId('attempt', payment.metadata.mb_attempt ?? ''))
  const found = await rows<AttemptFacts & { tenant_id: string; k_payment_id: string }>(
    'attempt',
    `SELECT k.id AS k_payment_id, a.tenant_id, a.id, a.mode, a.connection_id, a.store_id, a.order_id, a.amount, a.currency, a.order_revision, a.session_id, a.session_status, a.payment_intent_id
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[]) k(tenant_id, id, connection_id, stripe_id, attempt_id)
       JOIN LATERAL (
         (SELECT s.tenant_id, s.id FROM checkout_attempt s
           WHERE s.tenant_id = k.tenant_id AND s.connection_id = k.connection_id AND s.payment_intent_id BETWEEN k.stripe_id AND k.stripe_id ORDER BY s.payment_intent_id)
         UNION
         SELECT k.tenant_id, k.attempt_id WHERE k.attempt_id IS NOT NULL
       ) i ON true
       CROSS JOIN LATERAL (SELECT * FROM checkout_attempt t WHERE t.tenant_id = i.tenant_id AND t.id = i.id OFFSET 0) a`,
    payments.map((p) => p.tenant_id),
    payments.map((p) => p.id),
    payments.map((p) => p.connection_id),
    payments.map((p) => p.stripe_id),
    labelled,
  )
  const stored = grouped(found, (row) => row.k_payment_id)
  const changed = new Map(pending.map((attempt) => [attempt.id, attempt]))
  const named = grouped(
    pending.filter((attempt) => attempt.payment_intent_id !== null),
    (attempt) => sessionKey(attempt.tenant_id, attempt.connection_id, attempt.payment_intent_id),
  )
  const byPayment = new Map<string, AttemptFacts>()
  payments.forEach((payment, place) => {
    const candidates = [
      ...(stored.get(payment.id) ?? []).map((row) => changed.get(row.id) ?? row),
      ...(named.get(sessionKey(payment.tenant_id, payment.connection_id, payment.stripe_id)) ?? []),
    ]
    const attempt =
      candidates.findLast((row) => row.payment_intent_id === payment.stripe_id && row.connection_id === payment.connection_id) ??
      candidates.find((row) => row.id === labelled[place])
    if (attempt) byPayment.set(paymentKey({ tenant_id: payment.tenant_id, payment_id: payment.id }), attemptFacts(attempt))
  })
  return byPayment
}

function sessionKey(tenant_id: string, connection_id: string, payment_intent_id: string | null): string {
  return `${tenant_id}/${connection_id}/${payment_intent_id ?? ''}`
}

function attemptFacts(row: AttemptFacts): AttemptFacts {
  return {
    id: row.id,
    mode: row.mode,
    connection_id: row.connection_id,
    store_id: row.store_id,
    order_id: row.order_id,
    amount: row.amount,
    currency: row.currency,
    order_revision: row.order_revision,
    session_id: row.session_id,
    session_status: row.session_status,
    payment_intent_id: row.payment_intent_id,
  }
}

/** The ledger rows of a payment: those that its objects name, and those whose source is one of its objects. */
async function loadLedger(
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

type OrderPick = (payment: PaymentRow, mine: { charges: ChargeRow[]; matches: MatchFacts[] }, attempt: AttemptFacts | null) => OrderFacts[]

async function loadOrders(
  rows: Rows,
  payments: readonly PaymentRow[],
  charges: Map<string, ChargeRow[]>,
  matches: Map<string, MatchFacts[]>,
  attempts: Map<string, AttemptFacts>,
): Promise<OrderPick> {
  const references: { tenant_id: string; reference: string }[] = []
  const wanted = new Map<string, { tenant_id: string; order_id: string }>()
  const want = (tenant_id: string, order_id: string) => wanted.set(`${tenant_id}/${order_id}`, { tenant_id, order_id })
  for (const payment of payments) {
    const key = paymentKey({ tenant_id: payment.tenant_id, payment_id: payment.id })
    for (const reference of [payment.stripe_id, ...(charges.get(key) ?? []).map((charge) => charge.stripe_id)])
      references.push({ tenant_id: payment.tenant_id, reference })
    for (const match of matches.get(key) ?? []) want(payment.tenant_id, match.order_id)
    const attempt = attempts.get(key)
    if (attempt) want(payment.tenant_id, attempt.order_id)
  }
  const keys = [...wanted.values()]
  const found = await rows<Omit<OrderFacts, 'other_matched'> & { tenant_id: string; matched: { payment_id: string; amount: string }[] }>(
    'order',
    `SELECT o.tenant_id, o.id, o.mode, o.store_id, s.name AS store_name, s.connection_id, o.external_id, o.display_number, o.status, o.currency, o.total, o.paid_at, o.revision, o.read_at,
            ARRAY(SELECT c.reference FROM order_payment_claim c WHERE c.tenant_id = o.tenant_id AND c.order_id = o.id AND c.revision = o.revision ORDER BY c.reference) AS claims,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('revision', r.revision, 'total', r.snapshot->>'total', 'currency', r.snapshot->>'currency') ORDER BY r.revision), '[]') FROM order_revision r WHERE r.tenant_id = o.tenant_id AND r.order_id = o.id) AS revisions,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', l.kind, 'name', l.name, 'quantity', l.quantity, 'total_text', l.total_text) ORDER BY l.position), '[]') FROM order_line l WHERE l.tenant_id = o.tenant_id AND l.order_id = o.id) AS lines,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('payment_id', m.payment_id, 'amount', m.amount::text)), '[]') FROM match m WHERE m.tenant_id = o.tenant_id AND m.order_id = o.id AND m.state = 'active') AS matched
       FROM (
         SELECT tenant_id, id FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, id)
         UNION
         SELECT c.tenant_id, c.order_id FROM unnest($3::uuid[], $4::text[]) k(tenant_id, reference) CROSS JOIN LATERAL (
           SELECT * FROM order_payment_claim t WHERE t.tenant_id = k.tenant_id AND t.reference = k.reference OFFSET 0) c
       ) k CROSS JOIN LATERAL (SELECT * FROM "order" t WHERE t.tenant_id = k.tenant_id AND t.id = k.id OFFSET 0) o
       CROSS JOIN LATERAL (SELECT * FROM store t WHERE t.tenant_id = o.tenant_id AND t.id = o.store_id OFFSET 0) s
      ORDER BY o.id`,
    keys.map((k) => k.tenant_id),
    keys.map((k) => k.order_id),
    references.map((r) => r.tenant_id),
    references.map((r) => r.reference),
  )
  // Found from both sides, so that a batch of many payments of one tenant does not compare each with every order.
  const byId = new Map(found.map((order) => [`${order.tenant_id}/${order.id}`, order]))
  const byClaim = grouped(
    found.flatMap((order) => order.claims.map((claim) => ({ claim: `${order.tenant_id}/${claim}`, order }))),
    (row) => row.claim,
  )
  return (payment, mine, attempt) => {
    const mentioned = [payment.stripe_id, ...mine.charges.map((charge) => charge.stripe_id)]
    const named = [attempt?.order_id, ...mine.matches.map((match) => match.order_id)].map((id) => byId.get(`${payment.tenant_id}/${id}`))
    const claiming = mentioned.flatMap((reference) => (byClaim.get(`${payment.tenant_id}/${reference}`) ?? []).map((row) => row.order))
    return [...new Set([...named, ...claiming])]
      .filter((order) => order !== undefined)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
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

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}
