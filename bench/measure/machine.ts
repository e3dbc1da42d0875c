import { cpus, loadavg, totalmem } from 'node:os'

/** One line on where the figures come from. The load average tells whether somebody else was busy. */
export function describeMachine(): string {
  const [one = 0] = loadavg()
  return `${cpus().length} x ${cpus()[0]?.model.trim() || process.arch}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${process.platform}, Node ${process.versions.node}, load ${one.toFixed(1)}`
}
