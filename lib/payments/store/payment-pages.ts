import type { Executor } from '@/lib/db/executor'
import type { Scope } from '@/lib/db/tenant'
import type { PagePart } from '@/lib/kernel/page'
import type { PaymentFilter } from '../core/payment-filter'
import { conditionsOf, needsWord, shownStatus, shownWord, type PutValue } from './conditions'

/** One row of a list, as the database gives it: amounts as text of minor units, times as Date. */
export type PaymentLineRow = {
  id: string
  stripe_id: string
  origin: string
  attribution: string
  status: string
  shown_status: string
  word: string | null
  currency: string
  amount: string
  amount_captured: string
  amount_refunded: string
  fee_state: string
  fee: string | null
  net: string | null
  settlement_currency: string | null
  payment_method_type: string | null
  card_brand: string | null
  card_last4: string | null
  customer_email: string | null
  latest_charge_id: string | null
  created_at: Date
  order_id: string | null
  order_display_number: string | null
  customer_name: string | null
  store_id: string | null
  store_name: string | null
  attempt_id: string | null
  session_id: string | null
  attempt_names_payment: boolean | null
  order_hop: string | null
  order_rule: string | null
  store_hop: string | null
  balance_hop: string | null
  payout_hop: string | null
}

export const lineColumns = `p.id, p.stripe_id, p.origin, p.attribution, p.status, ${shownStatus} AS shown_status, ${shownWord} AS word, p.currency, p.amount::text AS amount,
  p.amount_captured::text AS amount_captured, p.amount_refunded::text AS amount_refunded, p.fee_state, p.fee::text AS fee, p.net::text AS net, p.settlement_currency, p.payment_method_type,
  p.card_brand, p.card_last4, p.customer_email, p.latest_charge_id, p.created_at, r.order_id, r.order_display_number, o.customer_name, coalesce(p.store_id, o.store_id) AS store_id, s.name AS store_name,
  p.attempt_id, a.session_id, a.payment_intent_id = p.stripe_id AS attempt_names_payment, r.order_hop, r.order_rule, r.store_hop, r.balance_hop, r.payout_hop`

export const lineJoins = `
  LEFT JOIN reconciliation r ON r.tenant_id = p.tenant_id AND r.payment_id = p.id
  LEFT JOIN "order" o ON o.tenant_id = p.tenant_id AND o.id = r.order_id
  LEFT JOIN store s ON s.tenant_id = p.tenant_id AND s.id = coalesce(p.store_id, o.store_id)
  LEFT JOIN checkout_attempt a ON a.tenant_id = p.tenant_id AND a.id = p.attempt_id`

/**
 * Conditions are put together from constants; every value is a parameter. The order is that of the indexes
 * `payment_*created*`. The page is cut before anything is joined to it, so that its cost is that of its rows.
 */
export async function findPaymentPage(
  db: Executor,
  scope: Scope,
  filter: PaymentFilter,
  zone: string,
  page: PagePart & { oldestFirst: boolean },
): Promise<PaymentLineRow[]> {
  const values: unknown[] = []
  const put: PutValue = (value, type) => `$${values.push(value)}::${type === 'date' ? 'text::date' : type === 'bigint' ? 'text::bigint' : type}`
  const where = conditionsOf(scope, filter, zone, put)
  // Reading away from the start of the list follows its order; reading back goes against it.
  const descends = (page.towards === 'older') !== page.oldestFirst
  if (page.from !== null)
    where.push(`(p.created_at, p.id) ${descends ? '<' : '>'} (${put(page.from.at.toISOString(), 'timestamptz')}, ${put(page.from.id, 'uuid')})`)
  const order = descends ? 'DESC' : 'ASC'
  return db.query<PaymentLineRow>(
    `WITH page AS MATERIALIZED (
       SELECT p.* FROM payment p ${needsWord(filter) ? 'JOIN reconciliation r ON r.tenant_id = p.tenant_id AND r.payment_id = p.id' : ''}
        WHERE ${where.join(' AND ')} ORDER BY p.created_at ${order}, p.id ${order} LIMIT ${put(page.limit, 'int')})
     SELECT ${lineColumns} FROM page p ${lineJoins} ORDER BY p.created_at ${order}, p.id ${order}`,
    values,
  )
}

/** Of the newest 1,000 payments: a filter need not know what happened once, years ago. */
export async function findChoices(db: Executor, scope: Scope): Promise<{ methods: string[]; currencies: string[] }> {
  const [row] = await db.query<{ methods: string[] | null; currencies: string[] | null }>(
    `SELECT array_agg(DISTINCT payment_method_type ORDER BY payment_method_type) FILTER (WHERE payment_method_type IS NOT NULL) AS methods,
            array_agg(DISTINCT currency ORDER BY currency) AS currencies
       FROM (SELECT p.payment_method_type, p.currency FROM payment p WHERE p.tenant_id = $1::uuid AND p.mode = $2::text ORDER BY p.created_at DESC, p.id DESC LIMIT 1000) newest`,
    [scope.tenant_id, scope.mode],
  )
  return { methods: row?.methods ?? [], currencies: row?.currencies ?? [] }
}
