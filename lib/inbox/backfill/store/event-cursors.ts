import type { Executor } from '@/lib/db/executor'
import type { Sql } from '@/lib/db/pools'
import type { Scope } from '@/lib/db/tenant'

export type EventCursor = { tenant_id: string; connection_id: string; position: string | null; attempts: number }

/** Every connection has a cursor; one that is new is looked at soon. */
export async function insertMissingCursors(sql: Sql, now: Date): Promise<void> {
  await sql.query(
    `INSERT INTO sync_cursor (tenant_id, connection_id, kind, due_at)
     SELECT c.tenant_id, c.id, 'events', $1 FROM connection c
      WHERE c.state = 'active' AND NOT EXISTS (SELECT 1 FROM sync_cursor y WHERE y.tenant_id = c.tenant_id AND y.connection_id = c.id AND y.kind = 'events')
      ORDER BY 1, 2 ON CONFLICT DO NOTHING`,
    [now],
  )
}

/** After a start: what was last looked at before this moment is due. */
export async function updateToDueAfterStart(sql: Sql, now: Date, lookedBefore: Date): Promise<void> {
  await sql.query(`UPDATE sync_cursor SET due_at = $1 WHERE kind = 'events' AND due_at > $1 AND (last_run_at IS NULL OR last_run_at < $2)`, [now, lookedBefore])
}

/** Claims due cursors; the next look is set before this one begins, so that one that is asked for meanwhile is not lost. */
export async function claimEventCursors(sql: Sql, now: Date, at: { lease_until: Date; next_due: Date }, limit: number): Promise<EventCursor[]> {
  const result = await sql.query(
    `UPDATE sync_cursor y SET lease_until = $2, due_at = $3, attempts = y.attempts + 1
       FROM (SELECT tenant_id, connection_id FROM sync_cursor
              WHERE kind = 'events' AND due_at <= $1 AND (lease_until IS NULL OR lease_until < $1) ORDER BY due_at, connection_id LIMIT $4 FOR UPDATE SKIP LOCKED) d
      WHERE y.tenant_id = d.tenant_id AND y.connection_id = d.connection_id AND y.kind = 'events'
      RETURNING y.tenant_id, y.connection_id, y.position, y.attempts`,
    [now, at.lease_until, at.next_due, limit],
  )
  return result.rows as EventCursor[]
}

export async function finishEventCursor(sql: Sql, cursor: EventCursor, end: { position: string | null; at: Date }): Promise<void> {
  await sql.query(
    `UPDATE sync_cursor SET lease_until = NULL, attempts = 0, last_error = NULL, last_run_at = $4, position = coalesce($3, position)
      WHERE tenant_id = $1 AND connection_id = $2 AND kind = 'events'`,
    [cursor.tenant_id, cursor.connection_id, end.position, end.at],
  )
}

export async function postponeEventCursor(sql: Sql, cursor: EventCursor, dueAt: Date, error: string): Promise<void> {
  await sql.query(
    `UPDATE sync_cursor SET lease_until = NULL, due_at = LEAST(due_at, $3), last_error = $4 WHERE tenant_id = $1 AND connection_id = $2 AND kind = 'events'`,
    [cursor.tenant_id, cursor.connection_id, dueAt, error],
  )
}

/** Makes a look due now, back to `position`'s time when one is given. Returns how many connections. */
export async function updateToDueNow(sql: Sql, scope: Scope, now: Date, position: string | null): Promise<number> {
  const result = await sql.query(
    `INSERT INTO sync_cursor (tenant_id, connection_id, kind, due_at, position)
     SELECT c.tenant_id, c.id, 'events', $3, $4 FROM connection c WHERE c.tenant_id = $1 AND c.mode = $2 AND c.state = 'active' ORDER BY 1, 2
     ON CONFLICT (tenant_id, connection_id, kind) DO UPDATE SET due_at = EXCLUDED.due_at, last_error = NULL, position = coalesce(EXCLUDED.position, sync_cursor.position)`,
    [scope.tenant_id, scope.mode, now, position],
  )
  return result.rowCount ?? 0
}

/** How the backfill of a connection stands. Times UTC, business time. */
export type BackfillView = {
  connection_id: string
  state: 'active' | 'revoked'
  last_run_at: Date | null
  due_at: Date | null
  last_error: string | null
  /** Events of the last 30 days that were found in Stripe's list before any delivery of them. */
  found: number
  /** Those of them that have not been delivered since either. */
  never_delivered: number
}

export async function selectBackfills(db: Executor, scope: Scope, since: Date): Promise<BackfillView[]> {
  return db.query<BackfillView>(
    `SELECT c.id AS connection_id, c.state, y.last_run_at, y.due_at, y.last_error, coalesce(n.found, 0) AS found, coalesce(n.never_delivered, 0) AS never_delivered
       FROM connection c
       LEFT JOIN sync_cursor y ON y.tenant_id = c.tenant_id AND y.connection_id = c.id AND y.kind = 'events'
       LEFT JOIN LATERAL (
         SELECT count(*)::int AS found, (count(*) FILTER (WHERE e.duplicate_count = 0))::int AS never_delivered FROM inbox_event e
          WHERE e.tenant_id = c.tenant_id AND e.connection_id = c.id AND e.kind = 'backfill' AND e.kind <> 'delivery' AND e.received_at >= $3::timestamptz) n ON true
      WHERE c.tenant_id = $1::uuid AND c.mode = $2::text ORDER BY c.name, c.id`,
    [scope.tenant_id, scope.mode, since.toISOString()],
  )
}
