import type { Executor } from '@/lib/db/executor'
import type { Mode } from '@/lib/kernel/mode'
import type { EffectKind, EffectState } from '../core/effect'

/** An effect for screens. Times UTC. */
export type EffectRow = {
  id: string
  key: string
  kind: EffectKind
  state: EffectState
  store_id: string
  order_id: string
  payment_id: string | null
  payload: Record<string, unknown>
  attempts: number
  due_at: Date
  receipt: Record<string, unknown> | null
  last_error: string | null
  created_at: Date
  done_at: Date | null
}

const select = `SELECT id, key, kind, state, store_id, order_id, payment_id, payload, attempts, due_at, receipt, last_error, created_at, done_at FROM effect`

export async function findOfOrder(db: Executor, tenantId: string, mode: Mode, orderId: string): Promise<EffectRow[]> {
  return db.query<EffectRow>(`${select} WHERE tenant_id = $1::uuid AND mode = $2::text AND order_id = $3::uuid ORDER BY created_at, id LIMIT 200`, [
    tenantId,
    mode,
    orderId,
  ])
}

export async function findOfPayment(db: Executor, tenantId: string, mode: Mode, paymentId: string): Promise<EffectRow[]> {
  return db.query<EffectRow>(`${select} WHERE tenant_id = $1::uuid AND mode = $2::text AND payment_id = $3::uuid ORDER BY created_at, id LIMIT 200`, [
    tenantId,
    mode,
    paymentId,
  ])
}
