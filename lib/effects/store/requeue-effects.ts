import { channels, notify } from '@/lib/db/notify'
import type { Sql } from '@/lib/db/pools'
import type { Mode } from '@/lib/kernel/mode'
import { markPaidFindings } from '../core/mark-paid'
import { settledAfterSeconds } from '../core/retry'
import { givenBack } from './given-back'

/** What was queued again by itself. */
export type QueuedAgain = { tenant_id: string; id: string; mode: Mode; key: string }

export async function selectEffectState(sql: Sql, scope: { tenant_id: string; mode: Mode }, id: string): Promise<{ key: string; state: string } | null> {
  const { rows } = await sql.query('SELECT key, state FROM effect WHERE tenant_id = $1 AND mode = $2 AND id = $3', [scope.tenant_id, scope.mode, id])
  return (rows[0] as { key: string; state: string } | undefined) ?? null
}

/**
 * The epoch moves, so that whoever held it before writes nothing more; outages of before count no more. A hold stays: it
 * died with a write that its store may still do.
 */
const queuedAgain = `state = 'queued', attempts = 0, due_at = $1, done_at = NULL, lease_epoch = e.lease_epoch + 1, last_error = NULL,
  receipt = e.receipt - 'away'`

/** Only what ended without being done. */
export async function updateToQueuedAgain(sql: Sql, tenantId: string, ids: string[], at: Date): Promise<number> {
  const { rowCount } = await sql.query(
    `UPDATE effect e SET ${queuedAgain} WHERE e.tenant_id = $2 AND e.id = ANY($3::uuid[]) AND e.state IN ('dead', 'skipped')`,
    [at, tenantId, ids],
  )
  if (rowCount) await notify(sql, channels.effects)
  return rowCount ?? 0
}

/**
 * Marks of orders that were left alone and that would end otherwise now. Either the order, as read since, waits for just
 * this money again: the status or the total is another than the one that was a reason, nothing is paid, the store has it,
 * and amount and currency agree. Or the money: it went back to the payer, so nobody has to look any more at what stood
 * against it; or it had gone back and that failed. Where nothing may be written back there is nothing to do again.
 */
export async function updateRepairedToQueued(sql: Sql, at: Date, limit: number): Promise<QueuedAgain[]> {
  const { rows } = await sql.query(
    `UPDATE effect e SET ${queuedAgain}
       FROM (SELECT s.tenant_id, s.id FROM effect s JOIN "order" o ON o.tenant_id = s.tenant_id AND o.id = s.order_id
               LEFT JOIN payment p ON p.tenant_id = s.tenant_id AND p.id = s.payment_id
              WHERE s.state = 'skipped' AND s.kind = 'order.mark_paid' AND s.receipt ->> 'reason' <> 'write_back_off'
                AND CASE WHEN ${givenBack} THEN s.receipt ->> 'reason' <> 'payment_refunded' AND EXISTS (
                           SELECT 1 FROM exception x WHERE x.tenant_id = s.tenant_id AND x.payment_id = s.payment_id AND x.order_id = s.order_id
                              AND x.state = 'open' AND x.type = ANY($3))
                         WHEN s.receipt ->> 'reason' = 'payment_refunded' THEN true
                         ELSE o.read_at >= (s.receipt ->> 'read_at')::timestamptz AND o.paid_at IS NULL AND o.deleted_at IS NULL
                          AND o.total = (s.payload ->> 'amount')::bigint AND o.currency = s.payload ->> 'currency'
                          AND (o.status, o.total_text) IS DISTINCT FROM (s.receipt #>> '{after,status}', s.receipt #>> '{after,total}') END
              ORDER BY s.tenant_id, s.id LIMIT $2 FOR UPDATE OF s SKIP LOCKED) again
      WHERE e.tenant_id = again.tenant_id AND e.id = again.id RETURNING e.tenant_id, e.id, e.mode, e.key`,
    [at, limit, markPaidFindings],
  )
  if (rows.length > 0) await notify(sql, channels.effects)
  return rows as QueuedAgain[]
}

/**
 * What was given up because its store was away, and the store has answered since: the last try counted a failure of the
 * store, and only an answer takes that back. A last write that was not answered is given the time to happen.
 */
export async function updateAnsweredToQueued(sql: Sql, at: Date, limit: number): Promise<QueuedAgain[]> {
  const { rows } = await sql.query(
    `UPDATE effect e SET ${queuedAgain}
       FROM (SELECT d.tenant_id, d.id FROM effect d JOIN store_connection c ON c.tenant_id = d.tenant_id AND c.store_id = d.store_id
              WHERE d.state = 'dead' AND d.receipt #>> '{away,since}' IS NOT NULL AND c.failures_in_a_row = 0
                AND d.done_at <= $1::timestamptz - make_interval(secs => $3)
              ORDER BY d.tenant_id, d.id LIMIT $2 FOR UPDATE OF d SKIP LOCKED) again
      WHERE e.tenant_id = again.tenant_id AND e.id = again.id RETURNING e.tenant_id, e.id, e.mode, e.key`,
    [at, limit, settledAfterSeconds],
  )
  if (rows.length > 0) await notify(sql, channels.effects)
  return rows as QueuedAgain[]
}
