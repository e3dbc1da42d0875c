import type { ChargeRow, PaymentRow } from '@/lib/payments/core/payment'
import type { AttemptFacts, MatchFacts, OrderFacts } from '../core/facts'
import { grouped, paymentKey, type Rows } from './facts-by-payment'

type OrderPick = (payment: PaymentRow, mine: { charges: ChargeRow[]; matches: MatchFacts[] }, attempt: AttemptFacts | null) => OrderFacts[]

/** The orders that have to do with these payments: named by a match, an attempt or the store itself; and how to pick those of one. */
export async function loadOrders(
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
  const found = await rows<Omit<OrderFacts, 'other_kept'> & { tenant_id: string; matched: { payment_id: string; kept: string }[] }>(
    'order',
    `SELECT o.tenant_id, o.id, o.mode, o.store_id, s.name AS store_name, s.connection_id, o.external_id, o.display_number, o.status, o.currency, o.total, o.paid_at, CASE WHEN o.deleted_at <= o.read_at THEN o.deleted_at END AS deleted_at, o.revision, o.read_at,
            ARRAY(SELECT c.reference FROM order_payment_claim c WHERE c.tenant_id = o.tenant_id AND c.order_id = o.id AND c.revision = o.revision ORDER BY c.reference) AS claims,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('revision', r.revision, 'total', r.snapshot->>'total', 'currency', r.snapshot->>'currency') ORDER BY r.revision), '[]') FROM order_revision r WHERE r.tenant_id = o.tenant_id AND r.order_id = o.id) AS revisions,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', l.kind, 'name', l.name, 'quantity', l.quantity, 'total_text', l.total_text) ORDER BY l.position), '[]') FROM order_line l WHERE l.tenant_id = o.tenant_id AND l.order_id = o.id) AS lines,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('payment_id', m.payment_id, 'kept', greatest(m.amount - p.amount_refunded - p.amount_disputed, 0)::text)), '[]')
               FROM match m CROSS JOIN LATERAL (SELECT t.amount_refunded, t.amount_disputed FROM payment t WHERE t.tenant_id = m.tenant_id AND t.id = m.payment_id OFFSET 0) p
              WHERE m.tenant_id = o.tenant_id AND m.order_id = o.id AND m.state = 'active') AS matched
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
        other_kept: keptByOthers(matched, payment.id),
      }))
  }
}

function keptByOthers(matched: readonly { payment_id: string; kept: string }[], paymentId: string): bigint | null {
  const others = matched.filter((match) => match.payment_id !== paymentId)
  return others.length === 0 ? null : others.reduce((sum, match) => sum + BigInt(match.kept), 0n)
}
