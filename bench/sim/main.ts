import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Sentence } from '@/scripts/sentence'
import { startTestServer } from '@/scripts/testing/test-server'
import type { ServerUrls } from './database'
import type { Result } from './history'
import { faultNames, hitsOf } from './recorded'
import { describe, size, table } from './report'
import type { How, Living } from './runner'

export type Ask = {
  histories: number
  seed: string
  jobs: number
  /** Faults that may be met; null: each seed chooses. */
  faults: string[] | null
  /** The seed of one history, or several with commas between, to live it again alone. */
  only: string | null
  verbose: boolean
  /** Stop at the first history with a violation. */
  untilCaught: boolean
  /** No further history than two is begun after this long; null: all are lived. */
  withinMs: number | null
  /** Seconds after which a history that has not ended stands still; nothing else here depends on real time. */
  patienceS?: number
}

export type Summary = { results: Result[]; violations: number; missing: string[]; hash: string }

/** Seeds that failed once; they are run first, for ever. */
export function regressions(): string[] {
  return JSON.parse(readFileSync(fileURLToPath(new URL('./regressions.json', import.meta.url)), 'utf8')) as string[]
}

export function seedsOf(ask: Pick<Ask, 'histories' | 'seed' | 'only'>): string[] {
  return ask.only !== null ? ask.only.split(',') : Array.from({ length: ask.histories }, (_, index) => `${ask.seed}-${index}`)
}

/** What PostgreSQL does for operators and for crashes of its own costs a tenth of a history, and nobody asks for it here. */
const settings = {
  autovacuum: 'off',
  track_counts: 'off',
  track_activities: 'off',
  update_process_title: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  checkpoint_timeout: '1h',
  max_wal_size: '4GB',
  unix_socket_directories: '.',
}

/** Lives many histories through on one throw-away PostgreSQL and says what it saw. */
export async function simulate(ask: Ask, print: (line: string) => void): Promise<Summary> {
  const seeds = [...(ask.only === null && !ask.untilCaught ? regressions() : []), ...seedsOf(ask)]
  const server = await startTestServer({ settings })
  const urls: ServerUrls = { adminUrl: server.adminUrl('postgres'), appUrl: server.appUrl, workerUrl: server.workerUrl }
  const results: Result[] = []
  const began = performance.now()
  const ended = (result: Result): boolean => {
    results.push(result)
    for (const line of describe(result)) print(line)
    if (results.length % 100 === 0)
      print(`  ${results.length} of ${seeds.length} histories, ${((performance.now() - began) / 1000 / results.length).toFixed(2)} s each`)
    return !(ask.untilCaught && result.violations.length > 0) && (ask.withinMs === null || results.length < 2 || performance.now() - began < ask.withinMs)
  }
  try {
    await shareOut(seeds, ask, urls, ended)
  } finally {
    await server.stop()
  }
  const violations = results.reduce((sum, result) => sum + result.violations.length, 0)
  const hits = hitsOf(results)
  const missing = ask.faults === null && results.length >= 200 ? [...faultNames].filter((name) => hits.get(name) === 0) : []
  const hash = createHash('sha256')
  for (const result of [...results].sort((a, b) => (a.seed < b.seed ? -1 : 1))) hash.update(`${result.seed} ${result.hash}\n`)
  for (const line of [...table(hits), size(results)]) print(line)
  return { results, violations, missing, hash: hash.digest('hex').slice(0, 16) }
}

/** Every process takes every n-th seed, in order. Throws a Sentence when a history stands still. */
async function shareOut(seeds: string[], ask: Ask, urls: ServerUrls, ended: (result: Result) => boolean): Promise<void> {
  const { patienceS = 120 } = ask
  await Promise.all(
    Array.from({ length: ask.jobs }, (_, job) =>
      runJob(
        job,
        seeds.filter((_seed, index) => index % ask.jobs === job),
      ),
    ),
  )

  function runJob(job: number, own: string[]): Promise<void> {
    const how: How = { only: ask.faults, verbose: ask.verbose, name: `j${job}` }
    return new Promise<void>((resolve, reject) => {
      const child = fork(fileURLToPath(new URL('./job.ts', import.meta.url)), {
        // A history makes much and keeps little: a larger nursery is collected less often.
        execArgv: ['--max-semi-space-size=32', '--import', 'tsx'],
        cwd: process.cwd(),
      })
      let seconds = 0
      let silent = 0
      const tooLong = (text: string) => {
        child.kill('SIGKILL')
        reject(new Sentence(text))
      }
      const listen = setInterval(() => {
        if ((silent += 1) >= 10 * patienceS) tooLong(`A process of the simulation has said nothing for ${silent} s: something in it goes on for ever.`)
      }, 1_000)
      // Its own seconds are counted: a machine that was suspended, or a process that was, has lost none.
      child.on('message', (message: { ready?: true; result?: Result; living?: Living }) => {
        silent = 0
        if (message.ready) child.send({ seeds: own, urls, how })
        if (message.living && (seconds += 1) >= patienceS) {
          const { seed, steps, busy } = message.living
          tooLong(`The history ${seed} stands still after ${steps} steps. It is busy with: ${busy || 'nothing'}.`)
        }
        if (message.result === undefined) return
        seconds = 0
        if (!ended(message.result)) child.kill('SIGKILL')
      })
      child.once('exit', (code, signal) => {
        clearInterval(listen)
        if (code === 0 || signal === 'SIGKILL') resolve()
        else reject(new Error(`A process of the simulation ended with ${code ?? signal}.`))
      })
    })
  }
}
