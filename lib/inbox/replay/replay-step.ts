import { onWorker } from '@/lib/db/executor'
import { inWorkerTransaction, workerPool, type Sql } from '@/lib/db/pools'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { messageOf } from '@/lib/kernel/fault'
import { publicId } from '@/lib/kernel/id'
import { log } from '@/lib/log/log'
import { recordActivity } from '@/lib/tenancy/record-activity'
import { isPassing } from '../core/passing'
import { addDifference } from './core/difference'
import { foldUnits, gatherUnits, isNothing, type ChunkResult, type Unit } from './fold-chunk'
import { claimReplay, releaseReplay, writeProgress, writeReplayEnd, type HeldReplay, type Position, type Progress } from './store/replays'
import { askOf, selectChunk, selectShelves, type Shelf, type StoredInboxRow } from './store/selection'

const chunkSize = 100
const leaseSeconds = 60
const mostTries = 8
const mostProblems = 50
/** One step folds chunks for about this long (wall time), so that a worker that stops does not wait. */
const stepMs = 2_000

/**
 * Goes on with the replay that waits longest: folds chunks again until its time is up. Where it is, what it found and
 * what it changed are stored with each chunk, so that it goes on where a kill left it and counts nothing twice.
 * @param only run this replay alone (uuid). @returns true when there may be more.
 */
export async function replayStep(only: string | null = null): Promise<boolean> {
  const replay = await inWorkerTransaction((sql) => claimReplay(sql, clock.now(), leaseSeconds, only))
  if (replay === null) return false
  try {
    const until = clock.wallMs() + stepMs
    for (let now = replay; ;) {
      const next = await foldNextChunk(now)
      if (next === 'lost') return true
      if (next === 'over') {
        await end(now, 'done', null)
        return true
      }
      now = next
      if (clock.wallMs() >= until) {
        await releaseReplay(workerPool(), now, clock.now())
        return true
      }
    }
  } catch (error) {
    log().error({ job_id: 'replay', replay: replay.id, error }, 'a replay stumbled')
    if (replay.attempts >= mostTries) await end(replay, 'failed', messageOf(error).slice(0, 500))
    else await releaseReplay(workerPool(), replay, new Date(clock.nowMs() + 1_000 * 2 ** Math.min(replay.attempts, 6)))
    return true
  }
}

/** One chunk further; `over` when there is none, `lost` when the replay was canceled or taken over. */
async function foldNextChunk(replay: HeldReplay): Promise<HeldReplay | 'over' | 'lost'> {
  const scope = scopeOf(replay)
  const db = onWorker(workerPool())
  const shelves = await selectShelves(db, scope, replay.filter)
  const shelf = replay.position === null ? shelves[0] : shelves.find((each) => each.connection_id === replay.position?.connection_id)
  if (!shelf) return 'over'
  const after = replay.position?.row_id ?? null
  const ask = await askOf(db, scope, shelf, replay.filter)
  const chunk = await selectChunk(db, scope, shelf, ask, after, replay.created_at, chunkSize)
  const last = chunk.at(-1)
  if (!last) {
    const next = shelves.find((each) => each.connection_id > shelf.connection_id)
    return next ? note(replay, { ...progressOf(replay), position: { connection_id: next.connection_id, row_id: null } }) : 'over'
  }
  const units = await gatherUnits(scope, shelf, ask, chunk, after)
  const before: Progress = { ...progressOf(replay), found: replay.found + chunk.length }
  return foldAll(replay, before, shelf, units, { connection_id: shelf.connection_id, row_id: last.id })
}

/** Folds the units together; when that fails for their contents, one by one, and what cannot be folded is listed. */
async function foldAll(replay: HeldReplay, before: Progress, shelf: Shelf, units: Unit[], position: Position): Promise<HeldReplay | 'lost'> {
  try {
    return await foldSome(replay, { ...before, position }, shelf, units)
  } catch (error) {
    if (isPassing(error)) throw error
    if (units.length > 1) {
      // The place moves when all of them are through, so that a kill in between begins this chunk anew.
      let now: HeldReplay = { ...replay, ...before, found: replay.found }
      for (const unit of units) {
        const next = await foldAll(now, progressOf(now), shelf, [unit], replay.position ?? { connection_id: shelf.connection_id, row_id: null })
        if (next === 'lost') return 'lost'
        now = next
      }
      return note(now, { ...progressOf(now), found: before.found, position })
    }
    return foldWithoutBad(replay, { ...before, position }, shelf, units, error)
  }
}

