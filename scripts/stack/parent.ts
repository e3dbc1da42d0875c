import { readFileSync } from 'node:fs'
import { commandOf } from '../process-alive'

/**
 * Calls `gone` when npm, which started us, is gone although we were not told (kill -9). Started by hand or by a
 * service manager, a parent may leave by right, and nothing is watched.
 */
export function watchNpm(gone: () => void): void {
  if (!process.env.npm_command) return
  const parent = process.ppid
  // Between npm and us there may be the shell of the script.
  const grandparent = /^(\S*\/)?(ba|da)?sh\s/.test(commandOf(parent)) ? parentOf(parent) : undefined
  const timer = setInterval(() => {
    if (process.ppid === parent && (grandparent === undefined || parentOf(parent) === grandparent)) return
    clearInterval(timer)
    gone()
  }, 1_000)
  timer.unref()
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}
