import type { Sql } from '@/lib/db/pools'
import { channels } from '@/lib/db/notify'

export async function postponeUntilKnown(sql: Sql, keys: readonly { tenant_id: string; payment_id: string }[], dueAt: Date): Promise<void> {
  await sql.query({
    name: 'wake_ledger',
    text: `WITH k AS (SELECT * FROM unnest($1::uuid[], $2::uuid[]) u(tenant_id, payment_id)),
           named AS (
             SELECT c.tenant_id, c.connection_id, x.id FROM k JOIN charge c USING (tenant_id, payment_id) CROSS JOIN LATERAL (VALUES (c.balance_transaction_id), (c.failure_balance_transaction_id)) x(id)
             UNION SELECT r.tenant_id, r.connection_id, x.id FROM k JOIN refund r USING (tenant_id, payment_id) CROSS JOIN LATERAL (VALUES (r.balance_transaction_id), (r.failure_balance_transaction_id)) x(id)
             UNION SELECT d.tenant_id, d.connection_id, x.id FROM k JOIN dispute d USING (tenant_id, payment_id) CROSS JOIN LATERAL unnest(d.legs) x(id)),
           waiting AS (
             SELECT DISTINCT n.tenant_id, n.connection_id FROM named n
              WHERE n.id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM balance_transaction b WHERE b.tenant_id = n.tenant_id AND b.connection_id = n.connection_id AND b.stripe_id = n.id)),
           due AS (
             INSERT INTO sync_cursor (tenant_id, connection_id, kind, due_at) SELECT tenant_id, connection_id, 'balance_transactions', $3 FROM waiting ORDER BY 1, 2
             ON CONFLICT (tenant_id, connection_id, kind) DO UPDATE SET due_at = LEAST(sync_cursor.due_at, EXCLUDED.due_at) RETURNING 1)
           SELECT pg_notify($4, '') FROM due LIMIT 1`,
    values: [keys.map((key) => key.tenant_id), keys.map((key) => key.payment_id), dueAt, channels.settle],
  })
}

export async function lookSoon(sql: Sql, connections: readonly { tenant_id: string; connection_id: string }[], dueAt: Date): Promise<void> {
  await sql.query(
    `WITH due AS (
       INSERT INTO sync_cursor (tenant_id, connection_id, kind, due_at)
       SELECT DISTINCT tenant_id, connection_id, 'balance_transactions', $3::timestamptz FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, connection_id) ORDER BY 1, 2
       ON CONFLICT (tenant_id, connection_id, kind) DO UPDATE SET due_at = LEAST(sync_cursor.due_at, EXCLUDED.due_at) RETURNING 1)
     SELECT pg_notify($4, '') FROM due LIMIT 1`,
    [connections.map((row) => row.tenant_id), connections.map((row) => row.connection_id), dueAt, channels.settle],
  )
}