/** A unit of which a row cannot be folded: rows that were set aside and still fail stay aside, the rest is folded. */
async function foldWithoutBad(replay: HeldReplay, before: Progress, shelf: Shelf, [unit]: Unit[], error: unknown): Promise<HeldReplay | 'lost'> {
  if (unit === undefined) throw error
  const aside = unit.rows.filter((row) => row.state === 'quarantined')
  let good = unit.rows.filter((row) => row.state !== 'quarantined')
  const bad: { event_id: string; type: string; reason: string }[] = []
  const withRows = (rows: StoredInboxRow[]): Unit => ({ ...unit, rows, aside: unit.rows.filter((row) => !rows.includes(row)).map((row) => row.id) })
  for (const row of aside) {
    const tried = [...good, row]
    const reason = await foldUnits(scopeOf(replay), shelf, [withRows(tried)], { dry_run: true, keep: async () => false }).then(() => null, messageOfContent)
    if (reason === null) good = tried
    else bad.push({ event_id: row.event_id, type: row.type, reason })
  }
  if (aside.length === 0) bad.push({ event_id: unit.rows[0]?.event_id ?? '', type: unit.rows[0]?.type ?? '', reason: messageOf(error).slice(0, 400) })
  const noted = { ...before, failed: before.failed + bad.length, problems: [...before.problems, ...bad].slice(0, mostProblems) }
  return aside.length === 0 || good.length === 0 ? note(replay, noted) : foldSome(replay, noted, shelf, [withRows(good)])
}

function messageOfContent(error: unknown): string {
  if (isPassing(error)) throw error
  return messageOf(error).slice(0, 400)
}

async function foldSome(replay: HeldReplay, before: Progress, shelf: Shelf, units: Unit[]): Promise<HeldReplay | 'lost'> {
  const rows = units.reduce((count, unit) => count + unit.rows.length, 0)
  const withResult = (result: ChunkResult): Progress => ({
    ...before,
    folded: before.folded + rows,
    difference: isNothing(result) ? before.difference : addDifference(before.difference, result),
  })
  if (rows === 0) return note(replay, before)
  let noted = false
  const { result, kept } = await foldUnits(scopeOf(replay), shelf, units, {
    dry_run: replay.dry_run,
    keep: async (sql, changes) => (noted = await writeProgress(sql, replay, withResult(changes), leaseSeconds)),
  })
  if (kept) return { ...replay, ...withResult(result), attempts: 0 }
  if (!replay.dry_run && !isNothing(result) && !noted) return 'lost'
  return note(replay, withResult(result))
}

async function note(replay: HeldReplay, progress: Progress, sql: Sql = workerPool()): Promise<HeldReplay | 'lost'> {
  return (await writeProgress(sql, replay, progress, leaseSeconds)) ? { ...replay, ...progress, attempts: 0 } : 'lost'
}

function scopeOf({ tenant_id, mode }: HeldReplay): Scope {
  return { tenant_id, mode }
}

function progressOf({ position, found, folded, failed, difference, problems }: HeldReplay): Progress {
  return { position, found, folded, failed, difference, problems }
}

async function end(replay: HeldReplay, state: 'done' | 'failed', error: string | null): Promise<void> {
  const ended = await inWorkerTransaction((sql) => writeReplayEnd(sql, replay, { state, error, at: clock.now() }))
  if (!ended) return
  await withTenant({ tenant_id: replay.tenant_id }, (tx) =>
    recordActivity(tx, replay.tenant_id, {
      actor: { kind: 'system' },
      action: `replay.${state === 'done' ? 'finished' : 'failed'}`,
      subject: { kind: 'replay', id: publicId('replay', replay.id) },
      detail: { mode: replay.mode, dry_run: replay.dry_run, found: replay.found, folded: replay.folded, failed: replay.failed, ...replay.difference.counts },
    }),
  )
}
