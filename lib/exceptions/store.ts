import type { Executor } from '@/lib/db/executor'
import { toJson } from '@/lib/db/rows'
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
