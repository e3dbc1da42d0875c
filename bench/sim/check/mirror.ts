import { balanceOf, capturedOf, everRefundedOf, predict, type PaymentFact } from '../world/books'
import type { Checking } from './violation'

type PaymentRow = {
  tenant_id: string
  stripe_id: string
  mode: string
  origin: string
  status: string
  currency: string
  amount: number
  captured: number
  refunded: number
  disputed: number
  fee_state: string
  fee: number | null
  net: number | null
  settlement_currency: string | null
  transitions: number
}

const mirrors = ['payment', 'charge', 'refund', 'dispute', 'balance_transaction', 'payout'] as const

/**
 * T2, T4 and bounds that hold at any moment: nothing of another account, no live row, never more taken than asked for,
 * and nothing that has not happened yet.
 */
export async function checkBounds({ world, books, query, report, tenantIds, keys }: Checking): Promise<void> {
  for (const table of mirrors) {
    const { rows } = await query<{ tenant_id: string; stripe_id: string; mode: string }>(
      `SELECT tenant_id, stripe_id, mode FROM ${table} WHERE tenant_id = ANY($1)`,
      [tenantIds],
    )
    for (const row of rows) {
      if (row.mode !== 'test') report('T4', row.tenant_id, row.stripe_id, 'test', row.mode)
      if (!world.accounts.get(keys.get(row.tenant_id) ?? '')?.things.has(row.stripe_id))
        report('T2', row.tenant_id, row.stripe_id, `a ${table} of this account`, 'of another, or of none')
    }
  }
  const { rows } = await query<{ tenant_id: string; stripe_id: string; amount: number; captured: number; refunded: number }>(
    `SELECT tenant_id, stripe_id, CASE status WHEN 'unknown' THEN NULL ELSE amount END::float8 AS amount, amount_captured::float8 AS captured, amount_refunded::float8 AS refunded
       FROM payment WHERE tenant_id = ANY($1) AND (amount_captured > 0 OR amount_refunded > 0)`,
    [tenantIds],
  )
  for (const row of rows) {
    if (row.amount !== null && row.captured > row.amount) report('M3', row.tenant_id, row.stripe_id, `at most ${row.amount} captured`, row.captured)
    const fact = books.payments.get(row.stripe_id)
    if (!fact) continue
    if (row.captured > capturedOf(fact)) report('M3', row.tenant_id, row.stripe_id, `${capturedOf(fact)} captured so far`, row.captured)
    if (row.refunded > everRefundedOf(fact)) report('M3', row.tenant_id, row.stripe_id, `at most ${everRefundedOf(fact)} refunded so far`, row.refunded)
  }
}

/** D5, S1, M1, M3, A1: payments, tries, refunds, disputes and the ledger as the model says. For the end of a history. */
export async function checkMirror(checking: Checking): Promise<void> {
  await checkPayments(checking)
  await checkTries(checking)
  await checkMoneyBack(checking)
  await checkLedger(checking)
  await checkPayouts(checking)
}

async function checkPayments({ books, query, report, tenantIds, ids }: Checking): Promise<void> {
  const { rows } = await query<PaymentRow>(
    `SELECT p.tenant_id, p.stripe_id, p.mode, p.origin, p.status, p.currency, p.amount::float8 AS amount, p.amount_captured::float8 AS captured, p.amount_refunded::float8 AS refunded,
            p.amount_disputed::float8 AS disputed, p.fee_state, p.fee::float8 AS fee, p.net::float8 AS net, p.settlement_currency,
            (SELECT count(*) FROM payment_transition t JOIN inbox_event e ON e.bucket = t.inbox_bucket AND e.id = t.inbox_id WHERE t.tenant_id = p.tenant_id AND t.payment_id = p.id AND e.state = 'applied')::int AS transitions
       FROM payment p WHERE p.tenant_id = ANY($1)`,
    [tenantIds],
  )
  const found = new Map(rows.map((row) => [`${row.tenant_id}/${row.stripe_id}`, row]))
  for (const payment of books.payments.values()) {
    const row = found.get(`${ids.get(payment.tenant)}/${payment.id}`)
    found.delete(`${ids.get(payment.tenant)}/${payment.id}`)
    if (!row) {
      report('D5', payment.tenant, payment.id, 'a payment', 'none')
      continue
    }
    const said = predict(books, payment)
    for (const field of [
      'status',
      'currency',
      'amount',
      'captured',
      'refunded',
      'disputed',
      'fee_state',
      'fee',
      'net',
      'settlement_currency',
      'origin',
    ] as const) {
      const expected = field === 'currency' ? payment.currency : said[field]
      if (row[field] !== expected) report(invariantOf(field), payment.tenant, `${payment.id} ${field}`, expected, row[field])
    }
    if (row.transitions === 0) report('A1', payment.tenant, payment.id, 'a transition that names its applied inbox row', 'none')
  }
  for (const row of found.values()) report('D5', row.tenant_id, row.stripe_id, 'no such payment', `one in state ${row.status}`)
}

function invariantOf(field: string): string {
  if (field === 'status') return 'S1'
  return ['captured', 'refunded', 'disputed', 'fee', 'net', 'fee_state', 'settlement_currency'].includes(field) ? 'M3' : field === 'origin' ? 'T1' : 'D5'
}

