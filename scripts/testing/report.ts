import type { Outcome } from './parts'
import { line } from './parts'

/** Prints what every part found and, as the last line, the sum; ends the process with 1 when anything failed. */
export function report(outcomes: Outcome[], began: number): void {
  const sum = (key: 'passed' | 'failed'): number => outcomes.reduce((total, outcome) => total + outcome[key], 0)
  process.stdout.write(
    `\n${outcomes.map(line).join('\n')}\n  in ${((performance.now() - began) / 1000).toFixed(0)} s\n\n${sum('passed')} passed, ${sum('failed')} failed\n`,
  )
  process.exitCode = sum('failed') ? 1 : 0
}
