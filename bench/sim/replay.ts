import { startReplay } from '@/lib/inbox/replay/start-replay'
import type { Mode } from '@/lib/kernel/mode'
import type { Database } from './database'
import { dueTimes } from './due'
import type { Scheduler } from './scheduler'
import type { Work } from './work'

/** What a replay writes about itself, and what only says when somebody looked last. */
const beside = ['replay', 'activity', 'sync_cursor', 'store_connection', 'inbox_lease', 'worker_heartbeat']
const longestMs = 30 * 60_000

/**
 * Folds the whole inbox of every tenant again, at the end of a history: no row of the books may come out otherwise, not
 * even be written anew.
 * @returns what did.
 */
export async function replayEverything(
  scopes: readonly { tenant_id: string; mode: Mode }[],
  { database, scheduler, work }: { database: Database; scheduler: Scheduler; work: Work },
): Promise<string[]> {
  scheduler.note('everything is replayed')
  const before = await booksOf(database)
  const started: string[] = []
  for (const { tenant_id, mode } of scopes)
    started.push((await startReplay({ tenant_id, mode }, { filter: { all: true }, dry_run: false, actor: { kind: 'operator' } })).id)
  work.only = 'replays'
  const untilMs = scheduler.nowMs + longestMs
  for (;;) {
    if (await scheduler.step()) continue
    const due = await dueTimes(database)
    if (!due.has('replays')) break
    const at = Math.min(scheduler.nextMomentMs() ?? Infinity, work.nextMs(due) ?? Infinity)
    if (at > untilMs) return [`a replay did not end in ${longestMs / 60_000} minutes`]
    scheduler.nowMs = Math.max(scheduler.nowMs, Math.ceil(at))
    work.poll(due)
  }
  const { rows } = await database.admin.query<{ said: string }>(
    `SELECT concat_ws(' ', state, error, problems, difference) AS said FROM replay
      WHERE id = ANY($1::uuid[]) AND (state <> 'done' OR failed > 0 OR EXISTS (SELECT 1 FROM jsonb_each_text(difference -> 'counts') c WHERE c.value <> '0')) ORDER BY id`,
    [started],
  )
  return [...rows.map(({ said }) => `a replay of everything ended with a difference: ${said.slice(0, 600)}`), ...changes(before, await booksOf(database))]
}

type Books = Map<string, Set<string>>

/** Every row of every table as text, with the transaction that wrote it. */
async function booksOf({ admin }: Database): Promise<Books> {
  const { rows: tables } = await admin.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' AND NOT (tablename = ANY($1)) ORDER BY 1`,
    [beside],
  )
  const books: Books = new Map()
  for (const { name } of tables) {
    const { rows } = await admin.query<{ row: string }>(`SELECT t.xmin::text || ' ' || t::text AS row FROM public."${name}" t`)
    books.set(name, new Set(rows.map(({ row }) => row)))
  }
  return books
}

function changes(before: Books, after: Books): string[] {
  const found: string[] = []
  for (const [table, rows] of after) {
    const was = before.get(table) ?? new Set()
    for (const row of was) if (!rows.has(row)) found.push(`replayed, ${table} lost ${row.slice(0, 400)}`)
    for (const row of rows) if (!was.has(row)) found.push(`replayed, ${table} got ${row.slice(0, 400)}`)
  }
  return found.sort()
}
