import { table } from './table'

export type BenchOptions = { quick: boolean; args: string[] }

/**
 * One goal and what was measured for it. `ratio` null: it could not be measured, and `rest` says why. `rest` is also
 * where a missed goal says what the remaining time goes to, measured in this run.
 */
export type Finding = { key: string; ratio: number | null; goal: `>=${number}` | `<=${number}`; spread?: { min: number; max: number }; rest?: string }

export function isMet(finding: Pick<Finding, 'ratio' | 'goal'>): boolean {
  if (finding.ratio === null || !Number.isFinite(finding.ratio)) return false
  const limit = Number(finding.goal.slice(2))
  return finding.goal.startsWith('>=') ? finding.ratio >= limit : finding.ratio <= limit
}

/** The table of goals, for each missed one where the rest goes, and as the very last line one line of JSON. */
export function printReport(name: string, findings: Finding[]): void {
  const figure = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2))
  process.stdout.write(
    `${table(
      ['goal', 'measured', 'min..max', 'wanted', ''],
      findings.map(({ key, ratio, spread, goal }) => [
        key,
        ratio === null || !Number.isFinite(ratio) ? '-' : figure(ratio),
        spread ? `${figure(spread.min)}..${figure(spread.max)}` : '',
        goal,
        ratio === null || !Number.isFinite(ratio) ? 'not measured' : isMet({ ratio, goal }) ? 'met' : 'missed',
      ]),
    )}\n`,
  )
  for (const finding of findings) if (!isMet(finding)) process.stdout.write(`  ${finding.key}: ${finding.rest ?? 'no account of the rest was taken'}\n`)
  const ratios = Object.fromEntries(
    findings.flatMap(({ key, ratio }) => (ratio === null || !Number.isFinite(ratio) ? [] : [[key, Number(ratio.toPrecision(4))]])),
  )
  const goals = Object.fromEntries(findings.map(({ key, goal }) => [key, goal]))
  process.stdout.write(`\n${JSON.stringify({ bench: name, ratios, goals })}\n`)
}
