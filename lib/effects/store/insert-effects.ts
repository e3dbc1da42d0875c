import { channels, notify } from '@/lib/db/notify'
import type { Sql } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { newId } from '@/lib/kernel/id'
import { effectKey, type NewEffect } from '../core/effect'

/** One statement for all rows; returns how many were new. */
export async function insertEffects(sql: Sql, rows: NewEffect[]): Promise<number> {
  const at = clock.now()
  const values = rows.map((row) => ({
    tenant_id: row.tenant_id,
    id: newId(),
    mode: row.mode,
    key: effectKey(row),
    kind: row.kind,
    store_id: row.store_id,
    order_id: row.order_id,
    payment_id: row.payment_id,
    payload: row.payload,
    due_at: row.due_at,
  }))
  const inserted = sql.query({
    name: 'insert_effects',
    text: `INSERT INTO effect (tenant_id, id, mode, key, kind, store_id, order_id, payment_id, payload, state, due_at, created_at)
     SELECT r.tenant_id, r.id, r.mode, r.key, r.kind, r.store_id, r.order_id, r.payment_id, r.payload, 'queued', r.due_at, $2
     FROM jsonb_to_recordset($1::jsonb) AS r(tenant_id uuid, id uuid, mode text, key text, kind text, store_id uuid, order_id uuid, payment_id uuid, payload jsonb, due_at timestamptz)
     ON CONFLICT (tenant_id, key) DO NOTHING`,
    values: [JSON.stringify(values), at],
  })
  const [{ rowCount }] = await Promise.all([inserted, notify(sql, channels.effects)])
  return rowCount ?? 0
}
