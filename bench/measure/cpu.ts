import { readdirSync, readFileSync } from 'node:fs'

/** Processor time of named processes and all they started, in seconds since they began. */
export type CpuReading = { at: number; seconds: Record<string, number> }

/** Clock ticks per second of /proc: 100 on every Linux that Node runs on. */
const ticks = 100

/** Reads /proc: on another system every figure is 0. */
export function readCpu(pids: Record<string, number>): CpuReading {
  const all = processes()
  const total = (pid: number): number => {
    const own = all.get(pid)
    if (!own) return 0
    // What ended children used is added to whoever waited for them.
    return [...all.values()].filter(({ parent }) => parent === pid).reduce((sum, child) => sum + total(child.pid), own.used + own.waited)
  }
  return { at: performance.now(), seconds: Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, total(pid) / ticks])) }
}

/** Processors kept busy between two readings, by name: 1.00 is one whole processor. */
export function busyBetween(before: CpuReading, after: CpuReading): Record<string, number> {
  const elapsed = (after.at - before.at) / 1000
  return Object.fromEntries(Object.entries(after.seconds).map(([name, seconds]) => [name, (seconds - (before.seconds[name] ?? 0)) / elapsed]))
}

function processes(): Map<number, { pid: number; parent: number; used: number; waited: number }> {
  try {
    return new Map(
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .flatMap((name) => {
          try {
            const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
            // The second field is the name in brackets and may hold anything.
            const fields = stat
              .slice(stat.lastIndexOf(')') + 2)
              .split(' ')
              .map(Number)
            const [, parent = 0] = fields
            return [
              [
                Number(name),
                { pid: Number(name), parent, used: (fields[11] ?? 0) + (fields[12] ?? 0), waited: (fields[13] ?? 0) + (fields[14] ?? 0) },
              ] as const,
            ]
          } catch {
            return []
          }
        }),
    )
  } catch {
    return new Map()
  }
}
