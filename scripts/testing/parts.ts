import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isSentence } from '../sentence'
import { ensureChromium } from './chromium'
import { runTool } from './tool'

/** What one part of the tests found. Types and lint count as failures only. */
export type Outcome = { name: string; passed: number; failed: number; skipped: number; seconds: number }

type Counts = Pick<Outcome, 'passed' | 'failed' | 'skipped'>

/** The compiler over everything. */
export const types = (): Promise<Outcome> =>
  part('types', async () => {
    // Stale route types of a page that is gone would be an error of their own.
    const routes = await runTool('next/dist/bin/next', ['typegen'], { quiet: true })
    const compiler = routes.ok ? await runTool('typescript/bin/tsc', ['--noEmit', '--pretty', String(Boolean(process.stdout.isTTY))], { quiet: true }) : routes
    return told(compiler)
  })

/** ESLint over everything; a warning is a failure. */
export const lint = (): Promise<Outcome> =>
  part('lint', async () =>
    told(await runTool('eslint/bin/eslint.js', ['--max-warnings=0', '--cache', '--cache-location=node_modules/.cache/eslint/', '.'], { quiet: true })),
  )

/** Vitest projects by name. */
export const vitest = (...projects: string[]): Promise<Outcome> =>
  part(projects.join(', '), () =>
    counted(
      (file) =>
        runTool('vitest/vitest.mjs', [
          'run',
          ...projects.flatMap((name) => ['--project', name]),
          '--reporter=default',
          '--reporter=json',
          `--outputFile.json=${file}`,
        ]),
      (json) => {
        const result = json as {
          numPassedTests: number
          numFailedTests: number
          numPendingTests: number
          numTodoTests: number
          testResults: { status: string; assertionResults: { status: string }[] }[]
        }
        // A file that cannot be loaded has no test to fail.
        const unloadable = result.testResults.filter(
          (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
        ).length
        return { passed: result.numPassedTests, failed: result.numFailedTests + unloadable, skipped: result.numPendingTests + result.numTodoTests }
      },
    ),
  )

/** Playwright against a stack of its own. */
export const browser = (...args: string[]): Promise<Outcome> =>
  part('browser', async () => {
    await ensureChromium()
    return counted(
      (file) => runTool('@playwright/test/cli.js', ['test', '--reporter=list,json', ...args], { env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file } }),
      (json) => {
        const { stats, errors } = json as { stats: { expected: number; unexpected: number; flaky: number; skipped: number }; errors: unknown[] }
        return { passed: stats.expected, failed: stats.unexpected + stats.flaky + (stats.unexpected ? 0 : errors.length), skipped: stats.skipped }
      },
    )
  })

async function part(name: string, work: () => Promise<Counts>): Promise<Outcome> {
  const began = performance.now()
  let counts: Counts
  try {
    counts = await work()
  } catch (error) {
    process.stdout.write(`\n  ${isSentence(error) ? error.message : String(error instanceof Error ? error.stack : error)}\n`)
    counts = { passed: 0, failed: 1, skipped: 0 }
  }
  const outcome = { name, ...counts, seconds: (performance.now() - began) / 1000 }
  process.stdout.write(`${line(outcome)}\n`)
  return outcome
}

/** One line about a part. */
export function line({ name, passed, failed, skipped, seconds }: Outcome): string {
  const counts = passed || skipped ? `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}` : failed ? 'failed' : 'ok'
  return `  ${failed ? '✗' : '✓'} ${name.padEnd(16)} ${seconds.toFixed(1).padStart(6)} s   ${counts}`
}

function told({ ok, output }: { ok: boolean; output: string }): Counts {
  if (!ok) process.stdout.write(`\n${output.trim()}\n\n`)
  return { passed: 0, failed: ok ? 0 : 1, skipped: 0 }
}

/** Runs a tool that writes its results as JSON, and reads the counts from there. A bad end without a failed test still fails. */
async function counted(run: (file: string) => Promise<{ ok: boolean }>, read: (json: unknown) => Counts): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'matchbook-results-'))
  try {
    const file = join(folder, 'results.json')
    const { ok } = await run(file)
    const counts = existsSync(file) ? read(JSON.parse(readFileSync(file, 'utf8'))) : { passed: 0, failed: 0, skipped: 0 }
    return { ...counts, failed: ok ? counts.failed : Math.max(1, counts.failed) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