async function checkTries({ books, query, report, tenantIds, ids }: Checking): Promise<void> {
  const { rows } = await query<{ tenant_id: string; payment: string; stripe_id: string; status: string; captured: number }>(
    `SELECT c.tenant_id, p.stripe_id AS payment, c.stripe_id, c.status, CASE WHEN c.captured AND c.status = 'succeeded' THEN c.amount_captured ELSE 0 END::float8 AS captured
       FROM charge c JOIN payment p ON p.tenant_id = c.tenant_id AND p.id = c.payment_id WHERE c.tenant_id = ANY($1)`,
    [tenantIds],
  )
  const found = new Map(rows.map((row) => [`${row.tenant_id}/${row.stripe_id}`, row]))
  for (const payment of books.payments.values()) {
    for (const fact of payment.tries.values()) {
      const row = found.get(`${ids.get(payment.tenant)}/${fact.id}`)
      const expected = `${payment.id} ${fact.state} ${fact.captured}`
      if (!row) report('D5', payment.tenant, fact.id, expected, 'no such charge')
      else if (`${row.payment} ${row.status} ${row.captured}` !== expected)
        report('S1', payment.tenant, fact.id, expected, `${row.payment} ${row.status} ${row.captured}`)
    }
  }
}

async function checkMoneyBack({ books, query, report, tenantIds, ids }: Checking): Promise<void> {
  const { rows } = await query<{ tenant_id: string; kind: string; stripe_id: string; line: string }>(
    `SELECT r.tenant_id, 'refund' AS kind, r.stripe_id, concat_ws(' ', p.stripe_id, r.status, r.amount) AS line FROM refund r JOIN payment p ON p.tenant_id = r.tenant_id AND p.id = r.payment_id WHERE r.tenant_id = ANY($1)
     UNION ALL
     SELECT d.tenant_id, 'dispute', d.stripe_id, concat_ws(' ', p.stripe_id, d.status, d.amount, array_length(d.legs, 1)) FROM dispute d JOIN payment p ON p.tenant_id = d.tenant_id AND p.id = d.payment_id WHERE d.tenant_id = ANY($1)`,
    [tenantIds],
  )
  const found = new Map(rows.map((row) => [`${row.tenant_id}/${row.stripe_id}`, row.line]))
  const compare = (payment: PaymentFact, id: string, expected: string) => {
    const line = found.get(`${ids.get(payment.tenant)}/${id}`)
    if (line !== expected) report('S1', payment.tenant, id, expected, line ?? 'none')
  }
  for (const payment of books.payments.values()) {
    for (const refund of payment.refunds.values()) compare(payment, refund.id, `${payment.id} ${refund.state} ${refund.amount}`)
    for (const dispute of payment.disputes.values()) {
      const legs = (books.movements.get(payment.tenant) ?? []).filter((movement) => movement.source === dispute.id).length
      compare(payment, dispute.id, [payment.id, dispute.status, dispute.amount, ...(legs > 0 ? [legs] : [])].join(' '))
    }
  }
}

/** M1: what was booked, per currency, to the minor unit. */
async function checkLedger({ world, books, query, report, tenantIds, ids }: Checking): Promise<void> {
  const { rows } = await query<{ tenant_id: string; currency: string; line: string }>(
    `SELECT tenant_id, currency, concat_ws(' ', count(*), sum(amount), sum(fee), sum(net)) AS line FROM balance_transaction WHERE tenant_id = ANY($1) GROUP BY tenant_id, currency`,
    [tenantIds],
  )
  for (const tenant of world.tenants) {
    const found = new Map(rows.filter((row) => row.tenant_id === ids.get(tenant.key)).map((row) => [row.currency, row.line]))
    const expected = balanceOf(books, tenant.key)
    for (const currency of new Set([...found.keys(), ...expected.keys()])) {
      const sums = expected.get(currency)
      const line = sums ? `${sums.count} ${sums.amount} ${sums.fee} ${sums.net}` : 'none'
      if ((found.get(currency) ?? 'none') !== line)
        report('M1', tenant.key, `balance in ${currency} (count amount fee net)`, line, found.get(currency) ?? 'none')
    }
  }
}

async function checkPayouts({ books, query, report, tenantIds, ids }: Checking): Promise<void> {
  const { rows } = await query<{ tenant_id: string; stripe_id: string; line: string }>(
    `SELECT tenant_id, stripe_id, concat_ws(' ', status, amount, currency, reconciliation_status) AS line FROM payout WHERE tenant_id = ANY($1)`,
    [tenantIds],
  )
  const found = new Map(rows.map((row) => [`${row.tenant_id}/${row.stripe_id}`, row.line]))
  for (const payout of books.payouts.values()) {
    const expected = `${payout.state} ${payout.amount} ${payout.currency} ${payout.itemised ? 'completed' : payout.automatic ? 'in_progress' : 'not_applicable'}`
    const line = found.get(`${ids.get(payout.tenant)}/${payout.id}`)
    if (line !== expected) report('S1', payout.tenant, payout.id, expected, line ?? 'none')
  }
}
