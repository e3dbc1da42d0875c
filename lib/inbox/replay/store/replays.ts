import type { Executor } from '@/lib/db/executor'
import type { Sql } from '@/lib/db/pools'
import { toJson } from '@/lib/db/rows'
import type { Mode } from '@/lib/kernel/mode'
import type { PagePart } from '@/lib/kernel/page'
import type { Difference, DifferenceCounts } from '../core/difference'
import type { ReplayFilter } from '../core/filter'

export type ReplayState = 'queued' | 'running' | 'done' | 'failed' | 'canceled'
/** How far it is: rows of this connection up to and with this one are through. */
export type Position = { connection_id: string; row_id: string | null }

/** A replay as pages show it. Times UTC, business time. `problems`: rows that could not be folded, the first 50. */
export type ReplayRow = {
  id: string
  mode: Mode
  filter: ReplayFilter
  dry_run: boolean
  state: ReplayState
  actor_kind: string
  actor_id: string | null
  found: number
  folded: number
  failed: number
  difference: Difference
  problems: { event_id: string; type: string; reason: string }[]
  error: string | null
  created_at: Date
  started_at: Date | null
  finished_at: Date | null
}

/** What the worker needs beside. */
export type HeldReplay = ReplayRow & { tenant_id: string; position: Position | null; attempts: number; lease_epoch: number }

const shown = 'id, mode, filter, dry_run, state, actor_kind, actor_id, found, folded, failed, difference, problems, error, created_at, started_at, finished_at'

export async function insertReplay(
  db: Executor,
  row: Pick<HeldReplay, 'tenant_id' | 'id' | 'mode' | 'filter' | 'dry_run' | 'actor_kind' | 'actor_id' | 'difference' | 'created_at'>,
): Promise<void> {
  await db.query(
    `INSERT INTO replay (tenant_id, id, mode, filter, dry_run, actor_kind, actor_id, difference, due_at, created_at)
     VALUES ($1::uuid, $2::uuid, $3::text, $4::jsonb, $5::boolean, $6::text, $7::text, $8::jsonb, $9::timestamptz, $9::timestamptz)`,
    [row.tenant_id, row.id, row.mode, toJson(row.filter), row.dry_run, row.actor_kind, row.actor_id, toJson(row.difference), row.created_at.toISOString()],
  )
}

/** A replay in a list: without what it changed row by row, which may be a megabyte each. */
export type ReplayLine = Omit<ReplayRow, 'difference' | 'problems'> & { counts: DifferenceCounts }

/** Replays after a place of the list (towards older) or before it, in the order of reading. */
export async function selectReplayPage(db: Executor, scope: { tenant_id: string; mode: Mode }, page: PagePart): Promise<ReplayLine[]> {
  const [order, beyond] = page.towards === 'older' ? ['DESC', '<'] : ['ASC', '>']
  return db.query<ReplayLine>(
    `SELECT id, mode, filter, dry_run, state, actor_kind, actor_id, found, folded, failed, error, created_at, started_at, finished_at, difference->'counts' AS counts FROM replay
      WHERE tenant_id = $1::uuid AND mode = $2::text AND ($3::timestamptz IS NULL OR (created_at, id) ${beyond} ($3::timestamptz, $4::uuid))
      ORDER BY created_at ${order}, id ${order} LIMIT $5::int`,
    [scope.tenant_id, scope.mode, page.from?.at.toISOString() ?? null, page.from?.id ?? null, page.limit],
  )
}

export async function selectReplay(db: Executor, scope: { tenant_id: string; mode: Mode }, id: string): Promise<ReplayRow | null> {
  const [row] = await db.query<ReplayRow>(`SELECT ${shown} FROM replay WHERE tenant_id = $1::uuid AND mode = $2::text AND id = $3::uuid`, [
    scope.tenant_id,
    scope.mode,
    id,
  ])
  return row ?? null
}

