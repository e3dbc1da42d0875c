import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** The processor of a job when the jobs take the whole machine, null when it is left to the system. */
export function processorOf(job: number, jobs: number): number | null {
  const processors = availableParallelism()
  return process.platform === 'linux' && jobs >= processors ? job % processors : null
}

/**
 * A process (or a connection's process of PostgreSQL) is to stay on one processor: the way to the database and back is
 * shortest when nobody has to be woken on another one. Where that cannot be said, everything goes on more slowly.
 */
export function keepOn(processor: number | null, pid: number): void {
  if (processor !== null) spawn('taskset', ['-pc', String(processor), String(pid)], { stdio: 'ignore' }).on('error', () => undefined)
}
