import type { ChildProcess } from 'node:child_process'
import { Sentence } from '../sentence'
import { endChild, endOf, lastLines, logOf, spawnChild } from './child'
import type { ChildSpec } from './child'

const TOO_OFTEN = { times: 4, withinMs: 60_000 }

/** A process that is kept alive: started again when it dies, until it dies too often. */
export type Supervised = {
  name: string
  /** The present process, for tests that kill it. */
  pid(): number
  /** Whether the present process has become ready. */
  isReady(): boolean
  /** Ends it and starts it again (new code in development). */
  restart(): Promise<void>
  /** Ends it for good. */
  stop(): Promise<void>
}

/** Resolves when the started process does its work; `gone` is aborted when it ends first. */
export type Readiness = (gone: AbortSignal, child: ChildProcess) => Promise<void>

/**
 * Starts a process and waits until it is ready, at each start.
 * Throws a Sentence with the last lines of its log when it ends first. `givenUp` is called when it keeps dying.
 */
export async function supervise(spec: ChildSpec, ready: Readiness, givenUp: (error: Error) => void, signal?: AbortSignal): Promise<Supervised> {
  let child: ChildProcess
  let stopping = false
  let isReady = false
  const dismissed = new WeakSet<ChildProcess>()
  const deaths: number[] = []

  const launch = async (): Promise<void> => {
    const mine = spawnChild(spec)
    child = mine
    isReady = false
    const gone = new AbortController()
    const ended = endOf(mine)
    void ended.then(() => gone.abort())
    try {
      await ready(signal ? AbortSignal.any([gone.signal, signal]) : gone.signal, mine)
    } catch (error) {
      if (dismissed.has(mine) || !gone.signal.aborted) throw error
      throw new Sentence(`The ${spec.name} process ended while it started (${await ended}); its log ${logOf(spec)} ends with:\n\n${lastLines(spec)}`)
    }
    isReady = true
    void ended.then((how) => (dismissed.has(mine) ? undefined : revive(how)))
  }

  const revive = async (how: number | string): Promise<void> => {
    const now = performance.now()
    deaths.push(now)
    if (deaths.filter((at) => now - at < TOO_OFTEN.withinMs).length >= TOO_OFTEN.times) {
      givenUp(new Sentence(`The ${spec.name} process keeps ending (${how}); its log ${logOf(spec)} ends with:\n\n${lastLines(spec)}`))
      return
    }
    const say = spec.say ?? ((text: string) => void process.stderr.write(`${text}\n`))
    say(`  ! ${spec.name} ended (${how}) and is started again; see ${logOf(spec)}`)
    await launch().catch((error: Error) => {
      if (!stopping) givenUp(error)
    })
  }

  const dismiss = (): Promise<void> => {
    dismissed.add(child)
    return endChild(child)
  }

  try {
    await launch()
  } catch (error) {
    await dismiss()
    throw error
  }
  return {
    name: spec.name,
    pid: () => child.pid ?? 0,
    isReady: () => isReady,
    restart: async () => {
      await dismiss()
      if (!stopping) await launch()
    },
    stop: () => {
      stopping = true
      return dismiss()
    },
  }
}

/** Ready when the process says so with process.send('ready'). */
export const whenSaid: Readiness = (gone, child) =>
  new Promise((resolve, reject) => {
    if (gone.aborted) reject(gone.reason as Error)
    child.once('message', () => resolve())
    gone.addEventListener('abort', () => reject(gone.reason as Error), { once: true })
  })

/** Ready when the address answers with 2xx. */
export const whenAnswered =
  (url: string): Readiness =>
  (gone) =>
    untilAnswered(url, gone)

/** Asks the address until it answers with 2xx; throws when `gone` is aborted or after `limitMs`. */
export async function untilAnswered(url: string, gone: AbortSignal, limitMs = 90_000): Promise<void> {
  const end = performance.now() + limitMs
  let last = 'nothing answered'
  while (performance.now() < end) {
    gone.throwIfAborted()
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: 'manual' })
      if (answer.ok) return
      last = `${answer.status} ${(await answer.text()).slice(0, 300)}`
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Sentence(`${url} did not become ready in ${limitMs / 1000} s: ${last}`)
}
