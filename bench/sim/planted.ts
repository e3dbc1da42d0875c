import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Sentence } from '@/scripts/sentence'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = fileURLToPath(new URL('./planted', import.meta.url))

/** A bug that is planted: a unified diff against the product's source whose first line says what it breaks. */
export type Bug = { name: string; breaks: string; patch: string }

export function bugs(): Bug[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.patch'))
    .sort()
    .map((file) => ({
      name: basename(file, '.patch'),
      breaks: readFileSync(join(folder, file), 'utf8').split('\n')[0]?.replace(/^#\s*/, '') ?? '',
      patch: join(folder, file),
    }))
}

/** Applies a bug to the tree in `folder`, or with `onlyLook` sees whether it could be. @returns why not, or null. */
export function plant(bug: Bug, folder: string, { onlyLook = false } = {}): string | null {
  const applied = spawnSync('git', ['apply', ...(onlyLook ? ['--check'] : []), bug.patch], { cwd: folder, encoding: 'utf8' })
  return applied.status === 0 ? null : (applied.error?.message ?? applied.stderr.trim().split('\n')[0] ?? '?')
}

/**
 * Plants each bug in a copy of the tree and simulates that until something is found. Unit tests play no part.
 * @returns how many were not caught. @throws a Sentence when there is none of that name.
 */
export async function planted(ask: { name: string | null; seed: string; most: number; jobs: number }, print: (line: string) => void): Promise<number> {
  const all = bugs()
  const chosen = all.filter((bug) => ask.name === null || bug.name === ask.name)
  if (chosen.length === 0) throw new Sentence(`There is no planted bug named ${ask.name}. There are: ${all.map(({ name }) => name).join(', ')}.`)
  let missed = 0
  print(`  ${'bug'.padEnd(34)} ${'histories'.padStart(9)}  caught by`)
  for (const bug of chosen) {
    const { after, by } = await tryOne(bug, ask)
    if (after === null) missed += 1
    print(`  ${bug.name.padEnd(34)} ${(after === null ? '-' : String(after)).padStart(9)}  ${by}`)
  }
  print(`${chosen.length} planted bugs, ${missed} not caught`)
  return missed
}

async function tryOne(bug: Bug, ask: { seed: string; most: number; jobs: number }): Promise<{ after: number | null; by: string }> {
  const copy = mkdtempSync(join(tmpdir(), 'matchbook-planted-'))
  try {
    for (const name of ['lib', 'bench', 'scripts', 'prisma', 'app', 'package.json', 'tsconfig.json']) {
      cpSync(join(root, name), join(copy, name), { recursive: true, filter: (path) => !/node_modules|\.next/.test(path) })
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    const why = plant(bug, copy)
    if (why !== null) return { after: null, by: `the patch does not apply any more: ${why}` }
    const said = await run(copy, ['--histories', String(ask.most), '--seed', ask.seed, '--jobs', String(ask.jobs), '--until-caught'])
    const failed = /history (\S+) failed/.exec(said)
    const lived = /^(\d+) histories, \d+ events/m.exec(said)
    if (!lived) return { after: null, by: 'no verdict: the simulation itself broke off' }
    if (!failed) return { after: null, by: lived[0] }
    return { after: Number(lived[1]), by: /faults .*\n\s+(.{1,90})/.exec(said)?.[1] ?? '?' }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

function run(cwd: string, args: string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/sim.ts', ...args], { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', (data: Buffer) => (said += data.toString()))
    child.once('exit', () => resolve(said))
  })
}
