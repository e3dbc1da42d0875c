import type { Random } from './contract'
import type { Dice } from './faults'
import type { Process, Scheduler } from './scheduler'
import type { Sessions } from './sessions'

export type Kind = 'web' | 'worker'
type Living = { process: Process; kind: Kind; place: number }

/** Virtual processes: each place of a kind is filled again some seconds after its process died, as a supervisor does. */
export class Processes {
  private readonly living: Living[] = []
  private readonly returning: { atMs: number; kind: Kind; place: number }[] = []
  private generation = 0
  kills = 0

  constructor(
    private readonly scheduler: Scheduler,
    private readonly sessions: () => Sessions,
    private readonly random: Random,
    private readonly dice: Dice,
    /** What a new process of a kind does. */
    private readonly begin: (process: Process, kind: Kind) => void,
  ) {}

  start(kind: Kind, place: number): void {
    this.generation += 1
    // A receiver refuses signatures that are five minutes off by its clock: it may be wrong by less than that.
    const mostMs = kind === 'web' ? 120_000 : 600_000
    const process: Process = {
      name: `${kind}-${place}.${this.generation}`,
      alive: true,
      stalledUntilMs: 0,
      skewMs: this.dice.met('clock.skewed') ? this.random.int(2 * mostMs) - mostMs : 0,
      shelf: new Map(),
      onDeath: new Set(),
    }
    this.living.push({ process, kind, place })
    this.begin(process, kind)
  }

  any(kind: Kind): Process | null {
    const found = this.living.filter((entry) => entry.kind === kind)
    return found.length === 0 ? null : this.random.pick(found).process
  }

  all(): Process[] {
    return this.living.map(({ process }) => process)
  }

  /** kill -9: its connections are cut, what it held in memory is gone, nobody tells anybody. */
  async kill(process: Process, why: string): Promise<void> {
    const index = this.living.findIndex((entry) => entry.process === process)
    if (index < 0) return
    const [dead] = this.living.splice(index, 1) as [Living]
    this.kills += 1
    process.alive = false
    this.scheduler.note(`killed ${process.name} ${why}`)
    this.scheduler.forget(process)
    await this.sessions().close(process)
    for (const undo of process.onDeath) await undo()
    this.returning.push({ atMs: this.scheduler.nowMs + this.random.int(20_000), kind: dead.kind, place: dead.place })
  }

  /** Starts what is due to come back. @returns when the next one is. */
  revive(): number | null {
    for (const entry of [...this.returning]) {
      if (entry.atMs > this.scheduler.nowMs) continue
      this.returning.splice(this.returning.indexOf(entry), 1)
      this.start(entry.kind, entry.place)
    }
    return this.returning.length === 0 ? null : Math.min(...this.returning.map((entry) => entry.atMs))
  }

  /** Clocks are set right, nobody is stalled any more. */
  heal(): void {
    for (const { process } of this.living) {
      process.skewMs = 0
      process.stalledUntilMs = 0
    }
  }
}
