import { channels, notifyAll } from '@/lib/db/notify'
import type { Sql } from '@/lib/db/pools'
import { toJson, writeRows } from '@/lib/db/rows'
import { effectKey } from '@/lib/effects/core/effect'
import { queueEffects } from '@/lib/effects/queue-effects'
import { same } from '@/lib/inbox/core/standing'
import { newId } from '@/lib/kernel/id'
import { findingTypes, type Verdict } from '../core/verdict'
import type { Facts } from '../core/facts'
import type { PaymentKey } from './facts-by-payment'
import { derivedFields, isStored, reconciliationColumns, reconciliationRow, type ReconciliationRow } from '../core/reconciliation-row'

export type Explained = { facts: Facts; verdict: Verdict }
export type SharedOrder = { tenant_id: string; id: string }

/** A match that the facts prove and that is not recorded yet. */
export type MatchRow = NonNullable<Verdict['match']> & {
  tenant_id: string
  id: string
  mode: string
  payment_id: string
  confidence: number
  state: string
  created_at: Date
  created_by: string
}

/** Records matches; another writer's match wins quietly. @returns the ids of those that were recorded. */
export async function insertMatches(sql: Sql, rows: MatchRow[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set()
  const result = await sql.query({
    name: 'insert_matches',
    text: `INSERT INTO match (tenant_id, id, mode, payment_id, order_id, amount, currency, rule, confidence, evidence, order_revision, state, created_at, created_by)
     SELECT tenant_id, id, mode, payment_id, order_id, amount, currency, rule, confidence, evidence, order_revision, state, created_at, created_by
       FROM jsonb_to_recordset($1::jsonb) AS m (tenant_id uuid, id uuid, mode text, payment_id uuid, order_id uuid, amount bigint, currency text, rule text, confidence int,
            evidence jsonb, order_revision int, state text, created_at timestamptz, created_by text)
     ON CONFLICT DO NOTHING RETURNING id`,
    values: [toJson(rows)],
  })
  return new Set((result.rows as { id: string }[]).map((row) => row.id))
}

/** The stored records of these payments. */
export async function selectRecords(sql: Sql, keys: readonly PaymentKey[]): Promise<ReconciliationRow[]> {
  const result = await sql.query({
    name: 'select_records',
    text: `SELECT r.* FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, payment_id) CROSS JOIN LATERAL (
             SELECT * FROM reconciliation t WHERE t.tenant_id = k.tenant_id AND t.payment_id = k.payment_id OFFSET 0) r`,
    values: [keys.map((key) => key.tenant_id), keys.map((key) => key.payment_id)],
  })
  return result.rows as ReconciliationRow[]
}

/**
 * Writes what the verdicts say and the stored rows do not say yet; writes nothing where nothing changed. The derived
 * fields of `payment` are written before it, because what an order is worth follows from them. The statements do not
 * wait for each other: on one connection they run in this order.
 * @returns the orders that several payments paid, of which one of these keeps another share now or which are worth
 *   something else
 */
export async function writeVerdicts(sql: Sql, explained: Explained[], stored: ReconciliationRow[], now: Date): Promise<SharedOrder[]> {
  const changed = changedRecords(explained, stored, now)
  const [shared] = await Promise.all([
    updateOrders(sql, explained),
    writeRows(sql, 'reconciliation', reconciliationColumns, changed, { key: ['tenant_id', 'payment_id'], update: recordUpdate }),
    writeFindings(sql, explained, now),
    queueEffects(
      sql,
      explained.flatMap(({ facts: { payment, tally }, verdict }) =>
        verdict.effects
          .filter((effect) => !tally.effect_keys.includes(effectKey(effect)))
          .map((effect) => ({ ...effect, tenant_id: payment.tenant_id, mode: payment.mode, payment_id: payment.id, due_at: now })),
      ),
    ),
    tellOfChanges(sql, changed),
  ])
  return [...shared, ...explained.flatMap(sharedAnew)]
}

const moneyFields = ['amount_captured', 'amount_refunded', 'amount_disputed'] as const

/** The orders that others paid as well, if this payment keeps more or less of its money than it did. */
function sharedAnew({ facts: { payment, orders, matches }, verdict }: Explained): SharedOrder[] {
  if (moneyFields.every((name) => payment[name] === verdict.payment[name])) return []
  return orders
    .filter((order) => order.other_kept !== null && matches.some((match) => match.order_id === order.id))
    .map(({ id }) => ({ tenant_id: payment.tenant_id, id }))
}

/** Whether the derived fields of the payment, as it stands in the facts, are others than the verdict's. */
export function derivesAnew({ facts: { payment }, verdict }: Explained): boolean {
  return derivedFields.some((name) => !same(payment[name], verdict.payment[name]))
}

export async function updatePayments(sql: Sql, explained: Explained[], now: Date): Promise<void> {
  const rows = explained
    .filter(derivesAnew)
    .map(({ facts: { payment }, verdict }) => ({ tenant_id: payment.tenant_id, id: payment.id, updated_at: now, ...verdict.payment }))
  if (rows.length === 0) return
  const set = derivedFields.map((name) => `${name} = v.${name}`).join(', ')
  await sql.query({
    name: 'update_payments',
    text: `UPDATE payment p SET ${set}, updated_at = v.updated_at
       FROM jsonb_to_recordset($1::jsonb) AS v (tenant_id uuid, id uuid, updated_at timestamptz, origin text, attempt_id uuid, store_id uuid, attribution text, amount_captured bigint,
            amount_refunded bigint, amount_disputed bigint, fee_state text, fee bigint, net bigint, settlement_currency text, payment_method_type text, card_brand text, card_last4 text, customer_email text)
      WHERE p.tenant_id = v.tenant_id AND p.id = v.id`,
    values: [toJson(rows)],
  })
}

const recordNames = Object.keys(reconciliationColumns) as (keyof ReconciliationRow & string)[]
/** What is most often new comes first: then no evidence needs to be compared to know that the record is written. */
const compared: typeof recordNames = ['event_ids', 'word', ...recordNames.filter((name) => name !== 'updated_at')]
const recordUpdate = recordNames.filter((name) => name !== 'tenant_id' && name !== 'payment_id')

function changedRecords(explained: Explained[], stored: ReconciliationRow[], now: Date): ReconciliationRow[] {
  const before = new Map(stored.map((row) => [`${row.tenant_id}/${row.payment_id}`, row]))
  return explained.flatMap(({ facts, verdict }) => {
    const old = before.get(`${facts.payment.tenant_id}/${facts.payment.id}`) ?? null
    const row = reconciliationRow(facts, verdict, old, now)
    return old !== null && compared.every((name) => asBefore(old[name], row[name])) ? [] : [row]
  })
}

/** Whether a column already holds this value: what is json there comes back without bigint and Date. */
function asBefore(stored: unknown, value: unknown): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof Date) ? isStored(stored, value) : same(stored, value)
}

