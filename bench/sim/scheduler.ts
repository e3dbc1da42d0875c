import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash, type Hash } from 'node:crypto'
import type { Random } from './contract'

/** A process that exists only here: it can be killed, stalled, and its clock may be wrong. */
export type Process = {
  name: string
  alive: boolean
  /** Nothing of it runs before this moment (true milliseconds). */
  stalledUntilMs: number
  /** How far its clock is off. */
  skewMs: number
  /** The product's once-per-process things. */
  shelf: Map<string, unknown>
  /** What is undone when it dies; connections above all. */
  onDeath: Set<() => Promise<void>>
}

/** One line of work of a process. Its statements and exchanges run when the scheduler says so. */
export type Fiber = { name: string; process: Process; done: boolean; waiting: number }

/** What a fiber waits for: run it, then tell the fiber. `null` from `run`: it could not end yet and was parked by its owner. */
export type Operation = {
  fiber: Fiber
  kind: 'sql' | 'exchange' | 'point'
  label: string
  /** Must another one end first (the same connection)? */
  isReady(): boolean
  /** Its answer came with that of another: it is told with it, as the driver does. */
  isAnswered?(): boolean
  run(self: Operation): Promise<Settled | null>
  settle(settled: Settled): void
}
export type Settled = { value: unknown; note?: string | undefined } | { error: unknown; note?: string | undefined }

type Timer = { atMs: number; order: number; fiber: Fiber; fire: () => void }

const fibers = new AsyncLocalStorage<Fiber>()

/** The line of work that the caller is part of; undefined outside of a simulation and while one is being set up. */
export function currentFiber(): Fiber | undefined {
  return fibers.getStore()
}

/** Runs `work` as part of no fiber: what it does is real and at once. */
export function outsideFibers<T>(work: () => T): T {
  return fibers.exit(work)
}

const { setImmediate: laterReally } = globalThis
const turn = () => new Promise<void>((resolve) => laterReally(resolve))

/**
 * Releases one waiting operation at a time. Between two, everything that can go on without one goes on until it waits
 * again. Who is next, and when time moves, comes from the seed; nothing here depends on how long anything really takes.
 */
export class Scheduler {
  nowMs: number
  steps = 0
  private readonly waiting: Operation[] = []
  private readonly timers: Timer[] = []
  private readonly hash: Hash = createHash('sha256')
  private noted = ''
  private order = 0
  private readonly live = new Set<Fiber>()
  private readonly real = new Set<Promise<void>>()
  private running: Operation | null = null
  trace: ((line: string) => void) | null = null
  /** Called before an operation runs and after; the second may end its process. */
  onStep: { before(operation: Operation): Promise<boolean>; after(operation: Operation, settled: Settled): Promise<boolean> } = {
    before: async () => true,
    after: async () => true,
  }

  constructor(
    startMs: number,
    private readonly random: Random,
    /** How often time moves on although something could run. */
    public hurry = 0,
  ) {
    this.nowMs = startMs
  }

  /** Starts a line of work; `ended` is told how it went, unless its process died before. */
  start<T>(process: Process, name: string, work: () => Promise<T>, ended: (result: { value: T } | { error: unknown }) => void = () => undefined): Fiber {
    const fiber: Fiber = { name, process, done: false, waiting: 0 }
    this.live.add(fiber)
    const end = (result: { value: T } | { error: unknown }) => {
      fiber.done = true
      this.live.delete(fiber)
      if (process.alive) fibers.exit(() => ended(result))
    }
    fibers.run(fiber, () => {
      void Promise.resolve()
        .then(work)
        .then(
          (value) => end({ value }),
          (error: unknown) => end({ error }),
        )
    })
    return fiber
  }

