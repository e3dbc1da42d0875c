import { startTestServer } from '@/scripts/testing/test-server'
import { runHistories } from './runner'

const args = process.argv.slice(2)
const flag = (name: string) => (args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : undefined)
const server = await startTestServer({ settings: { autovacuum: 'off' } })
const urls = { adminUrl: server.adminUrl('postgres'), appUrl: server.appUrl, workerUrl: server.workerUrl }
const only = flag('only')
const seeds = only ? [only] : Array.from({ length: Number(flag('histories') ?? 3) }, (_, i) => `${flag('seed') ?? '1'}-${i}`)
let began = performance.now()
try {
  await runHistories(seeds, urls, { only: flag('faults')?.split(',') ?? null, verbose: args.includes('--verbose'), name: 'a' }, (result) => {
    console.log(
      result.seed,
      result.hash,
      'events',
      result.events,
      'steps',
      result.steps,
      'ms',
      Math.round(performance.now() - began),
      'virtual h',
      result.virtualMs / 3_600_000,
    )
    if (result.violations.length) console.log(result.violations.slice(0, 8).join('\n'))
    if (args.includes('--hits')) console.log(result.hits, result.failures)
    began = performance.now()
    return true
  })
} finally {
  await server.stop()
}
process.exit(0)
