import { spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'
import { Sentence } from '@/scripts/sentence'
import { engineFaults } from './faults'
import type { Result } from './history'
import { usualFaults } from './world/faults'

/** One run of a recording that takes several sittings: histories `seed`-0 to `seed`-(histories - 1). */
export type Run = { seed: string; histories: number; events: number; violations: number; hits: Record<string, number>; commit: string }

export const faultNames: ReadonlySet<string> = new Set([...Object.keys(usualFaults), ...Object.keys(engineFaults)])

/** How often each fault was met and each thing happened, those that never did too. */
export function hitsOf(all: readonly { hits: Record<string, number> }[]): Map<string, number> {
  const sum = new Map<string, number>([...faultNames].map((name) => [name, 0]))
  for (const { hits } of all) for (const [name, count] of Object.entries(hits)) sum.set(name, (sum.get(name) ?? 0) + count)
  return sum
}

/** Adds a finished run to the file as one line of JSON. */
export function record(file: string, seed: string, results: readonly Result[]): void {
  const run: Run = {
    seed,
    histories: results.length,
    events: results.reduce((sum, result) => sum + result.events, 0),
    violations: results.reduce((sum, result) => sum + result.violations.length, 0),
    hits: Object.fromEntries([...hitsOf(results)].sort(([a], [b]) => (a < b ? -1 : 1))),
    commit: spawnSync('git', ['describe', '--always', '--dirty', '--abbrev=12'], { encoding: 'utf8' }).stdout?.trim() ?? '',
  }
  appendFileSync(file, `${JSON.stringify(run)}\n`)
}

/** All runs of a file together. `missing`: faults that none of them met. Throws a Sentence when the same histories were recorded twice. */
export function tally(file: string): { runs: Run[]; hits: Map<string, number>; missing: string[]; histories: number; events: number; violations: number } {
  const runs = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Run)
  const twice = runs.find((run, index) => runs.findIndex(({ seed }) => seed === run.seed) !== index)
  if (twice) throw new Sentence(`The histories of seed ${twice.seed} are in ${file} twice.`)
  const hits = hitsOf(runs)
  const total = (of: 'histories' | 'events' | 'violations') => runs.reduce((sum, run) => sum + run[of], 0)
  return {
    runs,
    hits,
    missing: [...faultNames].filter((name) => hits.get(name) === 0),
    histories: total('histories'),
    events: total('events'),
    violations: total('violations'),
  }
}