  /** Hands the scheduler something to do for the calling fiber, and waits for its result. */
  perform(operation: Omit<Operation, 'settle'>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (!operation.fiber.process.alive) return
      operation.fiber.waiting += 1
      this.waiting.push({
        ...operation,
        settle: (settled) => {
          operation.fiber.waiting -= 1
          if (!operation.fiber.process.alive) return
          if ('error' in settled) reject(settled.error as Error)
          else resolve(settled.value)
        },
      })
    })
  }

  /** An operation that was parked has ended: its fiber is told when its turn comes. */
  unpark(operation: Operation, settled: () => Settled): void {
    this.waiting.push({ ...operation, isReady: () => true, run: async () => settled() })
  }

  /** Calls back at a moment; returns how to call it off. */
  at(atMs: number, fiber: Fiber, call: () => void): () => void {
    const timer: Timer = { atMs, order: (this.order += 1), fiber, fire: () => fibers.run(fiber, call) }
    fiber.waiting += 1
    this.timers.push(timer)
    return () => this.remove(timer)
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const fiber = currentFiber()
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      // No time passes while a history is set up.
      if (!fiber) return signal?.addEventListener('abort', () => resolve(), { once: true })
      const cancel = this.at(this.nowMs + Math.max(0, ms), fiber, () => {
        signal?.removeEventListener('abort', stop)
        resolve()
      })
      const stop = () => {
        cancel()
        resolve()
      }
      signal?.addEventListener('abort', stop, { once: true })
    })
  }

  /** What is left of a process that died. */
  forget(process: Process): void {
    const keep = <T extends { fiber: Fiber }>(list: T[]) => list.splice(0, list.length, ...list.filter((entry) => entry.fiber.process !== process))
    keep(this.waiting)
    keep(this.timers)
    for (const fiber of this.live) if (fiber.process === process) this.live.delete(fiber)
  }

  /** Notes something that belongs to the trace. */
  note(line: string): void {
    this.noted += `${line}\n`
    if (this.noted.length > 8_192) this.hashNoted()
    this.trace?.(`${this.nowMs} ${line}`)
  }

  private hashNoted(): void {
    this.hash.update(this.noted)
    this.noted = ''
  }

  traceHash(): string {
    this.hashNoted()
    return this.hash.copy().digest('hex').slice(0, 16)
  }

  /** When something can next run that cannot now; null when nothing waits for time. */
  nextMomentMs(): number | null {
    let first = Infinity
    for (const timer of this.timers) first = Math.min(first, Math.max(timer.atMs, timer.fiber.process.stalledUntilMs))
    for (const { fiber } of this.waiting) if (fiber.process.stalledUntilMs > this.nowMs) first = Math.min(first, fiber.process.stalledUntilMs)
    return Number.isFinite(first) ? first : null
  }

  /** A wait that somebody else ends. */
  pause(): { ended: Promise<void>; end(): void } {
    const fiber = currentFiber()
    if (fiber) fiber.waiting += 1
    let tell: () => void = () => undefined
    const ended = new Promise<void>((resolve) => (tell = resolve))
    let over = false
    return {
      ended,
      end: () => {
        if (over) return
        over = true
        if (fiber) fiber.waiting -= 1
        tell()
      },
    }
  }

  /** What runs, what goes on and what waits its turn, for whoever asks why nothing happens. */
  busyWith(): string {
    const name = (fiber: Fiber) => `${fiber.process.name}/${fiber.name}`
    return [
      ...(this.running ? [`running ${name(this.running.fiber)} ${this.running.label}`] : []),
      ...[...this.live].filter((fiber) => fiber.waiting === 0 && !fiber.done).map((fiber) => `going on ${name(fiber)}`),
      ...this.waiting.map((operation) => `waiting ${name(operation.fiber)} ${operation.label}`),
    ]
      .slice(0, 20)
      .join(', ')
  }

  /** Nothing goes on before this has ended, which really takes its time. */
  hold(work: Promise<void>): void {
    this.real.add(work)
    void work.finally(() => this.real.delete(work))
  }

  /** Lets everything go on until it waits. */
  async quiet(): Promise<void> {
    for (const work of this.real) await work
    await turn()
    for (let i = 0; i < 40 && this.isSomeoneBusy(); i++) await turn()
  }

  /** One operation or one timer that is due. @returns false when there is none: only time can help. */
  async step(): Promise<boolean> {
    await this.quiet()
    const now = this.nowMs
    const runnable = (fiber: Fiber) => fiber.process.stalledUntilMs <= now
    // A call that waits here has left its process: a stall of that one does not hold it, and no time is lost under it.
    const operations = this.waiting.filter((operation) => (operation.kind === 'exchange' || runnable(operation.fiber)) && operation.isReady())
    const timers = this.timers.filter((timer) => timer.atMs <= now && runnable(timer.fiber))
    const count = operations.length + timers.length
    if (count === 0) return false
    this.steps += 1
    if (this.hurry > 0 && operations.every((operation) => operation.kind !== 'exchange') && this.random.chance(this.hurry)) {
      const next = this.nextMomentMs()
      if (next !== null && next > this.nowMs) this.nowMs = next
    }
    const choice = count === 1 ? 0 : this.random.int(count)
    const operation = operations[choice]
    if (operation) {
      this.running = operation
      await this.run(operation)
      this.running = null
    } else {
      const timer = timers.sort((a, b) => a.atMs - b.atMs || a.order - b.order)[choice - operations.length] as Timer
      this.remove(timer)
      this.note(`timer ${timer.fiber.process.name}/${timer.fiber.name}`)
      timer.fire()
    }
    return true
  }

  private async run(operation: Operation): Promise<void> {
    this.waiting.splice(this.waiting.indexOf(operation), 1)
    this.nowMs += 1
    if (!(await this.onStep.before(operation))) return
    const settled = await operation.run(operation)
    const name = `${operation.fiber.process.name}/${operation.fiber.name} ${operation.label}`
    if (settled === null) return this.note(`parked ${name}`)
    this.note(`${name} ${settled.note ?? ''}${'error' in settled ? ` failed ${String((settled.error as { code?: unknown }).code ?? settled.error)}` : ''}`)
    if (!(await this.onStep.after(operation, settled))) return
    operation.settle(settled)
    for (const other of this.waiting.filter(({ isAnswered }) => isAnswered?.())) {
      this.waiting.splice(this.waiting.indexOf(other), 1)
      const answer = (await other.run(other)) as Settled
      this.note(`and ${other.label} ${answer.note ?? ''}`)
      other.settle(answer)
    }
  }

  private remove(timer: Timer): void {
    const index = this.timers.indexOf(timer)
    if (index < 0) return
    timer.fiber.waiting -= 1
    this.timers.splice(index, 1)
  }

  private isSomeoneBusy(): boolean {
    for (const fiber of this.live) if (fiber.waiting === 0 && !fiber.done) return true
    return false
  }
}