/** Only what has not ended. */
export async function updateToCanceled(db: Executor, scope: { tenant_id: string; mode: Mode }, id: string, at: Date): Promise<boolean> {
  const rows = await db.query(
    `UPDATE replay SET state = 'canceled', finished_at = $4::timestamptz, lease_until = NULL, lease_epoch = lease_epoch + 1
      WHERE tenant_id = $1::uuid AND mode = $2::text AND id = $3::uuid AND state IN ('queued', 'running') RETURNING 1 AS one`,
    [scope.tenant_id, scope.mode, id, at.toISOString()],
  )
  return rows.length === 1
}

/**
 * Takes the replay that waits longest, one of a tenant at a time; the lease counts by the database's clock. In a
 * transaction: who claims waits for who claims, because two that do not see each other's would both find a tenant free.
 */
export async function claimReplay(sql: Sql, now: Date, leaseSeconds: number, only: string | null): Promise<HeldReplay | null> {
  await sql.query(`SELECT pg_advisory_xact_lock(hashtextextended('replay/claim', 0))`)
  const result = await sql.query(
    `UPDATE replay r SET state = 'running', started_at = coalesce(r.started_at, $1), lease_until = now() + make_interval(secs => $2), lease_epoch = r.lease_epoch + 1, attempts = r.attempts + 1
       FROM (SELECT q.tenant_id, q.id FROM replay q
              WHERE q.state IN ('queued', 'running') AND q.due_at <= $1 AND (q.lease_until IS NULL OR q.lease_until < now()) AND ($3::uuid IS NULL OR q.id = $3::uuid)
                AND NOT EXISTS (SELECT 1 FROM replay o WHERE o.tenant_id = q.tenant_id AND o.id <> q.id AND o.state = 'running' AND o.lease_until >= now())
              ORDER BY q.due_at, q.id LIMIT 1 FOR UPDATE SKIP LOCKED) d
      WHERE r.tenant_id = d.tenant_id AND r.id = d.id
      RETURNING r.tenant_id, r.position, r.attempts, r.lease_epoch, ${shown
        .split(', ')
        .map((name) => `r.${name}`)
        .join(', ')}`,
    [now, leaseSeconds, only],
  )
  return (result.rows[0] as HeldReplay | undefined) ?? null
}

export type Progress = Pick<HeldReplay, 'found' | 'folded' | 'failed' | 'difference' | 'problems'> & { position: Position | null }

/** Notes how far the replay is. False when it was canceled or taken over: then nothing of the batch may stay. */
export async function writeProgress(sql: Sql, replay: HeldReplay, progress: Progress, leaseSeconds: number): Promise<boolean> {
  const result = await sql.query(
    `UPDATE replay SET position = $4, found = $5, folded = $6, failed = $7, difference = $8, problems = $9, attempts = 0, lease_until = now() + make_interval(secs => $10)
      WHERE tenant_id = $1 AND id = $2 AND lease_epoch = $3 AND state = 'running'`,
    [
      replay.tenant_id,
      replay.id,
      replay.lease_epoch,
      toJson(progress.position),
      progress.found,
      progress.folded,
      progress.failed,
      toJson(progress.difference),
      toJson(progress.problems),
      leaseSeconds,
    ],
  )
  return result.rowCount === 1
}

export async function releaseReplay(sql: Sql, replay: HeldReplay, dueAt: Date): Promise<void> {
  await sql.query('UPDATE replay SET lease_until = NULL, due_at = $4 WHERE tenant_id = $1 AND id = $2 AND lease_epoch = $3', [
    replay.tenant_id,
    replay.id,
    replay.lease_epoch,
    dueAt,
  ])
}

export async function writeReplayEnd(sql: Sql, replay: HeldReplay, end: { state: 'done' | 'failed'; error: string | null; at: Date }): Promise<boolean> {
  const result = await sql.query(
    `UPDATE replay SET state = $4, error = $5, finished_at = $6, lease_until = NULL WHERE tenant_id = $1 AND id = $2 AND lease_epoch = $3 AND state = 'running'`,
    [replay.tenant_id, replay.id, replay.lease_epoch, end.state, end.error, end.at],
  )
  return result.rowCount === 1
}
