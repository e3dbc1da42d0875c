import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../process-alive'
import { codeOf, Sentence } from '../sentence'

/** Who runs from a data folder. `born` tells a process from a later one with the same number. */
export type Running = { pid: number; born: string; url: string; sandboxUrl?: string | undefined }

/** The process that runs from the folder now; undefined when there is none. */
export function whoRuns(dataDir: string): Running | undefined {
  const file = lockFile(dataDir)
  if (!existsSync(file)) return undefined
  try {
    const running = JSON.parse(readFileSync(file, 'utf8')) as Running
    return isAlive(running.pid) && bornAt(running.pid) === running.born ? running : undefined
  } catch {
    return undefined // Half-written by a process that died.
  }
}

/**
 * Marks the folder as in use by this process. Throws a Sentence when another process has it.
 * `unclean` says that the one before was killed: its children may need a moment to go.
 */
export function claimFolder(dataDir: string, url: string, sandboxUrl?: string): { unclean: boolean; release(): void } {
  const other = whoRuns(dataDir)
  if (other) throw new Sentence(`Matchbook already runs from this folder (process ${other.pid}): open ${other.url}, or stop it there with Ctrl-C first.`)
  const file = lockFile(dataDir)
  const unclean = existsSync(file)
  rmSync(file, { force: true })
  const mine: Running = { pid: process.pid, born: bornAt(process.pid), url, sandboxUrl }
  try {
    writeFileSync(file, JSON.stringify(mine), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw new Sentence('Another start of Matchbook from this folder came first: wait for it, or stop it.')
    throw error
  }
  return { unclean, release: () => rmSync(file, { force: true }) }
}

function lockFile(dataDir: string): string {
  return join(dataDir, 'running.json')
}

/** The kernel's start time of a process, where it tells (Linux). */
function bornAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
