import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, isFree } from '../ports'
import { commandOf, isAlive, isGone } from '../process-alive'
import { codeOf, Sentence } from '../sentence'
import type { Account } from './account'
import type { Binaries } from './binaries'
import { localUrl, withClient } from './connect'
import { startGuard } from './guard'
import { initCluster, serverEnvironment } from './init'

const START_LIMIT_MS = 60_000
const LOG_LIMIT_BYTES = 10_000_000

/** What a server is started with. `folder` exists and belongs to `account`. */
export type ServerOptions = {
  folder: string
  account: Account
  binaries: Binaries
  /** Password of the superuser `postgres`. */
  password: string
  /** Tried first; another free port is taken when something else has it. */
  port?: number
  /** false trades safety for speed: for data that are thrown away. */
  durable: boolean
  /** Further settings of postgresql.conf; benches size the memory with them. */
  settings?: Record<string, string>
  /** Remove the folder too when the guard has to stop the server (throw-away data). */
  removeWhenOrphaned?: boolean
}

/** A running server, on 127.0.0.1 only. */
export type Server = {
  port: number
  pid: number
  /** true when it was left running by a process that was killed, and taken over. */
  adopted: boolean
  /** Connection string of the superuser for a database. */
  adminUrl(database: string): string
  /** Resolves when the server is gone, for whatever reason. */
  gone: Promise<void>
  /** Ends sessions, writes everything down, resolves when no process is left. */
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL in the folder, or takes over the one that already serves it. Also when this
 * process is killed with -9, the server stops by itself: a guard holds a pipe to it.
 * Throws a Sentence that says what the server said when it does not come up.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { folder, account, binaries, password, durable } = options
  initCluster(folder, account, binaries, password, durable)
  const left = await findRunning(folder, password)
  const { pid, port, child } = left ?? (await launch(options))
  const guard = startGuard(pid, account, options.removeWhenOrphaned ? folder : undefined)
  const gone = child ? exited(child) : whenGone(pid)
  void gone.then(() => guard.release())
  return {
    port,
    pid,
    adopted: left !== undefined,
    adminUrl: (database) => localUrl('postgres', password, port, database),
    gone,
    stop: () => stopServer(pid, gone),
  }
}

type Running = { pid: number; port: number; child?: ChildProcess }

/** The server that a killed process left behind, once it answers with our password. */
async function findRunning(folder: string, password: string): Promise<Running | undefined> {
  const end = Date.now() + START_LIMIT_MS
  for (let left = leftServer(folder); left && Date.now() < end; left = leftServer(folder)) {
    if (left.port && (await answers(left.port, password))) return left
    await pause(100)
  }
  return undefined
}

/** What postmaster.pid says, when that process lives and is the folder's server. */
function leftServer(folder: string): Running | undefined {
  const file = join(folder, 'data/postmaster.pid')
  if (!existsSync(file)) return undefined
  const lines = readFileSync(file, 'utf8').split('\n')
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  if (!pid || !isAlive(pid)) return undefined
  if (commandOf(pid).includes(join(folder, 'data'))) return { pid, port }
  // The machine was restarted and the number belongs to another program now, which the server would mistake for itself.
  rmSync(file, { force: true })
  return undefined
}

/** Ends the server that serves the folder, when there is one. */
export async function endLeftServer(folder: string): Promise<void> {
  const left = leftServer(folder)
  if (left) await stopServer(left.pid, whenGone(left.pid))
}

async function launch(options: ServerOptions): Promise<Running> {
  const end = Date.now() + START_LIMIT_MS
  let preferred = options.port
  for (;;) {
    const port = preferred !== undefined && (await isFree(preferred)) ? preferred : await freePort()
    const child = spawnServer(options, port)
    if (await ready(child, port, options.password, end)) return { pid: child.pid ?? 0, port, child }
    const said = lastWords(options.folder)
    // Children of a killed server may hold its shared memory for a moment; a port may be taken between look and use.
    const passing = /lock file|shared memory block|Address already in use/.test(said)
    if (!passing || Date.now() > end) throw new Sentence(`PostgreSQL did not start; it said: ${said || 'nothing'} (log: ${logFile(options.folder)})`)
    preferred = undefined
    await pause(300)
  }
}

function spawnServer({ folder, account, binaries, durable, settings: more }: ServerOptions, port: number): ChildProcess {
  const settings: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'on' }),
    ...more,
  }
  const log = logFile(folder)
  if (existsSync(log) && statSync(log).size > LOG_LIMIT_BYTES) truncateSync(log)
  const out = openSync(log, 'a', 0o600)
  try {
    return spawn(
      binaries.postgres,
      ['-D', join(folder, 'data'), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      // A session of its own: Ctrl-C in the terminal is for the supervisor, which stops the database last.
      { cwd: '/', env: serverEnvironment, uid: account.uid, gid: account.gid, detached: true, stdio: ['ignore', out, out] },
    )
  } finally {
    closeSync(out)
  }
}

/** true once the server accepts connections, false when it ended first. */
async function ready(child: ChildProcess, port: number, password: string, end: number): Promise<boolean> {
  let ended = false
  void exited(child).then(() => (ended = true))
  while (!ended && Date.now() < end) {
    if (await answers(port, password)) return true
    await pause(20)
  }
  if (!ended) child.kill('SIGQUIT')
  return false
}

async function answers(port: number, password: string): Promise<boolean> {
  try {
    await withClient(localUrl('postgres', password, port, 'postgres'), (client) => client.query('SELECT 1'))
    return true
  } catch (error) {
    if (codeOf(error) !== '28P01') return false
    throw new Sentence('The database does not accept the password in secrets.json: put the right file back, or run npm run reset and start afresh.')
  }
}

async function stopServer(pid: number, gone: Promise<void>): Promise<void> {
  // SIGINT ends open sessions and writes a checkpoint, SIGQUIT only ends: recovery then happens at the next start.
  for (const [signal, wait] of [
    ['SIGINT', 15_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!isAlive(pid)) break
    process.kill(pid, signal)
    if (await isGone(pid, wait)) break
  }
  await gone
}

function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
}

async function whenGone(pid: number): Promise<void> {
  while (isAlive(pid)) await pause(200)
}

function logFile(folder: string): string {
  return join(folder, 'postgres.log')
}

function lastWords(folder: string): string {
  const lines = readFileSync(logFile(folder), 'utf8').trim().split('\n')
  return lines
    .slice(-4)
    .map((line) => line.replace(/^\S+ \S+ UTC \[\d+\] /, ''))
    .join(' ')
    .slice(-400)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
