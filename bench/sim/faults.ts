import type { Faults, Random } from './contract'

/**
 * What the engine does to the product, with a probability that suits a history in which it is on: per operation of its
 * kind, per process for a clock. The names of what the world does are in world/faults.ts.
 */
export const engineFaults = {
  'kill.before_storing_a_delivery': 0.012,
  'kill.after_storing_a_delivery': 0.012,
  'kill.before_the_answer': 0.01,
  'kill.before_a_claim': 0.004,
  'kill.after_a_claim': 0.008,
  'kill.before_a_statement': 0.002,
  'kill.after_a_statement': 0.002,
  'kill.before_a_commit': 0.006,
  'kill.after_a_commit': 0.006,
  'kill.before_a_call': 0.01,
  'kill.after_a_call': 0.015,
  'kill.before_an_effect_ends': 0.08,
  'kill.after_an_effect_ended': 0.08,
  'answer.lost': 0.03,
  'database.cut': 0.003,
  'database.cut_after_a_statement': 0.003,
  'database.cut_before_the_commit': 0.008,
  'database.cut_after_the_commit': 0.008,
  'database.deadlock': 0.004,
  'database.serialisation': 0.004,
  'database.statement_timeout': 0.003,
  'database.pool_empty': 0.006,
  'lease.run_out': 0.006,
  'process.stalled': 0.002,
  'clock.skewed': 0.6,
  'clock.stepped_back': 0.0012,
  'wake_up.lost': 0.3,
} as const satisfies Faults

export type EngineFault = keyof typeof engineFaults

/** Decides and counts. After `heal` nothing is met any more. */
export class Dice {
  private readonly counts = new Map<string, number>()
  private healed = false

  constructor(
    private readonly random: Random,
    private readonly on: Faults,
  ) {}

  met(name: EngineFault): boolean {
    const probability = this.on[name] ?? 0
    if (this.healed || probability === 0 || !this.random.chance(probability)) return false
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
    return true
  }

  heal(): void {
    this.healed = true
  }

  hits(): Record<string, number> {
    return Object.fromEntries(this.counts)
  }
}

/** The subset that a seed turns on: each with even odds, none at all in one of ten. */
export function swarm(random: Random, usual: Faults, only: readonly string[] | null): Faults {
  const isCalm = random.chance(0.1)
  return Object.fromEntries(Object.entries(usual).filter(([name]) => (only ? only.includes(name) : !isCalm && random.chance(0.4))))
}
