import { lookUpSilentStep } from '@/lib/checkout/look-up-silent'
import { lookUpUnansweredStep } from '@/lib/checkout/look-up-unanswered'
import { syncStoresStep } from '@/lib/commerce/sync-stores'
import { channels } from '@/lib/db/notify'
import { lookUpSilentDisputesStep } from '@/lib/disputes/look-up-silent'
import { requeueRepairedStep } from '@/lib/effects/requeue-repaired'
import { runEffectsStep } from '@/lib/effects/run-effects'
import { answerReadsStep } from '@/lib/inbox/answer-reads'
import { backfillStep } from '@/lib/inbox/backfill/backfill-step'
import { drainStep, lanesOf } from '@/lib/inbox/drain'
import { replayStep } from '@/lib/inbox/replay/replay-step'
import { settleStep } from '@/lib/ledger/settle'
import type { Random } from './contract'
import type { Queue } from './due'
import type { Process, Scheduler } from './scheduler'

type Loop = { name: string; channel: string | null; queues: Queue[]; step(worker: string): Promise<boolean> }

const loops: Loop[] = [
  { name: 'drain', channel: channels.inbox, queues: ['drain'], step: drainStep },
  { name: 'reads', channel: channels.reads, queues: ['reads'], step: answerReadsStep },
  { name: 'settle', channel: channels.settle, queues: ['settle', 'sweeps'], step: settleStep },
  { name: 'effects', channel: channels.effects, queues: ['effects'], step: runEffectsStep },
  { name: 'stores', channel: channels.reads, queues: ['stores'], step: syncStoresStep },
  { name: 'silent', channel: null, queues: ['sweeps'], step: lookUpSilentStep },
  { name: 'silent disputes', channel: null, queues: ['sweeps'], step: () => lookUpSilentDisputesStep() },
  { name: 'repaired orders', channel: null, queues: ['sweeps'], step: () => requeueRepairedStep() },
  { name: 'backfill', channel: null, queues: ['backfill', 'sweeps'], step: () => backfillStep() },
  { name: 'replays', channel: null, queues: ['replays'], step: () => replayStep() },
  { name: 'unanswered requests', channel: null, queues: ['sweeps'], step: () => lookUpUnansweredStep() },
]

type Idle = { loop: Loop; process: Process; end(): void }

/** How often a loop looks again at once after it found something; else it is busy elsewhere first, and comes back when there is more. */
const looksOn = 0.35
/** How often a loop of a new worker looks at once, though nothing asked for it. */
const looksFirst = 0.25
/** How often another one looks beside the one that will find something. */
const looksToo = 0.12
/** How often the stores are read because somebody was told to read objects: they share a channel. */
const heardByStores = 0.03

/**
 * The workers' loops: each runs its step again and again while there is more, then waits. What the poll of the real loop
 * finds is known to us from the queues, so a waiting loop is woken when there is something to find, and now and then when
 * there is not.
 */
export class Work {
  private readonly idle = new Set<Idle>()
  /** How often a queue was looked at in vain, in a row: then it is looked at less often. */
  private readonly vain = new Map<string, { times: number; notBeforeMs: number }>()
  /** Errors that a loop met, as the log would have them. */
  readonly failures = new Map<string, number>()

  constructor(
    private readonly scheduler: Scheduler,
    private readonly random: Random,
    /** How long at most the workers are busy elsewhere before one looks (milliseconds): what came meanwhile is folded together. */
    private slothMs: number,
  ) {}

  /** Replays are looked for at the moments at which the drain is woken: the two meet. */
  replaysBesideDrain = false

  /** When given, only what this queue has is worked on. */
  only: Queue | null = null

  begin(process: Process): void {
    process.onDeath.add(async () => {
      for (const entry of [...this.idle]) if (entry.process === process) this.idle.delete(entry)
    })
    for (const loop of this.random.shuffle(loops)) {
      if (loop.name !== 'drain') this.scheduler.start(process, loop.name, () => this.run(process, loop, process.name))
      else for (const lane of lanesOf(process.name)) this.scheduler.start(process, lane, () => this.run(process, loop, lane))
    }
  }

