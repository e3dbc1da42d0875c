import { createHash } from 'node:crypto'
import { withClient } from '@/scripts/postgres/connect'
import Stripe from 'stripe'
import type { Tenant, Traffic } from './traffic'

/** Tenants with a connection, its endpoint and their stores, by the database's superuser: nothing here is measured. */
export function storeTenants(adminUrl: string, tenants: Tenant[]): Promise<void> {
  return withClient(adminUrl, async (client) => {
    const rows = JSON.stringify(tenants)
    const from = `FROM jsonb_to_recordset($1::jsonb) AS t (id uuid, connection uuid, account text, endpoint text, stores uuid[])`
    await client.query(`INSERT INTO tenant (id, slug, name, time_zone, created_at) SELECT id, account, account, 'UTC', '2026-01-01' ${from}`, [rows])
    await client.query(
      `INSERT INTO connection (tenant_id, id, mode, kind, account_id, name, country, default_currency, state, created_at)
       SELECT id, connection, 'test', 'connect', account, account, 'US', 'usd', 'active', '2026-01-01' ${from}`,
      [rows],
    )
    await client.query(`INSERT INTO stripe_account (account_id, mode, tenant_id, connection_id) SELECT account, 'test', id, connection ${from}`, [rows])
    await client.query(
      `INSERT INTO webhook_endpoint (id, kind, mode, account_id, secrets_sealed, api_version, url, state, created_at)
       SELECT endpoint, 'account', 'test', account, '{x}', '${Stripe.API_VERSION}', 'https://example.com', 'inactive', '2026-01-01' ${from}`,
      [rows],
    )
    await client.query(
      `INSERT INTO store (tenant_id, id, mode, name, platform, connection_id, currency, time_zone, hosts, state, created_at)
       SELECT t.id, s, 'test', 'Lamp shop', 'woocommerce', t.connection, 'usd', 'UTC', '{}', 'active', '2026-01-01' ${from} CROSS JOIN unnest(t.stores) s`,
      [rows],
    )
    await client.query('ANALYZE')
  })
}

/** The orders and attempts of the traffic, and its deliveries as `receive` stores them. */
export function storeTraffic(adminUrl: string, traffic: Traffic): Promise<void> {
  return withClient(adminUrl, async (client) => {
    const orders = JSON.stringify(traffic.orders)
    const from = `FROM jsonb_to_recordset($1::jsonb) AS o (tenant_id uuid, id uuid, store_id uuid, external_id text, total bigint, read_ms bigint, paid_ms bigint, claim text)`
    const at = (column: string) => `to_timestamp(${column} / 1000.0)`
    await client.query(
      `INSERT INTO "order" (tenant_id, id, store_id, mode, external_id, display_number, status, currency, total, total_text, customer_email, placed_at, paid_at, revision, content_hash, read_at, created_at)
       SELECT tenant_id, id, store_id, 'test', external_id, '#' || external_id, 'pending', 'usd', total, (total / 100.0)::text, 'ann@example.com', ${at('read_ms')}, ${at('paid_ms')}, 1, 'a', ${at('read_ms')}, ${at('read_ms')} ${from}`,
      [orders],
    )
    await client.query(
      `INSERT INTO order_line (tenant_id, order_id, position, kind, name, quantity, total, total_text)
       SELECT tenant_id, id, n, 'item', 'Desk lamp, brass, ' || n, '1', total, (total / 100.0)::text ${from} CROSS JOIN generate_series(1, 2) n`,
      [orders],
    )
    await client.query(
      `INSERT INTO order_revision (tenant_id, order_id, revision, content_hash, snapshot, cause, read_at)
       SELECT tenant_id, id, 1, 'a', jsonb_build_object('total', total::text, 'currency', 'usd', 'status', 'pending'), 'sync', ${at('read_ms')} ${from}`,
      [orders],
    )
    await client.query(
      `INSERT INTO order_payment_claim (tenant_id, order_id, reference, gateway, paid_at, revision, read_at)
       SELECT tenant_id, id, claim, 'stripe', ${at('paid_ms')}, 1, ${at('read_ms')} ${from} WHERE claim IS NOT NULL`,
      [orders],
    )
    await client.query(
      `INSERT INTO checkout_attempt (tenant_id, id, mode, store_id, order_id, connection_id, state, amount, currency, order_revision, session_id, session_status, client_secret_sealed, pay_token_hash, created_by, created_at, opened_at)
       SELECT tenant_id, id, 'test', store_id, order_id, connection_id, 'open', amount, 'usd', 1, session_id, 'open', repeat('s', 160), '\\x00', 'api_key', ${at('created_ms')}, ${at('created_ms')}
         FROM jsonb_to_recordset($1::jsonb) AS a (tenant_id uuid, id uuid, store_id uuid, order_id uuid, connection_id uuid, amount bigint, session_id text, created_ms bigint)`,
      [JSON.stringify(traffic.attempts)],
    )
    for (let start = 0; start < traffic.events.length; start += 500) {
      const some = traffic.events.slice(start, start + 500)
      await client.query(
        `INSERT INTO inbox_event (bucket, id, scope, event_id, kind, endpoint_id, mode, account_id, type, object_id, api_version, created_at, body, body_sha256, received_at)
         SELECT e.bucket, e.id, e.scope, e.event_id, 'delivery', e.endpoint, 'test', e.account, e.type, e.object_id, '${Stripe.API_VERSION}', ${at('e.created_ms')}, e.body, e.hash, ${at('e.received_ms')}
           FROM ROWS FROM (
             jsonb_to_recordset($1::jsonb) AS (bucket int, id uuid, scope text, event_id text, endpoint text, account text, type text, object_id text, created_ms bigint, received_ms bigint),
             unnest($2::bytea[]), unnest($3::bytea[])
           ) AS e (bucket, id, scope, event_id, endpoint, account, type, object_id, created_ms, received_ms, body, hash)`,
        [
          JSON.stringify(
            some.map(({ tenant, ...event }) => ({
              ...event,
              body: undefined,
              bucket: tenant.bucket,
              scope: tenant.scope,
              endpoint: tenant.endpoint,
              account: tenant.account,
            })),
          ),
          some.map((event) => Buffer.from(event.body)),
          some.map((event) => createHash('sha256').update(event.body).digest()),
        ],
      )
    }
  })
}
