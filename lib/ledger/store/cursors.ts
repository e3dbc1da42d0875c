import type { Sql } from '@/lib/db/pools'

export type DueCursor = { tenant_id: string; connection_id: string; kind: string; position: string | null; attempts: number; last_run_at: Date | null }

/** Claims due cursors; the next look is set to `sweepMs` from now before this one begins, so that a wake-up meanwhile is not lost. */
export async function claimCursors(sql: Sql, kind: string, now: Date, leaseMs: number, sweepMs: number, limit: number): Promise<DueCursor[]> {
  const result = await sql.query(
    `UPDATE sync_cursor y SET lease_until = $3, due_at = $4, attempts = y.attempts + 1
       FROM (SELECT tenant_id, connection_id, kind FROM sync_cursor WHERE kind = $1 AND due_at <= $2 AND (lease_until IS NULL OR lease_until < $2) ORDER BY due_at, connection_id LIMIT $5 FOR UPDATE SKIP LOCKED) d
      WHERE y.tenant_id = d.tenant_id AND y.connection_id = d.connection_id AND y.kind = d.kind
      RETURNING y.tenant_id, y.connection_id, y.kind, y.position, y.attempts, y.last_run_at`,
    [kind, now, new Date(now.getTime() + leaseMs), new Date(now.getTime() + sweepMs), limit],
  )
  return result.rows as DueCursor[]
}

const key = (cursor: DueCursor) => [cursor.tenant_id, cursor.connection_id, cursor.kind]

/** `null`: to the beginning. */
export async function movePosition(sql: Sql, cursor: DueCursor, position: string | null): Promise<void> {
  await sql.query('UPDATE sync_cursor SET position = $4 WHERE tenant_id = $1 AND connection_id = $2 AND kind = $3', [...key(cursor), position])
}

export async function finishCursor(sql: Sql, cursor: DueCursor, now: Date): Promise<void> {
  await sql.query(
    'UPDATE sync_cursor SET lease_until = NULL, attempts = 0, last_run_at = $4, last_error = NULL WHERE tenant_id = $1 AND connection_id = $2 AND kind = $3',
    [...key(cursor), now],
  )
}

export async function postponeCursor(sql: Sql, cursor: DueCursor, dueAt: Date, error: string): Promise<void> {
  await sql.query(
    'UPDATE sync_cursor SET lease_until = NULL, due_at = LEAST(due_at, $4), last_error = $5 WHERE tenant_id = $1 AND connection_id = $2 AND kind = $3',
    [...key(cursor), dueAt, error],
  )
}