async function writeFindings(sql: Sql, explained: Explained[], now: Date): Promise<void> {
  const open = explained.flatMap(({ facts: { payment }, verdict }) =>
    verdict.exceptions.map((finding) => ({
      tenant_id: payment.tenant_id,
      id: newId(),
      mode: payment.mode,
      key: `${finding.type}:${finding.subject_id}`,
      type: finding.type,
      state: 'open',
      subject_kind: 'payment',
      subject_id: finding.subject_id,
      payment_id: payment.id,
      order_id: finding.order_id,
      store_id: finding.store_id,
      amount_at_risk: finding.amount_at_risk,
      currency: finding.currency,
      detail: finding.detail,
      opened_at: now,
    })),
  )
  await Promise.all([insertFindings(sql, open), closeFindings(sql, explained, open, now)])
}

/** What is open already says from now on how much is at risk now. That the order was read once more is nothing new. */
async function insertFindings(sql: Sql, open: object[]): Promise<void> {
  if (open.length > 0) {
    await sql.query(
      `INSERT INTO exception AS x (tenant_id, id, mode, key, type, state, subject_kind, subject_id, payment_id, order_id, store_id, amount_at_risk, currency, detail, opened_at)
       SELECT tenant_id, id, mode, key, type, state, subject_kind, subject_id, payment_id, order_id, store_id, amount_at_risk, currency, detail, opened_at
         FROM jsonb_to_recordset($1::jsonb) AS e (tenant_id uuid, id uuid, mode text, key text, type text, state text, subject_kind text, subject_id text, payment_id uuid, order_id uuid,
              store_id uuid, amount_at_risk bigint, currency text, detail jsonb, opened_at timestamptz)
       ON CONFLICT (tenant_id, key) WHERE state = 'open' DO UPDATE SET order_id = EXCLUDED.order_id, store_id = EXCLUDED.store_id, amount_at_risk = EXCLUDED.amount_at_risk, detail = EXCLUDED.detail
         WHERE (x.order_id, x.store_id, x.amount_at_risk, x.detail - 'order_read_at') IS DISTINCT FROM (EXCLUDED.order_id, EXCLUDED.store_id, EXCLUDED.amount_at_risk, EXCLUDED.detail - 'order_read_at')`,
      [toJson(open)],
    )
  }
}

