import type { Sql } from '@/lib/db/pools'
import { rowsAsJson } from '@/lib/db/rows'
import type { SessionRef } from '../attempt-mirror'
import type { AttemptRow } from '../core/attempt'

export async function selectAttemptsForFold(sql: Sql, refs: SessionRef[]): Promise<AttemptRow[]> {
  const result = await sql.query({
    name: 'attempts_for_fold',
    text: `SELECT a.* FROM (
        SELECT s.tenant_id, s.id FROM unnest($1::uuid[], $2::uuid[], $3::text[]) k(tenant_id, connection_id, session_id) CROSS JOIN LATERAL (
          SELECT tenant_id, id FROM checkout_attempt t WHERE t.tenant_id = k.tenant_id AND t.connection_id = k.connection_id AND t.session_id = k.session_id OFFSET 0) s
        UNION
        SELECT l.tenant_id, l.id FROM unnest($1::uuid[], $2::uuid[], $4::uuid[]) k(tenant_id, connection_id, id) CROSS JOIN LATERAL (
          SELECT tenant_id, connection_id, id FROM checkout_attempt t WHERE t.tenant_id = k.tenant_id AND t.id = k.id OFFSET 0) l WHERE l.connection_id = k.connection_id
      ) i JOIN checkout_attempt a ON a.tenant_id = i.tenant_id AND a.id = i.id
      ORDER BY a.tenant_id, a.id FOR UPDATE OF a`,
    values: [refs.map((ref) => ref.tenant_id), refs.map((ref) => ref.connection_id), refs.map((ref) => ref.session_id), refs.map((ref) => ref.attempt_id)],
  })
  return result.rows as AttemptRow[]
}

/** What a session tells of its attempt, beside the key. */
const told = {
  state: 'text',
  session_id: 'text',
  session_status: 'text',
  session_payment_status: 'text',
  session_expires_at: 'timestamptz',
  session_as_of: 'timestamptz',
  payment_intent_id: 'text',
  ended_at: 'timestamptz',
} satisfies Partial<Record<keyof AttemptRow, string>>
const toldNames = Object.keys(told)

export async function updateAttemptsFromFold(sql: Sql, rows: AttemptRow[]): Promise<void> {
  await sql.query({
    name: 'fold_attempts',
    text: `UPDATE checkout_attempt a SET ${toldNames.map((name) => `${name} = v.${name}`).join(', ')}
             FROM jsonb_to_recordset($1::jsonb) AS v (tenant_id uuid, id uuid, ${Object.entries(told)
               .map(([name, type]) => `${name} ${type}`)
               .join(', ')})
            WHERE a.tenant_id = v.tenant_id AND a.id = v.id`,
    values: [rowsAsJson(rows, ['tenant_id', 'id', ...toldNames])],
  })
}

export async function updateOrdersOfAttempts(sql: Sql, rows: AttemptRow[]): Promise<void> {
  await sql.query({
    name: 'orders_of_attempts',
    text: `UPDATE "order" o SET payment_state = n.payment_state
       FROM (SELECT DISTINCT k.tenant_id, k.id, CASE WHEN EXISTS (SELECT 1 FROM checkout_attempt a WHERE a.tenant_id = k.tenant_id AND a.order_id = k.id AND a.state = 'processing') THEN 'processing' ELSE 'unpaid' END AS payment_state
               FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, id)) n
      WHERE o.tenant_id = n.tenant_id AND o.id = n.id AND o.matched_amount = 0 AND o.payment_state IS DISTINCT FROM n.payment_state`,
    values: [rows.map((row) => row.tenant_id), rows.map((row) => row.order_id)],
  })
}
