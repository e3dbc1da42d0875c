import { channels } from '@/lib/db/notify'
import { workerPool } from '@/lib/db/pools'

/**
 * Open sessions past their end, and delayed payments without news for a while: one wanted read each. Of all tenants; those
 * of revoked connections cannot be read, and those that are wanted already take nobody's place.
 */
export async function wantSilentSessions(at: { now: Date; overdue: Date; askedBefore: Date }): Promise<void> {
  await workerPool().query(
    `WITH wanted AS (
       INSERT INTO object_read (tenant_id, connection_id, object_id, reason, wanted_at, due_at)
       SELECT a.tenant_id, a.connection_id, a.session_id, 'silent_attempt', $1, $1
         FROM checkout_attempt a JOIN connection c ON c.tenant_id = a.tenant_id AND c.id = a.connection_id AND c.state = 'active'
        WHERE a.session_id IS NOT NULL AND (a.session_as_of IS NULL OR a.session_as_of < $3)
          AND NOT EXISTS (SELECT 1 FROM object_read r WHERE r.tenant_id = a.tenant_id AND r.connection_id = a.connection_id AND r.object_id = a.session_id)
          AND ((a.state = 'open' AND a.session_expires_at < $2) OR (a.state = 'processing' AND a.opened_at < $1::timestamptz - interval '1 day' AND coalesce(a.session_as_of, a.opened_at) < $1::timestamptz - interval '1 day'))
        ORDER BY a.tenant_id, a.id LIMIT 500
       ON CONFLICT (tenant_id, connection_id, object_id) DO NOTHING RETURNING 1)
     SELECT pg_notify($4, '')::text FROM wanted LIMIT 1`,
    [at.now, at.overdue, at.askedBefore, channels.reads],
  )
}