async function closeFindings(sql: Sql, explained: Explained[], open: { key: string }[], now: Date): Promise<void> {
  await sql.query({
    name: 'close_findings',
    text: `UPDATE exception e SET state = 'closed', closed_at = $5, close_reason = 'no_longer_so'
       FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, payment_id)
      WHERE e.tenant_id = k.tenant_id AND e.payment_id = k.payment_id AND e.state = 'open' AND e.type = ANY($3) AND NOT (e.key = ANY($4))`,
    values: [
      explained.map(({ facts }) => facts.payment.tenant_id),
      explained.map(({ facts }) => facts.payment.id),
      findingTypes,
      open.map((row) => row.key),
      now,
    ],
  })
}

/**
 * What an order's active matches, attempts, refunds and disputes make of it: what was taken and not given back is held
 * against its total.
 */
async function updateOrders(sql: Sql, explained: Explained[]): Promise<SharedOrder[]> {
  const keys = explained.flatMap(({ facts, verdict }) => {
    const ids = new Set([verdict.order?.id, facts.attempt?.order_id, ...facts.matches.map((match) => match.order_id)].filter((id) => id !== undefined))
    return [...ids].map((id) => ({ tenant_id: facts.payment.tenant_id, id }))
  })
  if (keys.length === 0) return []
  const { rows } = await sql.query({
    name: 'update_orders',
    text: `UPDATE "order" o SET matched_amount = n.matched, payment_state = n.payment_state
       FROM (
         SELECT k.tenant_id, k.id, m.matched, m.payments,
                CASE WHEN m.disputed > 0 THEN 'disputed'
                     WHEN m.matched > 0 AND m.refunded >= m.matched THEN 'refunded'
                     WHEN m.matched - m.refunded > coalesce(o.total, m.matched) THEN 'overpaid'
                     WHEN m.refunded > 0 AND m.matched - m.refunded < coalesce(o.total, m.matched) THEN 'partly_refunded'
                     WHEN m.matched > 0 AND m.matched < coalesce(o.total, m.matched) THEN 'underpaid'
                     WHEN m.matched > 0 THEN 'paid'
                     WHEN EXISTS (SELECT 1 FROM checkout_attempt a WHERE a.tenant_id = k.tenant_id AND a.order_id = k.id AND a.state = 'processing') THEN 'processing'
                     ELSE 'unpaid' END AS payment_state
           FROM (SELECT DISTINCT * FROM unnest($1::uuid[], $2::uuid[]) u(tenant_id, id)) k
           CROSS JOIN LATERAL (SELECT t.total FROM "order" t WHERE t.tenant_id = k.tenant_id AND t.id = k.id OFFSET 0) o
           CROSS JOIN LATERAL (
             SELECT count(*) AS payments, coalesce(sum(m.amount), 0)::bigint AS matched, coalesce(sum(least(p.amount_refunded, m.amount)), 0)::bigint AS refunded, coalesce(sum(p.amount_disputed), 0)::bigint AS disputed
               FROM match m CROSS JOIN LATERAL (SELECT t.amount_refunded, t.amount_disputed FROM payment t WHERE t.tenant_id = m.tenant_id AND t.id = m.payment_id OFFSET 0) p
              WHERE m.tenant_id = k.tenant_id AND m.order_id = k.id AND m.state = 'active') m
       ) n
      WHERE o.tenant_id = n.tenant_id AND o.id = n.id AND (o.matched_amount, o.payment_state) IS DISTINCT FROM (n.matched, n.payment_state)
      RETURNING o.tenant_id, o.id, n.payments > 1 AS is_shared`,
    values: [keys.map((key) => key.tenant_id), keys.map((key) => key.id)],
  })
  return (rows as (SharedOrder & { is_shared: boolean })[]).filter((row) => row.is_shared)
}

/** One hint per tenant and mode to the screens that are open. */
async function tellOfChanges(sql: Sql, changed: ReconciliationRow[]): Promise<void> {
  const groups = new Map<string, { tenant_id: string; mode: string; ids: string[] }>()
  for (const { tenant_id, mode, payment_id } of changed) {
    const key = `${tenant_id}/${mode}`
    const group = groups.get(key) ?? { tenant_id, mode, ids: [] }
    if (group.ids.length < 50) group.ids.push(payment_id)
    groups.set(key, group)
  }
  await notifyAll(
    sql,
    channels.changes,
    [...groups.values()].map(({ tenant_id, mode, ids }) => JSON.stringify({ tenant_id, mode, kind: 'payment', ids })),
  )
}
