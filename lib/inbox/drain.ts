import { inWorkerTransaction, workerPool, type Sql } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { log } from '@/lib/log/log'
import type { InboxRow } from './core/event'
import { isPassing } from './core/passing'
import { foldBatch, quarantineReason } from './fold/fold-batch'
import { acquireLeases, holdLeases, releaseLeases, type Lease } from './store/lease'
import { resolveRows } from './store/resolve'
import { markRows, selectPending } from './store/rows'

const bucketsPerStep = 8
/**
 * A batch of a backlog: the deeper it reaches into one account's queue, the more events of a payment share its writes.
 * While it lasts (a quarter of a second), who changes what its payments are explained from waits for it.
 */
const batchSize = 450
/** What waits in all is taken by one lane at once when it is this little; otherwise the lanes share it. */
const littleWaits = 200

/**
 * How long a lane of a stream of deliveries gathers the next batch: each costs some forty statements, whether it holds
 * five rows or fifty. What comes after a pause is folded at once, and a backlog is never waited for, as its batches take
 * longer than this.
 */
export const drainRestMs = 100

/**
 * Two lanes per worker, each with leases of its own: while one waits for the database, the other folds. A lane is to
 * the leases what a worker is.
 */
export function lanesOf(worker: string): string[] {
  return [`${worker}/1`, `${worker}/2`]
}

/**
 * Folds one batch of what is pending in the buckets that this worker can lease, those first that were served longest
 * ago: however long one account's backlog is, every other gets its turn with the next batches. Safe to kill anywhere:
 * a batch is one transaction.
 * @returns true when there may be more.
 */
export async function drainStep(worker: string): Promise<boolean> {
  const leases = await acquireLeases(workerPool(), worker, bucketsPerStep, littleWaits)
  if (leases.length === 0) return false
  let released = false
  try {
    const rows = await selectPending(
      workerPool(),
      leases.map((lease) => lease.bucket),
      batchSize,
    )
    if (rows.length > 0) released = await foldOrHalve(worker, leases, rows, true)
    return rows.length > 0
  } finally {
    if (!released) await releaseLeases(workerPool(), worker, leases)
  }
}

/**
 * One transaction per batch. When it fails for a reason of its content it is halved until the bad row stands alone;
 * that one is set aside with the reason, the rest pass. When the database or the lease is the reason, nothing is judged.
 * `last`: nothing comes after this batch, so that its transaction gives the leases back.
 * @returns whether it did.
 */
async function foldOrHalve(worker: string, leases: Lease[], rows: InboxRow[], last: boolean): Promise<boolean> {
  const started = clock.wallMs()
  try {
    await underLease(worker, leases, async (sql, held) => {
      await foldBatch(sql, rows, clock.now(), { held })
      if (last) await releaseLeases(sql, worker, leases)
    })
    log().debug({ job_id: 'drain', rows: rows.length, ms: clock.wallMs() - started }, 'folded a batch')
    return last
  } catch (error) {
    if (isPassing(error)) throw error
    const [only] = rows
    if (rows.length > 1 || !only) {
      const middle = Math.ceil(rows.length / 2)
      await foldOrHalve(worker, leases, rows.slice(0, middle), false)
      await foldOrHalve(worker, leases, rows.slice(middle), false)
      return false
    }
    log().error({ job_id: 'drain', event: only.event_id, type: only.type, error }, 'an inbox row could not be folded and is set aside')
    await setAside(worker, leases, only, quarantineReason(error))
    return false
  }
}

/**
 * Whose it is was known before it failed: its tenant is to see it. A row that no index of a tenant can hold is set aside as
 * nobody's: one that could not be set aside at all would come first again and again, and hold up every tenant.
 */
async function setAside(worker: string, leases: Lease[], row: InboxRow, reason: string): Promise<void> {
  const mark = (isOwned: boolean) =>
    underLease(worker, leases, async (sql, held) => {
      await held
      const whose = isOwned ? (await resolveRows(sql, [row])).map((known) => known.row) : [row]
      await markRows(
        sql,
        whose.map((each) => ({ row: each, outcome: { state: 'quarantined', reason } })),
        clock.now(),
      )
    })
  try {
    await mark(true)
  } catch (error) {
    if (isPassing(error)) throw error
    await mark(false)
  }
}

/** `held` is asked before anything that the work asks, and fails when a lease was lost: the work awaits it before it writes. */
async function underLease(worker: string, leases: Lease[], work: (sql: Sql, held: Promise<void>) => Promise<unknown>): Promise<void> {
  await inWorkerTransaction(async (sql) => {
    const held = holdLeases(sql, worker, leases).then((ours) => {
      if (!ours) throw Object.assign(new Error('the lease of a bucket was lost'), { code: 'lease_lost' })
    })
    await work(sql, held)
  })
}
