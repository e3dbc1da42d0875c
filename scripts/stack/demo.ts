import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths'
import { withClient } from '../postgres/connect'
import { Sentence } from '../sentence'
import { endChild, endOf } from './child'
import type { Environment } from './environment'

/** What the seed tells a person; as JSON in the file named by MATCHBOOK_DEMO_FILE, once it is done. */
export type Demo = {
  signIns: { email: string; password: string; note?: string }[]
  tryFirst: { say: string; url?: string }[]
}

type SeedOptions = { dataDir: string; ownerUrl: string; env: Environment; signal?: AbortSignal }

/**
 * Makes the demo with scripts/seed.ts, once: when the database holds no tenant. Returns what the seed said
 * about it, also at later starts. A seed that is cut short leaves a mark, and the next start begins afresh.
 */
export async function seedDemo({ dataDir, ownerUrl, env, signal }: SeedOptions): Promise<Demo | undefined> {
  const file = demoFile(dataDir)
  if (await hasTenants(ownerUrl)) return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Demo) : undefined
  writeFileSync(markFile(dataDir), 'The demo is being made. Where this file remains, it was cut short.\n')
  const child = spawn(process.execPath, ['--import', join(root, 'scripts/die-with-parent.mjs'), '--import', 'tsx', join(root, 'scripts/seed.ts')], {
    cwd: root,
    env,
    detached: true,
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  const abort = (): void => void endChild(child, 3_000)
  signal?.addEventListener('abort', abort, { once: true })
  const how = await endOf(child)
  signal?.removeEventListener('abort', abort)
  signal?.throwIfAborted()
  if (how !== 0)
    throw new Sentence(
      `The demo could not be made (${how}): the reason stands above and in ${join(dataDir, 'logs')}; the next start tries again from the beginning.`,
    )
  rmSync(markFile(dataDir), { force: true })
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Demo) : undefined
}

/** Whether a seed was cut short. */
export function demoUnfinished(dataDir: string): boolean {
  return existsSync(markFile(dataDir))
}

/** Forgets the demo's files; the database goes separately. */
export function forgetDemo(dataDir: string): void {
  for (const name of ['sandbox', 'demo.json', 'demo-unfinished']) rmSync(join(dataDir, name), { recursive: true, force: true })
}

async function hasTenants(ownerUrl: string): Promise<boolean> {
  const { rows } = await withClient(ownerUrl, (client) => client.query<{ any: boolean }>('SELECT EXISTS (SELECT FROM tenant) AS any'))
  return rows[0]?.any === true
}

/** Where the seed leaves what it tells a person. */
export function demoFile(dataDir: string): string {
  return join(dataDir, 'demo.json')
}

function markFile(dataDir: string): string {
  return join(dataDir, 'demo-unfinished')
}
