import { capturedOf, orderKey, predict, type OrderFact, type PaymentFact, type Prediction } from '../world/books'
import type { ShopOrder } from '../world/shop'
import type { Checking } from './violation'

type Explained = {
  tenant_id: string
  stripe_id: string
  word: string
  order_hop: string
  store_hop: string
  balance_hop: string
  order: string | null
  exceptions: string[]
}

/** E3, E2, M1 and M6 as they hold at any moment. */
export async function checkConsequences({ books, query, report, tenantIds }: Checking): Promise<void> {
  for (const fault of books.seen) report(fault.invariant, fault.tenant, fault.subject, fault.expected, fault.found)
  const silent = await query<{ tenant_id: string; stripe_id: string }>(
    `SELECT p.tenant_id, p.stripe_id FROM payment p JOIN reconciliation r ON r.tenant_id = p.tenant_id AND r.payment_id = p.id
      WHERE p.tenant_id = ANY($1) AND p.status = 'succeeded' AND p.attribution = 'proven' AND r.store_hop <> 'proven' AND r.order_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM exception x WHERE x.tenant_id = p.tenant_id AND x.payment_id = p.id AND x.state = 'open' AND x.type IN ('amount_differs', 'currency_differs', 'wrong_store'))
        AND NOT EXISTS (SELECT 1 FROM effect e WHERE e.tenant_id = p.tenant_id AND e.payment_id = p.id AND e.kind = 'order.mark_paid')`,
    [tenantIds],
  )
  for (const row of silent.rows) report('E3', row.tenant_id, row.stripe_id, 'an effect that marks its order paid', 'none')
  const unbooked = await query<{ tenant_id: string; stripe_id: string; absent: string }>(
    `SELECT p.tenant_id, p.stripe_id, n.id AS absent
       FROM payment p JOIN reconciliation r ON r.tenant_id = p.tenant_id AND r.payment_id = p.id CROSS JOIN LATERAL (
         SELECT c.balance_transaction_id AS id FROM charge c WHERE c.tenant_id = p.tenant_id AND c.payment_id = p.id AND c.captured AND c.status = 'succeeded'
         UNION ALL SELECT unnest(ARRAY[f.balance_transaction_id, f.failure_balance_transaction_id]) FROM refund f WHERE f.tenant_id = p.tenant_id AND f.payment_id = p.id
         UNION ALL SELECT unnest(d.legs) FROM dispute d WHERE d.tenant_id = p.tenant_id AND d.payment_id = p.id) n
      WHERE p.tenant_id = ANY($1) AND r.balance_hop = 'proven' AND n.id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM balance_transaction b WHERE b.tenant_id = p.tenant_id AND b.connection_id = p.connection_id AND b.stripe_id = n.id)`,
    [tenantIds],
  )
  for (const row of unbooked.rows) report('M1', row.tenant_id, row.stripe_id, `${row.absent} in the ledger, since the balance is proven`, 'none')
  const matched = await query<{ tenant_id: string; id: string; problem: string }>(
    `SELECT m.tenant_id, m.id, 'currency' AS problem FROM match m JOIN payment p ON p.tenant_id = m.tenant_id AND p.id = m.payment_id JOIN "order" o ON o.tenant_id = m.tenant_id AND o.id = m.order_id
      WHERE m.tenant_id = ANY($1) AND m.state = 'active' AND (m.currency <> p.currency OR m.currency <> o.currency)
     UNION ALL
     SELECT m.tenant_id, m.payment_id, 'more than the payment' FROM match m JOIN payment p ON p.tenant_id = m.tenant_id AND p.id = m.payment_id
      WHERE m.tenant_id = ANY($1) AND m.state = 'active' GROUP BY m.tenant_id, m.payment_id, p.amount_captured HAVING sum(m.amount) > p.amount_captured`,
    [tenantIds],
  )
  for (const row of matched.rows) report('M6', row.tenant_id, row.id, 'a match within payment and order', row.problem)
}

