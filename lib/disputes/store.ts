import type { Executor } from '@/lib/db/executor'
import { channels } from '@/lib/db/notify'
import { workerPool } from '@/lib/db/pools'
import type { Scope } from '@/lib/db/tenant'
import { overStatuses } from './core/dispute'

/** A dispute that waits for an answer. Amount as text of minor units, times UTC. */
export type DisputeDue = {
  id: string
  stripe_id: string
  payment_id: string
  status: string
  amount: string
  currency: string
  reason: string | null
  due_by: Date
  created_at: Date
  order_display_number: string | null
}

export async function findDue(db: Executor, scope: Scope, limit: number): Promise<DisputeDue[]> {
  return db.query<DisputeDue>(
    `SELECT d.id, d.stripe_id, d.payment_id, d.status, d.amount::text AS amount, d.currency, d.reason, d.due_by, d.created_at, r.order_display_number
       FROM dispute d LEFT JOIN reconciliation r ON r.tenant_id = d.tenant_id AND r.payment_id = d.payment_id
      WHERE d.tenant_id = $1::uuid AND d.mode = $2::text AND d.status IN ('needs_response', 'warning_needs_response') AND d.due_by IS NOT NULL
      ORDER BY d.due_by, d.id LIMIT $3::int`,
    [scope.tenant_id, scope.mode, limit],
  )
}

/** One wanted read for each. Of all tenants; those of revoked connections cannot be read, and those that are wanted already take nobody's place. */
export async function wantSilentDisputes(at: { now: Date; heardBefore: Date }): Promise<void> {
  await workerPool().query(
    `WITH wanted AS (
       INSERT INTO object_read (tenant_id, connection_id, object_id, reason, wanted_at, due_at)
       SELECT d.tenant_id, d.connection_id, d.stripe_id, 'silent_dispute', $1, $1
         FROM dispute d JOIN connection c ON c.tenant_id = d.tenant_id AND c.id = d.connection_id AND c.state = 'active'
        WHERE d.status <> ALL($3) AND greatest(d.snapshot_at, d.read_as_of) < $2
          AND NOT EXISTS (SELECT 1 FROM object_read r WHERE r.tenant_id = d.tenant_id AND r.connection_id = d.connection_id AND r.object_id = d.stripe_id)
        ORDER BY d.tenant_id, d.id LIMIT 500
       ON CONFLICT (tenant_id, connection_id, object_id) DO NOTHING RETURNING 1)
     SELECT pg_notify($4, '')::text FROM wanted LIMIT 1`,
    [at.now, at.heardBefore, overStatuses, channels.reads],
  )
}
