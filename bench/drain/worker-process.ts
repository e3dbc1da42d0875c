import { Session } from 'node:inspector/promises'
import { performance } from 'node:perf_hooks'
import { Client } from 'pg'
import { inWorkerTransaction, workerPool } from '@/lib/db/pools'
import { drainStep, lanesOf } from '@/lib/inbox/drain'
import { foldBatch } from '@/lib/inbox/fold/fold-batch'
import { acquireLeases, holdLeases, releaseLeases } from '@/lib/inbox/store/lease'
import { selectPending } from '@/lib/inbox/store/rows'
import { clock } from '@/lib/kernel/clock'
import { readLayout, readWritten, type Layout, type Written } from './written'

/**
 * One worker of the product in a process of its own, told by its parent what to do: `drain` is the product's step in its lanes
 * until nothing is pending; `singly` the same fold with the same statements, one row per transaction; `record` the product's
 * step, and after each batch the rows that it left are read (slow, never timed); `profile` the product's step under a profiler.
 */
export type Order = { do: 'drain' | 'singly' | 'record' | 'profile'; worker: string; steps?: number }
/** `ends`: the wall clock when each transaction was durable; `written`: what each left, when it was recorded; `profile`: milliseconds by what they went to. */
export type Answer = { ms: number; cpuMs: number; statements: number; ends: number[]; written: Written[]; profile: Record<string, number>; error?: string }

let statements = 0
let ends: number[] = []
let onCommit: ((xid: string) => Promise<void>) | null = null

const query = Client.prototype.query as (...args: unknown[]) => unknown
Client.prototype.query = function watched(this: Client, ...args: unknown[]) {
  statements += 1
  if (args[0] !== 'COMMIT') return query.apply(this, args)
  return (async () => {
    const xid = onCommit && ((await query.call(this, 'SELECT pg_current_xact_id_if_assigned()::xid::text AS xid')) as { rows: { xid: string | null }[] })
    const result = await query.apply(this, args)
    ends.push(Date.now())
    if (onCommit && xid && xid.rows[0]?.xid) await onCommit(xid.rows[0].xid)
    return result
  })()
} as typeof Client.prototype.query

async function singly(worker: string): Promise<void> {
  for (let leases = await acquireLeases(workerPool(), worker, 64, 0); leases.length > 0; leases = await acquireLeases(workerPool(), worker, 64, 0)) {
    const rows = await selectPending(
      workerPool(),
      leases.map((lease) => lease.bucket),
      40,
    )
    for (const row of rows)
      await inWorkerTransaction(async (sql) => {
        const mine = leases.filter((lease) => lease.bucket === row.bucket)
        if (!(await holdLeases(sql, worker, mine))) throw new Error('the lease was lost')
        await foldBatch(sql, [row], clock.now())
      })
    await releaseLeases(workerPool(), worker, leases)
  }
}

let layout: Layout | undefined
async function recording(work: () => Promise<void>): Promise<Written[]> {
  const url = process.env.DATABASE_OWNER_URL ?? ''
  layout ??= await readLayout(url)
  const known = layout
  const reader = new Client({ connectionString: url })
  await reader.connect()
  const written: Written[] = []
  onCommit = async (xid) => void written.push(await readWritten(reader, known, xid))
  try {
    await work()
  } finally {
    onCommit = null
    await reader.end()
  }
  return written
}

async function profiled(work: () => Promise<void>): Promise<Record<string, number>> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  await work()
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]))
  const parts: Record<string, number> = {}
  profile.samples?.forEach((id, place) => {
    const part = partOf(frames.get(id) ?? { functionName: '', url: '' })
    if (part !== null) parts[part] = (parts[part] ?? 0) + (profile.timeDeltas?.[place] ?? 0) / 1000
  })
  return parts
}

/** What a function's own time went to; null: the thread had nothing to do. */
function partOf({ functionName, url }: { functionName: string; url: string }): string | null {
  if (functionName === '(idle)') return null
  if (functionName === '(garbage collector)') return 'collector'
  if (url.includes('/lib/db/rows')) return 'encode'
  if (url.includes('/fold/contents')) return 'parse'
  if (url.includes('/lib/matching/')) return 'explain'
  if (url.includes('/lib/') && !url.includes('node_modules')) return 'fold'
  return functionName === '(program)' ? 'no function of JavaScript' : 'driver and sockets'
}

async function obey(order: Order): Promise<Answer> {
  statements = 0
  ends = []
  const started = performance.now()
  const cpu = process.cpuUsage()
  const drain = async (lanes: string[]) => {
    let step = 0
    await Promise.all(
      lanes.map(async (lane) => {
        while (step++ < (order.steps ?? Infinity) && (await drainStep(lane))) continue
      }),
    )
  }
  let written: Written[] = []
  let profile: Record<string, number> = {}
  if (order.do === 'singly') await singly(order.worker)
  else if (order.do === 'record') written = await recording(() => drain([order.worker]))
  else if (order.do === 'profile') profile = await profiled(() => drain(lanesOf(order.worker)))
  else await drain(lanesOf(order.worker))
  const used = process.cpuUsage(cpu)
  return { ms: performance.now() - started, cpuMs: (used.user + used.system) / 1000, statements, ends, written, profile }
}

process.on('message', (order: Order) => {
  void obey(order)
    .catch((error: unknown): Answer => ({ ms: 0, cpuMs: 0, statements: 0, ends: [], written: [], profile: {}, error: String((error as Error).stack ?? error) }))
    .then((answer) => process.send?.(answer))
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