/** M6, T1, E1, E2: each payment explained as predicted, each order told once. For the end of a history. */
export async function checkOrders(checking: Checking): Promise<void> {
  const { books, query, report, tenantIds, ids, world } = checking
  const { rows } = await query<Explained>(
    `SELECT p.tenant_id, p.stripe_id, r.word, r.order_hop, r.store_hop, r.balance_hop, o.external_id AS "order",
            ARRAY(SELECT DISTINCT x.type FROM exception x WHERE x.tenant_id = p.tenant_id AND x.payment_id = p.id AND x.state = 'open' ORDER BY 1) AS exceptions
       FROM payment p LEFT JOIN reconciliation r ON r.tenant_id = p.tenant_id AND r.payment_id = p.id LEFT JOIN "order" o ON o.tenant_id = p.tenant_id AND o.id = r.order_id
      WHERE p.tenant_id = ANY($1)`,
    [tenantIds],
  )
  const found = new Map(rows.map((row) => [`${row.tenant_id}/${row.stripe_id}`, row]))
  for (const payment of books.payments.values()) {
    const row = found.get(`${ids.get(payment.tenant)}/${payment.id}`)
    if (row) checkExplained(checking, payment, predict(books, payment, atShop(world, payment.order)?.transaction_id), row)
  }
  for (const order of books.orders.values()) {
    const at_shop = atShop(world, order)
    if (at_shop) checkShop(checking, order, at_shop)
  }
  await checkAttempts(checking)
  const open = await query<{ tenant_id: string; id: string; state: string; last_error: string | null }>(
    `SELECT tenant_id, key AS id, state, last_error FROM effect WHERE tenant_id = ANY($1) AND state NOT IN ('done', 'skipped')`,
    [tenantIds],
  )
  for (const effect of open.rows) report('J4', effect.tenant_id, effect.id, 'done or skipped', `${effect.state}: ${effect.last_error}`)
}

function atShop(world: Checking['world'], order: OrderFact | null): ShopOrder | undefined {
  return order === null ? undefined : world.shops.get(`${order.tenant}/${order.store}`)?.orders.get(Number(order.number))
}

function checkExplained({ report, world }: Checking, payment: PaymentFact, said: Prediction, row: Explained): void {
  if (isRaced(atShop(world, payment.order), payment)) return
  const differs = (what: string, expected: unknown, found: unknown) => report('M6', payment.tenant, `${payment.id} ${what}`, expected, found)
  for (const hop of ['order_hop', 'store_hop', 'balance_hop'] as const) if (row[hop] !== said[hop]) differs(hop, said[hop], row[hop])
  const order = said.order?.number ?? null
  if (row.order !== order) report('T1', payment.tenant, `${payment.id} order`, order, row.order)
  const word = wordOf(said)
  if (word === 'settled' ? !['settled', 'paid_out', 'reconciled'].includes(row.word) : row.word !== word) differs('word', word, row.word)
  for (const types of said.exceptions) if (!types.some((type) => row.exceptions.includes(type))) differs('exception', types.join(' or '), row.exceptions)
  const allowed = said.exceptions.flat()
  for (const type of row.exceptions) if (!allowed.includes(type)) differs('exception', allowed, type)
}

function wordOf(said: Prediction): string {
  if (said.order_hop !== 'proven') return 'unmatched'
  if (said.store_hop !== 'proven') return 'linked'
  return said.balance_hop === 'proven' ? 'settled' : 'confirmed'
}

/** The shop keeper and our write met in the same moment, which no shop can tell apart: our payment stands there as paid. */
function isRaced(at_shop: ShopOrder | undefined, payment: PaymentFact): boolean {
  return payment.order?.spoiled != null && at_shop?.transaction_id === payment.id && (at_shop.status === 'processing' || at_shop.status === 'completed')
}

