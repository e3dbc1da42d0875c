import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startTestServer } from '@/scripts/testing/test-server'
import type { ServerUrls } from './database'
import { engineFaults } from './faults'
import type { Result } from './history'
import { describe, table } from './report'
import type { How } from './runner'
import { usualFaults } from './world/faults'

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
  /** No further history is begun after this long; null: all are lived. */
  withinMs: number | null
}

export type Summary = { results: Result[]; violations: number; missing: string[]; hash: string }

/** Seeds that failed once; they are run first, for ever. */
export function regressions(): string[] {
  return JSON.parse(readFileSync(fileURLToPath(new URL('./regressions.json', import.meta.url)), 'utf8')) as string[]
}

export function seedsOf(ask: Pick<Ask, 'histories' | 'seed' | 'only'>): string[] {
  return ask.only !== null ? ask.only.split(',') : Array.from({ length: ask.histories }, (_, index) => `${ask.seed}-${index}`)
}

/** Lives many histories through on one throw-away PostgreSQL and says what it saw. */
export async function simulate(ask: Ask, print: (line: string) => void): Promise<Summary> {
  const seeds = [...(ask.only === null && !ask.untilCaught ? regressions() : []), ...seedsOf(ask)]
  const server = await startTestServer({ settings: { autovacuum: 'off', unix_socket_directories: '.' } })
  const urls: ServerUrls = { adminUrl: server.adminUrl('postgres'), appUrl: server.appUrl, workerUrl: server.workerUrl }
  const results: Result[] = []
  const began = performance.now()
  const ended = (result: Result): boolean => {
    results.push(result)
    for (const line of describe(result)) print(line)
    if (results.length % 100 === 0)
      print(`  ${results.length} of ${seeds.length} histories, ${((performance.now() - began) / 1000 / results.length).toFixed(2)} s each`)
    return !(ask.untilCaught && result.violations.length > 0) && (ask.withinMs === null || performance.now() - began < ask.withinMs)
  }
  try {
    await shareOut(seeds, ask, urls, ended)
  } finally {
    await server.stop()
  }
  const violations = results.reduce((sum, result) => sum + result.violations.length, 0)
  const hits = new Map<string, number>([...Object.keys(usualFaults), ...Object.keys(engineFaults)].map((name) => [name, 0]))
  for (const result of results) for (const [name, count] of Object.entries(result.hits)) hits.set(name, (hits.get(name) ?? 0) + count)
  const names = new Set<string>([...Object.keys(usualFaults), ...Object.keys(engineFaults)])
  const missing = ask.faults === null && results.length >= 200 ? [...names].filter((name) => hits.get(name) === 0) : []
  const hash = createHash('sha256')
  for (const result of [...results].sort((a, b) => (a.seed < b.seed ? -1 : 1))) hash.update(`${result.seed} ${result.hash}\n`)
  for (const line of table(results, hits, names)) print(line)
  return { results, violations, missing, hash: hash.digest('hex').slice(0, 16) }
}

/** Every process takes every n-th seed, in order. */
async function shareOut(seeds: string[], ask: Ask, urls: ServerUrls, ended: (result: Result) => boolean): Promise<void> {
  const how = (name: string): How => ({ only: ask.faults, verbose: ask.verbose, name })
  await Promise.all(
    Array.from(
      { length: ask.jobs },
      (_, job) =>
        new Promise<void>((resolve, reject) => {
          const child = fork(fileURLToPath(new URL('./job.ts', import.meta.url)), {
            execArgv: [...process.execArgv.filter((argument) => argument.startsWith('--cpu-prof')), '--import', 'tsx'],
            cwd: process.cwd(),
          })
          child.on('message', (message: { ready?: true; result?: Result }) => {
            if (message.ready) child.send({ seeds: seeds.filter((_seed, index) => index % ask.jobs === job), urls, how: how(`j${job}`) })
            else if (message.result && !ended(message.result)) child.kill('SIGKILL')
          })
          child.once('exit', (code, signal) =>
            code === 0 || signal === 'SIGKILL' ? resolve() : reject(new Error(`A process of the simulation ended with ${code ?? signal}.`)),
          )
        }),
    ),
  )
}
