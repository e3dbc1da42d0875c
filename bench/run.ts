import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '@/scripts/paths'
import { Sentence } from '@/scripts/sentence'
import { describeMachine } from './measure/machine'
import { printReport, type BenchOptions, type Finding } from './measure/report'

/** What `bench/<name>/main.ts` exports: it prints its own tables and returns one finding per goal. */
export type BenchMain = { main(options: BenchOptions): Promise<Finding[]> }

/** Runs `bench/<name>/main.ts`; returns the exit code: 0 also when a goal was missed, because the figures are the result. */
export async function runBench(name: string, options: BenchOptions): Promise<number> {
  const known = benches()
  if (!known.includes(name)) throw new Sentence(`Say which bench to run: npm run bench -- ${known.join('|')} [--quick].`)
  process.stdout.write(`\n  ${name}${options.quick ? ', short rounds: read the figures as rough' : ''}\n  ${describeMachine()}\n\n`)
  const { main } = (await import(pathToFileURL(join(root, 'bench', name, 'main.ts')).href)) as BenchMain
  printReport(name, await main(options))
  return 0
}

function benches(): string[] {
  return readdirSync(join(root, 'bench')).filter((name) => existsSync(join(root, 'bench', name, 'main.ts')))
}
