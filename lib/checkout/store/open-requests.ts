import { workerPool } from '@/lib/db/pools'
import type { Mode } from '@/lib/kernel/mode'
import type { Operation } from './requests'

export type OpenRequest = { tenant_id: string; mode: Mode; attempt_id: string; operation: Operation; generation: number; sent_at: Date }

/** Requests to Stripe without an answer, of all tenants, the oldest first; those of revoked connections cannot be looked up. */
export async function selectOpenRequests(sentBefore: Date, after: OpenRequest | null, limit: number): Promise<OpenRequest[]> {
  const { rows } = await workerPool().query(
    `SELECT r.tenant_id, r.mode, r.attempt_id, r.operation, r.generation, r.sent_at
       FROM outbound_request r JOIN connection c ON c.tenant_id = r.tenant_id AND c.id = r.connection_id AND c.state = 'active'
      WHERE r.state IN ('sent', 'unanswered') AND r.attempt_id IS NOT NULL AND r.operation IN ('create_session', 'expire_session')
        AND r.sent_at < $1 AND ($2::timestamptz IS NULL OR (r.sent_at, r.attempt_id) > ($2::timestamptz, $3::uuid))
      ORDER BY r.sent_at, r.attempt_id LIMIT $4`,
    [sentBefore, after?.sent_at ?? null, after?.attempt_id ?? null, limit],
  )
  return rows as OpenRequest[]
}
