import fc from 'fast-check'
import { parseArgs } from 'node:util'
import { familyNames } from './histories'
import { caseOf, describeCase, judge, reduce, signatureOf } from './judge'

/** Of each cause, this many are reduced and shown. */
const shownPerCause = 1

/**
 * The pure fold, case after case: `--cases N` histories, `--seed S`, `--family NAME` for one family only, and
 * `--case 'NAME#SEED'` to play one again and see it reduced. @returns true when nothing was violated.
 */
export function runCore(argv: string[]): boolean {
  const { values } = parseArgs({
    args: argv,
    strict: false,
    options: { cases: { type: 'string' }, seed: { type: 'string' }, family: { type: 'string' }, case: { type: 'string' } },
  })
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  const one = text(values.case)
  if (one !== null) return playOne(one)

  const cases = Number(text(values.cases) ?? 50_000)
  const seed = Number(text(values.seed) ?? 1)
  const names = familyNames.filter((name) => text(values.family) === null || name === text(values.family))
  const started = process.hrtime.bigint()
  const counts = new Map<string, { cases: number; events: number; hashes: Set<string>; kinds: Map<string, number> }>()
  const shown = new Map<string, number>()
  let violations = 0
  for (const [family, number] of fc.sample(fc.tuple(fc.constantFrom(...names), fc.noBias(fc.maxSafeNat())), { seed, numRuns: cases })) {
    const found = caseOf(family, String(number))
    const { verdict, hash, events } = judge(found)
    const count = counts.get(family) ?? { cases: 0, events: 0, hashes: new Set(), kinds: new Map() }
    counts.set(family, count)
    count.cases++
    count.events += events
    count.hashes.add(hash)
    if (verdict === null) continue
    violations++
    count.kinds.set(verdict.kind, (count.kinds.get(verdict.kind) ?? 0) + 1)
    const key = signatureOf(verdict)
    shown.set(key, (shown.get(key) ?? 0) + 1)
    if ((shown.get(key) ?? 0) <= shownPerCause) show(family, String(number))
  }

  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  process.stdout.write(`\nseed ${seed}, ${seconds.toFixed(1)} s\n`)
  process.stdout.write(`${'family'.padEnd(46)} ${'cases'.padStart(7)} ${'events'.padStart(8)} ${'ends'.padStart(7)}  differing\n`)
  let events = 0
  for (const [family, count] of [...counts].sort(([a], [b]) => names.indexOf(a) - names.indexOf(b))) {
    events += count.events
    const kinds = [...count.kinds].map(([kind, times]) => `${times} ${kind}`).join(', ')
    process.stdout.write(
      `${family.padEnd(46)} ${String(count.cases).padStart(7)} ${String(count.events).padStart(8)} ${String(count.hashes.size).padStart(7)}  ${kinds || '0'}\n`,
    )
  }
  if (shown.size > 0)
    process.stdout.write(
      `\n${[...shown]
        .sort(([, a], [, b]) => b - a)
        .map(([key, times]) => `${times} x ${key}`)
        .join('\n')}\n`,
    )
  process.stdout.write(`\n${events} events\n${cases} cases, ${violations} violations\n`)
  return violations === 0
}

function playOne(name: string): boolean {
  const [family = '', number = ''] = name.split('#')
  const { verdict } = judge(caseOf(family, number))
  if (verdict === null) {
    process.stdout.write('1 cases, 0 violations\n')
    return true
  }
  show(family, number)
  process.stdout.write('1 cases, 1 violations\n')
  return false
}

function show(family: string, number: string): void {
  const found = caseOf(family, number)
  const { verdict } = judge(found)
  if (!verdict) return
  const small = reduce(found, verdict)
  const words = judge(small).verdict?.words ?? []
  process.stdout.write(`\n${family}#${number}: ${verdict.kind}\n  ${words.join('\n  ')}\n  smallest:\n    ${describeCase(small).join('\n    ')}\n`)
}

if (import.meta.filename === process.argv[1]) process.exitCode = runCore(process.argv.slice(2)) ? 0 : 1
