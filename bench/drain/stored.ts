import type { Client } from 'pg'
import { withClient } from '@/scripts/postgres/connect'
import type { Tenant } from './traffic'

/** A uuid v7 of the n-th payment: rows of a history come in the order of their ids. */
const uuid = (n: string, place: number) =>
  `(lpad(to_hex(1735689600000 + ${n}::bigint * 20), 12, '0') || '7' || lpad(to_hex(${place}), 3, '0') || '8' || lpad(to_hex(${n}::bigint), 15, '0'))::uuid`
const at = (n: string) => `(timestamptz '2025-01-01' + ${n} * interval '20 ms')`

/**
 * Fills a database with payments that were made, matched and settled long ago, with everything that belongs to each:
 * order, lines, revision, claim, attempt, charge, transitions, match, record, effect, balance transaction and
 * deliveries. Set-based, indexes made afterwards, foreign keys not asked.
 */
export async function storeHistory(adminUrl: string, tenants: Tenant[], payments: number): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await client.query(`SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '1GB'`)
    await client.query(`CREATE UNLOGGED TABLE history AS
      SELECT n, t.id AS tenant_id, t.connection AS connection_id, t.account, t.scope, t.bucket, t.endpoint, t.stores[1 + n % 2] AS store_id, 500 + n % 20000 AS amount, ${at('n')} AS at,
             ${uuid('n', 1)} AS payment_id, ${uuid('n', 2)} AS order_id, ${uuid('n', 3)} AS attempt_id, ${uuid('n', 4)} AS charge_id, ${uuid('n', 5)} AS transaction_id, ${uuid('n', 6)} AS match_id,
             'pi_s' || n AS pi, 'ch_s' || n AS ch, 'txn_s' || n AS txn, 'cs_s' || n AS cs
        FROM generate_series(1, ${Math.floor(payments)}) n
        JOIN (SELECT row_number() OVER () - 1 AS place, t.* FROM jsonb_to_recordset('${JSON.stringify(tenants)}'::jsonb) AS t (id uuid, connection uuid, account text, scope text, bucket int, endpoint text, stores uuid[])) t
          ON t.place = n % ${tenants.length}`)
    const tables = Object.keys(inserts)
    const indexes = payments > 20_000 ? await dropIndexes(client, tables) : []
    for (const [table, select] of Object.entries(inserts)) await client.query(`INSERT INTO "${table}" ${select}`)
    for (const index of indexes) await client.query(index)
    await client.query('DROP TABLE history')
  })
  // Visibility and statistics as autovacuum leaves them.
  await withClient(adminUrl, async (client) => void (await client.query('VACUUM (ANALYZE)')))
  await withClient(adminUrl, async (client) => void (await client.query('CHECKPOINT')))
}

async function dropIndexes(client: Client, tables: string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string; made: string; constraint: string | null }>(
    `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS made, c.conname AS constraint
       FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'p'
      WHERE t.relname = ANY($1) AND t.relnamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = i.indexrelid) AND c.conname IS NULL`,
    [tables],
  )
  for (const row of rows) await client.query(`DROP INDEX ${row.name}`)
  return rows.map((row) => row.made)
}

