import type { Random } from './contract'
import type { Database } from './database'
import type { Dice, EngineFault } from './faults'
import type { Processes } from './processes'
import type { Operation, Process, Scheduler } from './scheduler'
import type { Fate, Misfortune, Statement } from './sessions'

/** More deaths than this make a history slow without making it worse. */
const mostKills = 10

const isClaim = (label: string) => /acquire_leases|claim|with order|update object_read|update sync_cursor|hold_leases/.test(label)

/** Which failpoint an operation is. */
function failpoints(operation: Operation): { before: EngineFault[]; after: EngineFault[] } {
  if (operation.kind === 'exchange') return { before: ['kill.before_a_call'], after: ['kill.after_a_call'] }
  if (operation.kind === 'point') return { before: ['kill.before_the_answer'], after: [] }
  const before: EngineFault[] = ['kill.before_a_statement']
  const after: EngineFault[] = ['kill.after_a_statement']
  if (/insert_deliver/.test(operation.label)) {
    before.push('kill.before_storing_a_delivery')
    after.push('kill.after_storing_a_delivery')
  } else if (/^commit/i.test(operation.label)) {
    before.push('kill.before_a_commit')
    after.push('kill.after_a_commit')
  } else if (isClaim(operation.label)) {
    before.push('kill.before_a_claim')
    after.push('kill.after_a_claim')
  } else if (operation.label === 'update effect') {
    before.push('kill.before_an_effect_ends')
    after.push('kill.after_an_effect_ended')
  }
  return { before, after }
}

/** Decides from the seed what befalls statements and processes. */
export function createFate(parts: {
  dice: Dice
  random: Random
  scheduler: Scheduler
  database: Database
  processes: () => Processes
  /** Rows were changed behind the back of the connections. */
  changed: () => void
}): Fate & Scheduler['onStep'] {
  const { dice, random, scheduler, database } = parts
  const dies = async (process: Process, points: EngineFault[], when: string) => {
    if (parts.processes().kills >= mostKills) return false
    const point = points.find((name) => dice.met(name))
    if (point) await parts.processes().kill(process, `${when} ${point}`)
    return point !== undefined
  }
  return {
    statement(statement: Statement): Misfortune | null {
      if (statement.kind.isCommit) {
        if (dice.met('database.cut_before_the_commit')) return 'cut_before'
        if (dice.met('database.cut_after_the_commit')) return 'cut_after'
        return null
      }
      if (statement.kind.isRollback) return null
      if (dice.met('database.cut')) return 'cut_before'
      if (dice.met('database.cut_after_a_statement')) return 'cut_after'
      if (statement.kind.opens) return null
      if (dice.met('database.deadlock')) return 'deadlock'
      if (dice.met('database.serialisation')) return 'serialisation'
      if (dice.met('database.statement_timeout')) return 'statement_timeout'
      return null
    },
    connect: () => (dice.met('database.pool_empty') ? 'pool_empty' : null),
    wakeUp: () => !dice.met('wake_up.lost'),
    async before(operation) {
      return !(await dies(operation.fiber.process, failpoints(operation).before, 'before'))
    },
    async after(operation) {
      const { process } = operation.fiber
      if (await dies(process, failpoints(operation).after, 'after')) return false
      if (dice.met('process.stalled')) {
        process.stalledUntilMs = scheduler.nowMs + 45_000 + random.int(75_000)
        scheduler.note(`stalled ${process.name}`)
      }
      if (dice.met('clock.stepped_back')) process.skewMs -= random.int(process.name.startsWith('web') ? 60_000 : 600_000)
      if (operation.kind === 'sql' && dice.met('lease.run_out')) {
        const { rowCount } = await database.admin.query(runOut)
        parts.changed()
        scheduler.note(`leases ran out ${rowCount}`)
      }
      return true
    },
  }
}

/** The owner lives on and does not know. Rows that somebody has locked at this moment are left alone. */
const runOut = `UPDATE inbox_lease SET lease_until = 'epoch' WHERE bucket IN (SELECT bucket FROM inbox_lease WHERE lease_until IS NOT NULL ORDER BY bucket FOR UPDATE SKIP LOCKED)`
