import type { Executor } from '@/lib/db/executor'
import type { Scope } from '@/lib/db/tenant'

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
