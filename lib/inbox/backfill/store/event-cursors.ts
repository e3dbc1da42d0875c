import type { Executor } from '@/lib/db/executor'
import type { Sql } from '@/lib/db/pools'
import type { Scope } from '@/lib/db/tenant'

export type EventCursor = { tenant_id: string; connection_id: string; position: string | null; attempts: number; lease_until: Date; next_due: Date }
export type HeldCursor = { connection_id: string; position: string | null; created_at: Date }

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

/** After a start: what was last looked at before this moment is due. What somebody holds is being asked for, begun or ended right now. */
export async function updateToDueAfterStart(sql: Sql, now: Date, lookedBefore: Date): Promise<void> {
  await sql.query(
    `UPDATE sync_cursor y SET due_at = $1
       FROM (SELECT tenant_id, connection_id FROM sync_cursor
              WHERE kind = 'events' AND due_at > $1 AND (last_run_at IS NULL OR last_run_at < $2) FOR UPDATE SKIP LOCKED) d
      WHERE y.tenant_id = d.tenant_id AND y.connection_id = d.connection_id AND y.kind = 'events'`,
    [now, lookedBefore],
  )
}

/**
 * Claims due cursors. The end of the lease tells one claim from another, and is when the cursor is due again: a look that
 * is cut off is begun anew then, and a due time that is another at the end of a look was asked for meanwhile.
 */
export async function claimEventCursors(sql: Sql, now: Date, at: { lease_until: Date; next_due: Date }, limit: number): Promise<EventCursor[]> {
  const result = await sql.query(
    `UPDATE sync_cursor y SET lease_until = $2, due_at = $2, attempts = y.attempts + 1
       FROM (SELECT tenant_id, connection_id FROM sync_cursor
              WHERE kind = 'events' AND due_at <= $1 AND (lease_until IS NULL OR lease_until < $1) ORDER BY due_at, connection_id LIMIT $4 FOR UPDATE SKIP LOCKED) d
      WHERE y.tenant_id = d.tenant_id AND y.connection_id = d.connection_id AND y.kind = 'events'
      RETURNING y.tenant_id, y.connection_id, y.position, y.attempts, y.lease_until, $3::timestamptz AS next_due`,
    [now, at.lease_until, at.next_due, limit],
  )
  return result.rows as EventCursor[]
}

/** Moves the end of a lease on, for a look that takes long. False when it was over and somebody else began. */
export async function extendEventCursor(sql: Sql, cursor: EventCursor, until: Date): Promise<boolean> {
  const { rowCount } = await sql.query(
    `UPDATE sync_cursor SET lease_until = $3, due_at = CASE WHEN due_at = $4::timestamptz THEN $3::timestamptz ELSE due_at END
      WHERE tenant_id = $1 AND connection_id = $2 AND kind = 'events' AND lease_until = $4::timestamptz`,
    [cursor.tenant_id, cursor.connection_id, until, cursor.lease_until],
  )
  return rowCount === 1
}

/**
 * Ends a look. Only its own claim: one that outlived its lease leaves everything to its successor. The position moves
 * only from where this look began; one that was asked for meanwhile stays, and stays due.
 */
export async function finishEventCursor(sql: Sql, cursor: EventCursor, end: { position: string | null; at: Date }): Promise<void> {
  await sql.query(
    `UPDATE sync_cursor SET lease_until = NULL, attempts = 0, last_error = NULL, last_run_at = $4,
            due_at = CASE WHEN due_at = $5::timestamptz THEN $6::timestamptz ELSE due_at END,
            position = CASE WHEN position IS NOT DISTINCT FROM $7::text THEN coalesce($3::text, position) ELSE position END
      WHERE tenant_id = $1 AND connection_id = $2 AND kind = 'events' AND lease_until = $5::timestamptz`,
    [cursor.tenant_id, cursor.connection_id, end.position, end.at, cursor.lease_until, cursor.next_due, cursor.position],
  )
}

/** Ends a look that failed, for its own claim: due at `dueAt`, or before when one was asked for meanwhile. */
export async function postponeEventCursor(sql: Sql, cursor: EventCursor, dueAt: Date, error: string): Promise<void> {
  await sql.query(
    `UPDATE sync_cursor SET lease_until = NULL, last_error = $4,
            due_at = CASE WHEN due_at = $5::timestamptz THEN $3::timestamptz ELSE LEAST(due_at, $3::timestamptz) END
      WHERE tenant_id = $1 AND connection_id = $2 AND kind = 'events' AND lease_until = $5::timestamptz`,
    [cursor.tenant_id, cursor.connection_id, dueAt, error, cursor.lease_until],
  )
}

/** The cursors of a scope's active connections, held until the end of the transaction: no look ends in between. */
export async function lockEventCursors(sql: Sql, scope: Scope, now: Date): Promise<HeldCursor[]> {
  await insertMissingCursors(sql, now)
  const result = await sql.query(
    `SELECT y.connection_id, y.position, c.created_at FROM sync_cursor y JOIN connection c ON c.tenant_id = y.tenant_id AND c.id = y.connection_id
      WHERE y.tenant_id = $1 AND y.kind = 'events' AND c.mode = $2 AND c.state = 'active' ORDER BY y.connection_id FOR UPDATE OF y`,
    [scope.tenant_id, scope.mode],
  )
  return result.rows as HeldCursor[]
}

/** Makes a look due now, from `position`. One that was due before stays so. */
export async function updateToDueNow(sql: Sql, scope: Scope, now: Date, cursors: Pick<HeldCursor, 'connection_id' | 'position'>[]): Promise<void> {
  await sql.query(
    `UPDATE sync_cursor y SET due_at = LEAST(y.due_at, $2::timestamptz), last_error = NULL, position = k.position
       FROM unnest($3::uuid[], $4::text[]) k(connection_id, position)
      WHERE y.tenant_id = $1 AND y.connection_id = k.connection_id AND y.kind = 'events'`,
    [scope.tenant_id, now, cursors.map((cursor) => cursor.connection_id), cursors.map((cursor) => cursor.position)],
  )
}

/** How the backfill of a connection stands. Times UTC, business time. */
export type BackfillView = {
  connection_id: string
  state: 'active' | 'revoked'
  last_run_at: Date | null
  due_at: Date | null
  is_under_way: boolean
  last_error: string | null
  /** Events of the last 30 days that were found in Stripe's list before any delivery of them. */
  found: number
  /** Those of them that have not been delivered since either. */
  never_delivered: number
}

export async function selectBackfills(db: Executor, scope: Scope, since: Date): Promise<BackfillView[]> {
  return db.query<BackfillView>(
    `SELECT c.id AS connection_id, c.state, y.last_run_at, y.due_at, y.lease_until IS NOT NULL AS is_under_way, y.last_error, coalesce(n.found, 0) AS found, coalesce(n.never_delivered, 0) AS never_delivered
       FROM connection c
       LEFT JOIN sync_cursor y ON y.tenant_id = c.tenant_id AND y.connection_id = c.id AND y.kind = 'events'
       LEFT JOIN LATERAL (
         SELECT count(*)::int AS found, (count(*) FILTER (WHERE e.duplicate_count = 0))::int AS never_delivered FROM inbox_event e
          WHERE e.tenant_id = c.tenant_id AND e.connection_id = c.id AND e.kind = 'backfill' AND e.kind <> 'delivery' AND e.received_at >= $3::timestamptz) n ON true
      WHERE c.tenant_id = $1::uuid AND c.mode = $2::text ORDER BY c.name, c.id`,
    [scope.tenant_id, scope.mode, since.toISOString()],
  )
}