const inserts: Record<string, string> = {
  order: `(tenant_id, id, store_id, mode, external_id, display_number, status, currency, total, total_text, customer_email, placed_at, paid_at, revision, content_hash, read_at, payment_state, matched_amount, created_at)
    SELECT tenant_id, order_id, store_id, 'test', 's' || n, '#' || n, 'completed', 'usd', amount, amount::text, 'c' || n || '@example.com', at, at, 1, 'a', at, 'paid', amount, at FROM history`,
  order_line: `(tenant_id, order_id, position, kind, name, quantity, total, total_text) SELECT tenant_id, order_id, 1, 'item', 'Desk lamp', '1', amount, amount::text FROM history`,
  order_revision: `(tenant_id, order_id, revision, content_hash, snapshot, cause, read_at) SELECT tenant_id, order_id, 1, 'a', '{"total":"1","currency":"usd"}', 'sync', at FROM history`,
  order_payment_claim: `(tenant_id, order_id, reference, gateway, paid_at, revision, read_at) SELECT tenant_id, order_id, pi, 'stripe', at, 1, at FROM history`,
  checkout_attempt: `(tenant_id, id, mode, store_id, order_id, connection_id, state, amount, currency, order_revision, session_id, session_status, session_payment_status, payment_intent_id, client_secret_sealed, pay_token_hash, created_by, created_at, opened_at, ended_at)
    SELECT tenant_id, attempt_id, 'test', store_id, order_id, connection_id, 'paid', amount, 'usd', 1, cs, 'complete', 'paid', pi, repeat('s', 100), '\\x00', 'api_key', at, at, at FROM history`,
  payment: `(tenant_id, id, mode, connection_id, stripe_id, origin, attempt_id, store_id, status, currency, amount, amount_captured, fee_state, fee, net, settlement_currency, latest_charge_id, payment_method_type, card_brand, card_last4, customer_email, attribution, created_at, succeeded_at, snapshot_at, updated_at)
    SELECT tenant_id, payment_id, 'test', connection_id, pi, 'checkout', attempt_id, store_id, 'succeeded', 'usd', amount, amount, 'known', 30, amount - 30, 'usd', ch, 'card', 'visa', lpad((n % 10000)::text, 4, '0'), 'c' || n || '@example.com', 'proven', at, at, at, at FROM history`,
  charge: `(tenant_id, id, mode, connection_id, stripe_id, payment_id, status, amount, currency, captured, amount_captured, balance_transaction_id, payment_method_type, card_brand, card_last4, customer_email, created_at, snapshot_at)
    SELECT tenant_id, charge_id, 'test', connection_id, ch, payment_id, 'succeeded', amount, 'usd', true, amount, txn, 'card', 'visa', '4242', 'c' || n || '@example.com', at, at FROM history`,
  payment_transition: `(tenant_id, id, payment_id, inbox_bucket, inbox_id, event_id, kind, type, object_id, changes, at, received_at)
    SELECT tenant_id, ${uuid('n', 16)} , payment_id, bucket, ${uuid('n', 32)}, 'evt_s' || n, 'delivery', 'payment_intent.created', pi, '{"status":["unknown","requires_payment_method"]}'::jsonb, at, at FROM history
    UNION ALL SELECT tenant_id, ${uuid('n', 17)} , payment_id, bucket, ${uuid('n', 33)}, 'evt_t' || n, 'delivery', 'charge.succeeded', ch, '{"status":["unknown","succeeded"]}'::jsonb, at, at FROM history
    UNION ALL SELECT tenant_id, ${uuid('n', 18)} , payment_id, bucket, ${uuid('n', 34)}, 'evt_u' || n, 'delivery', 'payment_intent.succeeded', pi, '{"status":["requires_payment_method","succeeded"]}'::jsonb, at, at FROM history`,
  match: `(tenant_id, id, mode, payment_id, order_id, amount, currency, rule, confidence, evidence, order_revision, state, created_at, created_by)
    SELECT tenant_id, match_id, 'test', payment_id, order_id, amount, 'usd', 'attempt', 100, '{}', 1, 'active', at, 'matching' FROM history`,
  reconciliation: `(tenant_id, payment_id, mode, word, order_hop, order_rule, order_evidence, order_hop_at, store_hop, store_rule, store_hop_at, balance_hop, balance_hop_at, payout_hop, payout_hop_at, bank_hop, bank_hop_at, store_id, attempt_id, order_id, order_external_id, order_display_number, stripe_ids, event_ids, updated_at)
    SELECT tenant_id, payment_id, 'test', 'settled', 'proven', 'attempt', '{}', at, 'proven', 'store_read_back', at, 'proven', at, 'not_due', at, 'not_due', at, store_id, attempt_id, order_id, 's' || n, '#' || n, jsonb_build_object('payment_intent', pi), ARRAY['evt_s' || n, 'evt_t' || n, 'evt_u' || n], at FROM history`,
  effect: `(tenant_id, id, mode, key, kind, store_id, order_id, payment_id, payload, state, attempts, due_at, created_at, done_at)
    SELECT tenant_id, ${uuid('n', 48)}, 'test', 'order.mark_paid:' || order_id || ':' || pi, 'order.mark_paid', store_id, order_id, payment_id, '{}', 'done', 1, at, at, at FROM history`,
  balance_transaction: `(tenant_id, id, mode, connection_id, stripe_id, type, reporting_category, balance_type, amount, fee, net, currency, source_id, status, available_on, created_at, inbox_bucket, inbox_id)
    SELECT tenant_id, transaction_id, 'test', connection_id, txn, 'charge', 'charge', 'payments', amount, 30, amount - 30, 'usd', ch, 'available', at, at, bucket, ${uuid('n', 35)} FROM history`,
  fee_detail: `(tenant_id, balance_transaction_id, position, type, amount, currency) SELECT tenant_id, transaction_id, 0, 'stripe_fee', 30, 'usd' FROM history`,
  inbox_event: `(bucket, id, scope, event_id, kind, endpoint_id, mode, account_id, type, object_id, created_at, body, body_sha256, received_at, tenant_id, connection_id, state, attempts, processed_at)
    SELECT bucket, ${uuid('n', 32)}, scope, 'evt_s' || n, 'delivery', endpoint, 'test', account, 'payment_intent.created', pi, at, '\\x7b7d'::bytea, '\\x00'::bytea, at, tenant_id, connection_id, 'applied', 1, at FROM history
    UNION ALL SELECT bucket, ${uuid('n', 33)}, scope, 'evt_t' || n, 'delivery', endpoint, 'test', account, 'charge.succeeded', ch, at, '\\x7b7d'::bytea, '\\x00'::bytea, at, tenant_id, connection_id, 'applied', 1, at FROM history`,
}
