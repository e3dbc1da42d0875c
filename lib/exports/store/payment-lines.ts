import { escapeLiteral, type PoolClient } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { Scope } from '@/lib/db/tenant'
import { currenciesWith } from '@/lib/money/core/currency'
import type { PaymentFilter } from '@/lib/payments/core/payment-filter'
import { paymentConditions, type PutValue } from '@/lib/payments/queries'
import { lineColumns, type LineColumn } from '../core/columns'
import type { ControlTotals } from '../core/totals'

/** What goes into a file. `batch` is the public id of its row. */
export type Lines = { scope: Scope; tenant_slug: string; zone: string; filter: PaymentFilter; batch: string }

// COPY takes no parameters: values are quoted by the driver, and only ids, days and words of closed shapes come here.
const put: PutValue = (value, type) => (value === null ? `NULL::${type}` : `${escapeLiteral(String(value))}::${type}`)

/**
 * Opens the CSV as a stream that reads from the connection only as fast as it is read from. `drop` cuts the connection:
 * a server that waits for us to read does not hear a polite goodbye.
 */
export function openLines(client: PoolClient, lines: Lines): { source: Readable; drop(): void } {
  const source = client.query(copyTo(`COPY (${lineSelect(lines)}) TO STDOUT WITH (FORMAT csv, HEADER true, ENCODING 'UTF8')`))
  const { connection } = source as unknown as { connection?: { stream: Socket } }
  return { source, drop: () => connection?.stream.destroy() }
}

/** The sums of the same rows, in the same snapshot. */
export async function sumLines(client: PoolClient, { scope, filter, zone }: Lines): Promise<ControlTotals & { rows: number }> {
  const { where } = paymentConditions(scope, filter, zone, put)
  const { rows } = await client.query<{ totals: ControlTotals; rows: number }>(
    `WITH p AS MATERIALIZED (SELECT p.currency, p.amount_captured, p.amount_refunded, p.fee_state, p.fee, p.net, p.settlement_currency FROM payment p
       LEFT JOIN reconciliation r ON r.tenant_id = p.tenant_id AND r.payment_id = p.id WHERE ${where})
     SELECT (SELECT count(*)::int FROM p) AS rows,
            json_build_object(
              'presentment', (SELECT coalesce(json_agg(t ORDER BY t.currency), '[]') FROM (SELECT currency, count(*)::int AS payments, sum(amount_captured)::text AS taken, sum(amount_refunded)::text AS refunded FROM p GROUP BY currency) t),
              'settlement', (SELECT coalesce(json_agg(t ORDER BY t.currency), '[]') FROM (SELECT settlement_currency AS currency, count(*)::int AS payments, sum(fee + net)::text AS gross, sum(fee)::text AS fee, sum(net)::text AS net
                               FROM p WHERE fee_state = 'known' AND settlement_currency IS NOT NULL GROUP BY settlement_currency) t)) AS totals`,
  )
  const [row] = rows
  return { rows: row?.rows ?? 0, presentment: row?.totals.presentment ?? [], settlement: row?.totals.settlement ?? [] }
}

function lineSelect({ scope, tenant_slug, zone, filter, batch }: Lines): string {
  const { where, status, word } = paymentConditions(scope, filter, zone, put)
  const cells: Record<LineColumn, string> = {
    tenant: put(tenant_slug, 'text'),
    store: 's.name',
    platform: 's.platform',
    external_order_id: 'coalesce(r.order_external_id, o.external_id)',
    order_display_number: 'coalesce(r.order_display_number, o.display_number)',
    checkout_attempt_id: publicId('att', 'p.attempt_id'),
    payment_intent_id: 'p.stripe_id',
    charge_id: 'c.stripe_id',
    balance_transaction_id: 'c.balance_transaction_id',
    reporting_category: 'b.reporting_category',
    created_utc: `to_char(p.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`,
    created_local: `to_char(p.created_at AT TIME ZONE ${put(zone, 'text')}, 'YYYY-MM-DD HH24:MI:SS')`,
    timezone: put(zone, 'text'),
    presentment_amount: decimal('p.amount_captured', 'p.currency'),
    presentment_currency: 'p.currency',
    gross: decimal('(p.fee + p.net)', 'p.settlement_currency'),
    fee: decimal('p.fee', 'p.settlement_currency'),
    fee_status: 'p.fee_state',
    net: decimal('p.net', 'p.settlement_currency'),
    settlement_currency: 'p.settlement_currency',
    exchange_rate: 'CASE WHEN p.settlement_currency <> p.currency THEN b.exchange_rate END',
    payout_id: 'NULL::text',
    payout_status: 'NULL::text',
    payout_arrival_date: 'NULL::text',
    trace_id: 'NULL::text',
    bank_match_status: 'r.bank_hop',
    match_state: word,
    match_rule: 'r.order_rule',
    exception_code: `(SELECT string_agg(DISTINCT e.type, ' ' ORDER BY e.type) FROM exception e WHERE e.tenant_id = p.tenant_id AND e.payment_id = p.id AND e.state = 'open')`,
    export_batch_id: put(batch, 'text'),
    payment_id: publicId('pay', 'p.id'),
    payment_status: status,
    requested_amount: decimal('p.amount', 'p.currency'),
    refunded_amount: decimal('p.amount_refunded', 'p.currency'),
    disputed_amount: decimal('p.amount_disputed', 'p.currency'),
  }
  const columns = lineColumns.map(({ name, kind }) => `${kind === 'text' ? guarded(cells[name]) : cells[name]} AS ${name}`)
  return `SELECT ${columns.join(', ')}
    FROM payment p
    LEFT JOIN reconciliation r ON r.tenant_id = p.tenant_id AND r.payment_id = p.id
    LEFT JOIN "order" o ON o.tenant_id = p.tenant_id AND o.id = r.order_id
    LEFT JOIN store s ON s.tenant_id = p.tenant_id AND s.id = coalesce(p.store_id, o.store_id)
    LEFT JOIN LATERAL (SELECT h.stripe_id, h.balance_transaction_id FROM charge h WHERE h.tenant_id = p.tenant_id AND h.payment_id = p.id AND h.status = 'succeeded' AND h.captured ORDER BY h.created_at DESC, h.stripe_id DESC LIMIT 1) c ON true
    LEFT JOIN balance_transaction b ON b.tenant_id = p.tenant_id AND b.connection_id = p.connection_id AND b.stripe_id = c.balance_transaction_id
    WHERE ${where} ORDER BY p.created_at DESC, p.id DESC`
}

/** Minor units as a decimal in major units: exact, because a numeric divided by a power of ten ends. */
function decimal(minor: string, currency: string): string {
  const codes = (decimals: 0 | 3) =>
    currenciesWith(decimals)
      .map((code) => `'${code}'`)
      .join(', ')
  return `CASE WHEN ${currency} IN (${codes(0)}) THEN (${minor})::text WHEN ${currency} IN (${codes(3)}) THEN round((${minor})::numeric / 1000, 3)::text ELSE round((${minor})::numeric / 100, 2)::text END`
}

/**
 * Text that a spreadsheet would run as a formula gets an apostrophe in front: = + - @ and their full-width forms, also
 * behind spaces, and anything that begins with a tab or a line end.
 */
function guarded(text: string): string {
  return `regexp_replace(${text}, '^(?=[\\t\\r\\n]|[[:space:]]*[=+@\\uFF1D\\uFF0B\\uFF0D\\uFF20-])', '''')`
}

function publicId(prefix: 'att' | 'pay', uuid: string): string {
  return `'${prefix}_' || replace(${uuid}::text, '-', '')`
}
