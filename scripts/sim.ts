import { seedsOf, simulate } from '@/bench/sim/main'
import { planted } from '@/bench/sim/planted'
import { record, tally } from '@/bench/sim/recorded'
import { table } from '@/bench/sim/report'
import { Sentence } from './sentence'

/**
 * `npm run sim -- [--histories N] [--seed S] [--jobs 2] [--faults a,b] [--only <history>] [--verbose]`: the product under
 * faults on a real PostgreSQL, everything from the seed. `--planted [name]` breaks the product on purpose and says how
 * many histories it takes to see it. `--record <file>` adds the run to a recording, `--tally <file>` says what a recording has. `--core [--cases N]`: the pure fold alone. `--processes [--kills N]`: real processes.
 */
const args = process.argv.slice(2)
if (args.includes('--core')) process.exit((await import('@/bench/sim/core/main')).runCore(args) ? 0 : 1)
if (args.includes('--processes')) process.exit((await (await import('@/bench/sim/processes/main')).runProcesses(args)) ? 0 : 1)
const flag = (name: string): string | undefined => {
  const at = args.indexOf(`--${name}`)
  const value = at < 0 ? undefined : args[at + 1]
  return value?.startsWith('--') ? undefined : value
}
const number = (name: string, usual: number): number => {
  const value = Number(flag(name) ?? usual)
  if (!Number.isInteger(value) || value < 1) throw new Sentence(`--${name} is a whole number above 0.`)
  return value
}

const print = (line: string) => void process.stdout.write(`${line}\n`)
const histories = number('histories', 100)
const seed = flag('seed') ?? '1'
if (args.includes('--planted')) {
  const missed = await planted({ name: flag('planted') ?? null, seed, most: number('histories', 2_000), jobs: number('jobs', 1) }, print)
  process.exit(missed === 0 ? 0 : 1)
}
const tallied = flag('tally')
if (tallied !== undefined) {
  const { runs, hits, missing, histories, events, violations } = tally(tallied)
  print(`  ${runs.length} runs, of ${new Set(runs.map((run) => run.commit)).size} commits`)
  for (const line of table(hits)) print(line)
  for (const name of missing) print(`  the fault ${name} was never met: these runs prove nothing about it`)
  print(`${histories} histories, ${events} events, ${violations} violations`)
  process.exit(violations > 0 || missing.length > 0 ? 1 : 0)
}
const recording = flag('record')
const faults = flag('faults')?.split(',') ?? null
const only = flag('only') ?? null
if (recording !== undefined && (only !== null || faults !== null))
  throw new Sentence('A recording holds whole runs: --record goes with --seed and --histories alone.')
print(only ? `  history ${only}` : `  seed ${seed}`)
const { results, violations, missing, hash } = await simulate(
  { histories, seed, jobs: number('jobs', 1), faults, only, verbose: args.includes('--verbose'), untilCaught: args.includes('--until-caught'), withinMs: null },
  print,
)
if (recording !== undefined) {
  const own = new Set(seedsOf({ histories, seed, only: null }))
  record(
    recording,
    seed,
    results.filter((result) => own.has(result.seed)),
  )
}
for (const name of missing) print(`  the fault ${name} was never met: this run proves nothing about it`)
print(`  seed ${only ?? seed}, trace ${hash}`)
print(`${results.length} histories, ${results.reduce((sum, result) => sum + result.events, 0)} events, ${violations} violations`)
process.exit(violations > 0 || missing.length > 0 ? 1 : 0)
