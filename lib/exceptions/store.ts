import type { Executor } from '@/lib/db/executor'
import { toJson } from '@/lib/db/rows'
import type { Scope } from '@/lib/db/tenant'
import { newId } from '@/lib/kernel/id'
import type { NewException } from './open-exceptions'

export async function insertExceptions(db: Executor, rows: NewException[], at: Date): Promise<void> {
  await db.query(
    `INSERT INTO exception (tenant_id, id, mode, key, type, state, subject_kind, subject_id, payment_id, order_id, store_id, amount_at_risk, currency, detail, opened_at)
     SELECT e.tenant_id, e.id, e.mode, e.key, e.type, 'open', e.subject_kind, e.subject_id, e.payment_id, e.order_id, e.store_id, e.amount_at_risk, e.currency, e.detail, $2::timestamptz
       FROM jsonb_to_recordset($1::jsonb) AS e (tenant_id uuid, id uuid, mode text, key text, type text, subject_kind text, subject_id text, payment_id uuid, order_id uuid, store_id uuid,
            amount_at_risk bigint, currency text, detail jsonb)
     ON CONFLICT (tenant_id, key) WHERE state = 'open' DO NOTHING`,
    [toJson(rows.map((row) => ({ ...row, id: newId() }))), at.toISOString()],
  )
}

export async function closeOpen(db: Executor, tenantId: string, keys: string[], reason: string, at: Date): Promise<void> {
  await db.query(
    `UPDATE exception SET state = 'closed', closed_at = $3::timestamptz, close_reason = $4::text
      WHERE tenant_id = $1::uuid AND state = 'open' AND key IN (SELECT jsonb_array_elements_text($2::jsonb))`,
    [tenantId, JSON.stringify(keys), at.toISOString(), reason],
  )
}

/** An open exception with the names of what it is about; the amount as text of minor units, times UTC. */
export type OpenException = {
  id: string
  type: string
  subject_kind: string
  subject_id: string
  payment_id: string | null
  order_id: string | null
  store_id: string | null
  store_name: string | null
  order_display_number: string | null
  amount_at_risk: string | null
  currency: string | null
  detail: Record<string, unknown>
  opened_at: Date
}

export async function findOpen(db: Executor, scope: Scope, limit: number): Promise<OpenException[]> {
  return db.query<OpenException>(
    `SELECT e.id, e.type, e.subject_kind, e.subject_id, e.payment_id, e.order_id, e.store_id, s.name AS store_name, o.display_number AS order_display_number,
            e.amount_at_risk::text AS amount_at_risk, e.currency, e.detail, e.opened_at
       FROM exception e
       LEFT JOIN store s ON s.tenant_id = e.tenant_id AND s.id = e.store_id
       LEFT JOIN "order" o ON o.tenant_id = e.tenant_id AND o.id = e.order_id
      WHERE e.tenant_id = $1::uuid AND e.mode = $2::text AND e.state = 'open' ORDER BY e.opened_at DESC, e.id DESC LIMIT $3::int`,
    [scope.tenant_id, scope.mode, limit],
  )
}

export async function countOpen(db: Executor, scope: Scope): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT 1 FROM exception e WHERE e.tenant_id = $1::uuid AND e.mode = $2::text AND e.state = 'open' LIMIT 1000) counted`,
    [scope.tenant_id, scope.mode],
  )
  return row?.count ?? 0
}
