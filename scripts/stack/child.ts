import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths'
import type { Environment } from './environment'

const LOG_LIMIT_BYTES = 20_000_000

/** How a process of the product is started. */
export type ChildSpec = {
  name: string
  /** Arguments of node. */
  args: string[]
  env: Environment
  /** Folder of `<name>.log`. */
  logs: string
  /** Opens a channel for process.send(). */
  channel?: boolean
  /** Where its supervisor says that it was started again; default stderr. */
  say?: (text: string) => void
}

/**
 * Starts node in a process group of its own, with this process's end of a pipe as its stdin: when we are gone,
 * however, it stops by itself (die-with-parent.mjs). What it prints goes to its log file.
 */
export function spawnChild(spec: ChildSpec): ChildProcess {
  const log = logOf(spec)
  if (existsSync(log) && statSync(log).size > LOG_LIMIT_BYTES) renameSync(log, `${log}.1`)
  const out = openSync(log, 'a', 0o600)
  try {
    const child = spawn(process.execPath, ['--import', join(root, 'scripts/die-with-parent.mjs'), ...spec.args], {
      cwd: root,
      env: spec.env,
      detached: true,
      stdio: spec.channel ? ['pipe', out, out, 'ipc'] : ['pipe', out, out],
    })
    child.stdin?.on('error', () => {})
    return child
  } finally {
    closeSync(out)
  }
}

/** Resolves with how the process ended: its exit code, or the signal's name. */
export function endOf(child: ChildProcess): Promise<number | string> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode)
  if (child.signalCode !== null) return Promise.resolve(child.signalCode)
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'))
    child.once('error', (error) => resolve(error.message))
  })
}

/** Asks the process to stop, insists after `patience` ms, resolves when it is gone. */
export async function endChild(child: ChildProcess, patience = 12_000): Promise<void> {
  if (child.pid === undefined) return
  const ended = endOf(child)
  child.kill('SIGTERM')
  const insist = setTimeout(() => child.kill('SIGKILL'), patience)
  await ended
  clearTimeout(insist)
}

/** The log file of a process. */
export function logOf(spec: Pick<ChildSpec, 'name' | 'logs'>): string {
  return join(spec.logs, `${spec.name}.log`)
}

/** The last lines of its log. */
export function lastLines(spec: Pick<ChildSpec, 'name' | 'logs'>, count = 15): string {
  return readFileSync(logOf(spec), 'utf8').trim().split('\n').slice(-count).join('\n')
}
