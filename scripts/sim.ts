import { simulate } from '@/bench/sim/main'
import { planted } from '@/bench/sim/planted'
import { Sentence } from './sentence'

/**
 * `npm run sim -- [--histories N] [--seed S] [--jobs 2] [--faults a,b] [--only <history>] [--verbose]`: the product under
 * faults on a real PostgreSQL, everything from the seed. `--planted [name]` breaks the product on purpose and says how
 * many histories it takes to see it. `--core [--cases N]`: the pure fold alone. `--processes [--kills N]`: real processes.
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
const faults = flag('faults')?.split(',') ?? null
const only = flag('only') ?? null
print(only ? `  history ${only}` : `  seed ${seed}`)
const { results, violations, missing, hash } = await simulate(
  { histories, seed, jobs: number('jobs', 1), faults, only, verbose: args.includes('--verbose'), untilCaught: args.includes('--until-caught'), withinMs: null },
  print,
)
for (const name of missing) print(`  the fault ${name} was never met: this run proves nothing about it`)
print(`  seed ${only ?? seed}, trace ${hash}`)
print(`${results.length} histories, ${results.reduce((sum, result) => sum + result.events, 0)} events, ${violations} violations`)
process.exit(violations > 0 || missing.length > 0 ? 1 : 0)