function checkShop({ books, report }: Checking, order: OrderFact, at_shop: ShopOrder): void {
  const subject = `order ${orderKey(order)}`
  const paid = order.payments.filter((payment) => payment.state === 'paid' && !payment.mislabelled)
  const told = paid.filter((payment) => predict(books, payment, at_shop.transaction_id).store_hop === 'proven')
  const [payment] = told
  if (payment) {
    const went_on = at_shop.status === 'completed' || (order.called_off && at_shop.status === 'cancelled')
    const line = `${went_on ? 'processing' : at_shop.status} ${at_shop.transaction_id} marked ${at_shop.marked}`
    if (line !== `processing ${payment.id} marked 1`) report('E1', order.tenant, subject, `processing ${payment.id} marked 1`, line)
  } else if (at_shop.marked > (paid.length > 0 && order.spoiled !== null ? 1 : 0)) report('E1', order.tenant, subject, 'never marked paid', at_shop.marked)
  if (at_shop.marked_over > 0) report('E1', order.tenant, subject, 'an order that its shop called off left alone', 'marked as paid')
  // A worker that stood still between its last look and its write repeats it, which changes nothing; a habit would be blind.
  if (at_shop.marked_again > 1) report('E1', order.tenant, subject, 'no write that is repeated blindly', at_shop.marked_again)
  const notes = at_shop.notes.map((note) => note.note)
  for (const note of new Set(notes)) {
    const times = notes.filter((other) => other === note).length
    if (times > 1) report('E1', order.tenant, subject, 'each note once', `${times} times: ${note}`)
  }
  for (const one of [...paid, ...(order.claimed_by ? [order.claimed_by] : [])]) {
    if (predict(books, one).order_hop !== 'proven') continue
    const naming = (id: string) => notes.filter((note) => note.includes(id)).length
    for (const refund of one.refunds.values())
      if ((refund.state === 'succeeded' || refund.state === 'failed') && naming(refund.id) === 0)
        report('E1', order.tenant, subject, `a note on ${refund.id}`, 'none')
    for (const dispute of one.disputes.values()) if (naming(dispute.id) === 0) report('E1', order.tenant, subject, `a note on ${dispute.id}`, 'none')
  }
}

/** E2: each session is one attempt's, and the attempt says of it what Stripe does. */
async function checkAttempts({ books, query, report, tenantIds, ids }: Checking): Promise<void> {
  const { rows } = await query<{ tenant_id: string; session_id: string | null; state: string; order: string; amount: number }>(
    `SELECT a.tenant_id, a.session_id, a.state, o.external_id AS "order", a.amount::float8 AS amount FROM checkout_attempt a JOIN "order" o ON o.tenant_id = a.tenant_id AND o.id = a.order_id WHERE a.tenant_id = ANY($1)`,
    [tenantIds],
  )
  const found = new Map(rows.filter((row) => row.session_id !== null).map((row) => [`${row.tenant_id}/${row.session_id}`, row]))
  for (const session of books.sessions.values()) {
    const row = found.get(`${ids.get(session.tenant)}/${session.id}`)
    if (!row) {
      if (session.state !== 'expired') report('E2', session.tenant, session.id, 'an attempt that knows this session', 'none')
      continue
    }
    const paid = [...books.payments.values()].some((payment) => payment.session === session.id && payment.state === 'paid' && capturedOf(payment) > 0)
    const states = paid
      ? ['paid']
      : session.delayed === 'failed'
        ? ['failed']
        : session.state === 'complete'
          ? ['processing']
          : session.state === 'expired'
            ? ['expired', 'canceled']
            : ['open']
    if (!states.includes(row.state)) report('S1', session.tenant, `attempt of ${session.id}`, states.join(' or '), row.state)
    if (row.amount !== session.amount || row.order !== session.order?.number)
      report('T1', session.tenant, `attempt of ${session.id}`, `${session.order?.number} ${session.amount}`, `${row.order} ${row.amount}`)
  }
}