  private async run(process: Process, loop: Loop, worker: string): Promise<void> {
    if (!this.random.chance(looksFirst)) await this.untilWoken(process, loop)
    for (let failures = 0; ;) {
      try {
        if ((await loop.step(worker)) && this.random.chance(looksOn)) continue
        failures = 0
      } catch (error) {
        failures += 1
        const text = `${loop.name}: ${error instanceof Error ? error.message : String(error)}`
        this.failures.set(text, (this.failures.get(text) ?? 0) + 1)
        await this.scheduler.sleep(Math.min(10_000, 200 * 2 ** Math.min(failures, 6)))
        continue
      }
      await this.untilWoken(process, loop)
    }
  }

  private untilWoken(process: Process, loop: Loop): Promise<void> {
    const wait = this.scheduler.pause()
    this.idle.add({ loop, process, end: wait.end })
    return wait.ended
  }

  /** A notification: a loop that listens goes on, and perhaps others at the same moment. Busy workers find it by their poll. */
  notified(channel: string): void {
    if (this.random.chance(this.slothMs > 0 ? 0.9 : 0.3)) return
    const stores = channel === channels.reads && this.random.chance(heardByStores)
    this.wakeSome([...this.idle].filter(({ loop }) => loop.channel === channel && (loop.name === 'stores') === stores))
    if (channel === channels.inbox) this.wakeReplays()
  }

  /** Each loop once: that of one worker, now and then of several. */
  /** Nobody is busy elsewhere any more, and nobody holds on to what it meant to look at hours later. */
  heal(): void {
    this.slothMs = 0
    this.vain.clear()
  }

  everyone(): void {
    const idle = [...this.idle]
    for (const loop of loops) this.wakeSome(idle.filter((entry) => entry.loop === loop))
  }

  /** When the next poll would find something, seen from now. */
  nextMs(due: Map<Queue, number>): number | null {
    let first = Infinity
    for (const queue of due.keys()) {
      if (!this.vain.has(queue)) this.vain.set(queue, { times: 0, notBeforeMs: this.scheduler.nowMs + this.random.int(this.slothMs + 500) })
    }
    for (const queue of due.keys()) if (this.only === null || queue === this.only) first = Math.min(first, this.dueMs(queue, due))
    return Number.isFinite(first) ? first : null
  }

  /** Polls that find something now: one worker's or several at the same moment. */
  poll(due: Map<Queue, number>): void {
    for (const queue of ['drain', 'reads', 'settle', 'backfill', 'effects', 'replays'] as const) if (!due.has(queue)) this.vain.delete(queue)
    for (const queue of due.keys()) {
      if (this.dueMs(queue, due) > this.scheduler.nowMs || (this.only !== null && queue !== this.only)) continue
      const waiting = [...this.idle].filter((entry) => entry.loop.queues.includes(queue) && entry.process.stalledUntilMs <= this.scheduler.nowMs)
      this.wakeSome(waiting)
      if (queue === 'drain') this.wakeReplays()
      const times = (this.vain.get(queue)?.times ?? 0) + 1
      this.vain.set(queue, { times, notBeforeMs: this.scheduler.nowMs + pollGapMs(queue, times) })
    }
  }

  private dueMs(queue: Queue, due: Map<Queue, number>): number {
    return Math.max(due.get(queue) ?? Infinity, this.vain.get(queue)?.notBeforeMs ?? 0)
  }

  private wakeReplays(): void {
    if (this.replaysBesideDrain) this.wakeSome([...this.idle].filter(({ loop }) => loop.name === 'replays'))
  }

  private wakeSome(waiting: Idle[]): void {
    if (waiting.length === 0) return
    const first = this.random.pick(waiting)
    for (const entry of waiting) if (entry === first || this.random.chance(looksToo)) this.wake(entry)
  }

  private wake(entry: Idle): void {
    this.idle.delete(entry)
    entry.end()
  }
}

/** Each look that changes nothing makes the next one later; looks that nothing asked for get seldom soonest. */
function pollGapMs(queue: Queue, times: number): number {
  const [least, growth, most] = queue === 'stores' || queue === 'sweeps' ? [300_000, 3, 24 * 3_600_000] : [500, 1.5, 30_000]
  return Math.min(most, least * growth ** Math.min(times, 40))
}
