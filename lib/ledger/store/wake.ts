import type { Sql } from '@/lib/db/pools'
import { channels } from '@/lib/db/notify'

/** Notifies only when a look became due earlier than it was: a busy connection announces itself with every batch. */
export async function lookSoon(sql: Sql, connections: readonly { tenant_id: string; connection_id: string }[], dueAt: Date): Promise<void> {
  await sql.query({
    name: 'look_soon',
    text: `WITH due AS (
       INSERT INTO sync_cursor (tenant_id, connection_id, kind, due_at)
       SELECT tenant_id, connection_id, 'balance_transactions', $3::timestamptz FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, connection_id) ORDER BY 1, 2
       ON CONFLICT (tenant_id, connection_id, kind) DO UPDATE SET due_at = EXCLUDED.due_at WHERE sync_cursor.due_at > EXCLUDED.due_at RETURNING 1)
     SELECT pg_notify($4, '') FROM due LIMIT 1`,
    values: [connections.map((row) => row.tenant_id), connections.map((row) => row.connection_id), dueAt, channels.settle],
  })
}
