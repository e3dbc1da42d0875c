import type { Log } from './log'
import { newId } from './ids'
import type { Collection, Row, Store } from './store'

interface ScheduledRow extends Row {
  readonly id: string
  /** Sandbox time in milliseconds. */
  readonly at_ms: number
  readonly kind: string
  readonly payload: unknown
}

interface ClockRow extends Row {
  readonly id: 'clock'
  readonly offset_ms: number
}

/** Runs when its item is due; `clock.now()` is then the due time (or later, after a restart). May be async; an advance waits for it. */
export type DueHandler<P> = (payload: P) => void | Promise<void>

interface QueueItem {
  readonly at: number
  readonly order: number
  readonly id: string
}

/** The longest setTimeout the platform keeps exactly. */
const MAX_TIMER_MS = 60_000

/**
 * Sandbox time: wall clock plus an offset that only grows. Things due later are journaled rows, run in time
 * order both when wall time reaches them and, in steps, when the clock is advanced.
 */
export class Clock {
  private readonly scheduled: Collection<ScheduledRow>
  private readonly state: Collection<ClockRow>
  private readonly queue: QueueItem[] = []
  private readonly handlers = new Map<string, DueHandler<unknown>>()
  private readonly announcers: ((offsetMs: number) => Promise<void>)[] = []
  private readonly offsetWatchers: ((offsetMs: number) => void)[] = []
  private order = 0
  private offset: number
  private latest = 0
  private timer: NodeJS.Timeout | null = null
  private running: Promise<void> = Promise.resolve()
  private stopped = false

  /** `freshOffsetMs` is the offset of a sandbox that starts for the first time. */
  constructor(
    store: Store,
    private readonly log: Log,
    freshOffsetMs: number,
    private readonly wall: () => number = Date.now,
  ) {
    this.scheduled = store.collection<ScheduledRow>('schedule')
    this.state = store.collection<ClockRow>('clock')
    const saved = this.state.get('clock')
    this.offset = saved?.offset_ms ?? freshOffsetMs
    if (saved === undefined) this.state.put({ id: 'clock', offset_ms: this.offset })
    for (const row of this.scheduled.all()) push(this.queue, { at: row.at_ms, order: ++this.order, id: row.id })
  }

  /** Sandbox time in unix seconds. Never goes back. */
  now(): number {
    return Math.floor(this.nowMs() / 1000)
  }

  /** Sandbox time in milliseconds. Never goes back. */
  nowMs(): number {
    this.latest = Math.max(this.latest, this.wall() + this.offset)
    return this.latest
  }

  offsetMs(): number {
    return this.offset
  }

  /** Runs `kind` with `payload` (JSON data) at sandbox time `atSeconds` (unix, may have a fraction). */
  schedule(atSeconds: number, kind: string, payload: unknown): string {
    const row: ScheduledRow = { id: newId('due'), at_ms: Math.round(atSeconds * 1000), kind, payload }
    this.scheduled.put(row)
    push(this.queue, { at: row.at_ms, order: ++this.order, id: row.id })
    this.arm()
    return row.id
  }

  cancel(id: string): boolean {
    return this.scheduled.delete(id)
  }

  /** One handler per kind; P is what `schedule` was given for it. */
  onDue<P>(kind: string, handler: DueHandler<P>): void {
    if (this.handlers.has(kind)) throw new Error(`two handlers for ${kind}`)
    this.handlers.set(kind, handler as DueHandler<unknown>)
  }

  /** Called with the coming offset before an advance takes effect; the advance waits for every answer. */
  onAnnounce(handler: (offsetMs: number) => Promise<void>): void {
    this.announcers.push(handler)
  }

  /** Called after each change of the offset. */
  onOffset(handler: (offsetMs: number) => void): void {
    this.offsetWatchers.push(handler)
  }

  /** Starts the timer; call once every handler is registered. */
  start(): void {
    this.arm()
  }

  /**
   * Moves sandbox time forward to `offset_ms` (or by `by_seconds`), never back: first announces the new
   * offset, then runs what became due, one due time after the other. Advances wait for each other.
   */
  advance(to: { by_seconds: number } | { to_offset_ms: number }): Promise<void> {
    const step = this.running.then(async () => {
      const target = 'by_seconds' in to ? this.offset + Math.round(to.by_seconds * 1000) : Math.round(to.to_offset_ms)
      if (target <= this.offset) return
      await Promise.all(this.announcers.map((announce) => announce(target)))
      const next = () => {
        const first = this.queue[0]
        return first !== undefined && first.at <= this.wall() + target ? first : undefined
      }
      for (let item = next(); item !== undefined && !this.stopped; item = next()) {
        this.setOffset(Math.min(target, Math.max(this.offset, item.at - this.wall())))
        pop(this.queue)
        await this.run(item)
      }
      this.setOffset(target)
    })
    this.running = step.catch(() => undefined)
    return step
  }

  stop(): void {
    this.stopped = true
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
  }

  private setOffset(offsetMs: number): void {
    if (offsetMs === this.offset) return
    this.offset = offsetMs
    this.state.put({ id: 'clock', offset_ms: offsetMs })
    for (const watch of this.offsetWatchers) watch(offsetMs)
  }

  private arm(): void {
    if (this.stopped) return
    if (this.timer !== null) clearTimeout(this.timer)
    const first = this.queue[0]
    if (first === undefined) return
    const wait = Math.min(Math.max(first.at - this.nowMs(), 0), MAX_TIMER_MS)
    this.timer = setTimeout(() => void this.tick(), wait)
    this.timer.unref()
  }

  private tick(): Promise<void> {
    const step = this.running.then(async () => {
      for (let item = this.queue[0]; item !== undefined && item.at <= this.nowMs() && !this.stopped; item = this.queue[0]) {
        pop(this.queue)
        await this.run(item)
      }
    })
    this.running = step.catch(() => undefined)
    return step.finally(() => this.arm())
  }

  private async run(item: QueueItem): Promise<void> {
    const row = this.scheduled.get(item.id)
    if (row === undefined) return
    this.scheduled.delete(item.id)
    const handler = this.handlers.get(row.kind)
    try {
      if (handler === undefined) throw new Error(`nothing handles ${row.kind}`)
      await handler(row.payload)
    } catch (error) {
      this.log.error('a scheduled step failed', error, { kind: row.kind })
    }
  }
}

function before(a: QueueItem, b: QueueItem): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

function push(heap: QueueItem[], item: QueueItem): void {
  heap.push(item)
  let at = heap.length - 1
  while (at > 0) {
    const up = (at - 1) >> 1
    const parent = heap[up]
    if (parent === undefined || !before(item, parent)) break
    heap[at] = parent
    at = up
  }
  heap[at] = item
}

function pop(heap: QueueItem[]): void {
  const item = heap.pop()
  if (item === undefined || heap.length === 0) return
  let at = 0
  for (;;) {
    const left = heap[2 * at + 1]
    const right = heap[2 * at + 2]
    if (left === undefined) break
    const useRight = right !== undefined && before(right, left)
    const child = useRight ? right : left
    if (!before(child, item)) break
    heap[at] = child
    at = useRight ? 2 * at + 2 : 2 * at + 1
  }
  heap[at] = item
}
