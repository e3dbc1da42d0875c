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

/** Where a demo lives: its webhooks, shops and links carry these addresses. */
export type DemoAddresses = { webUrl: string; sandboxUrl: string }

/** The addresses of the demo in a data folder; undefined when there is none. */
export function demoAddresses(dataDir: string): DemoAddresses | undefined {
  const file = demoFile(dataDir)
  if (!existsSync(file)) return undefined
  const { webUrl, sandboxUrl } = JSON.parse(readFileSync(file, 'utf8')) as Partial<DemoAddresses>
  return webUrl && sandboxUrl ? { webUrl, sandboxUrl } : undefined
}

/** Throws a Sentence when the demo in the folder was made at other addresses than these: it would hear and reach nobody. */
export function needDemoAddresses(dataDir: string, now: DemoAddresses): void {
  const made = demoAddresses(dataDir)
  if (made === undefined || (made.webUrl === now.webUrl && made.sandboxUrl === now.sandboxUrl)) return
  const web = localPort(made.webUrl)
  const settings = `${web === undefined ? `MATCHBOOK_URL=${made.webUrl}` : `PORT=${web}`} SANDBOX_PORT=${new URL(made.sandboxUrl).port}`
  throw new Sentence(
    `The demo was made at ${made.webUrl} (sandbox ${made.sandboxUrl}), and its webhooks, shops and links carry these addresses: start it there with ${settings} npm start, or make a new one here with npm run reset first.`,
  )
}

/** The port of an address that was not given but follows from the port. */
function localPort(webUrl: string): number | undefined {
  const port = /^http:\/\/localhost:(\d+)$/.exec(webUrl)?.[1]
  return port === undefined ? undefined : Number(port)
}

/** The ports at which the demo in a data folder was made, as far as its addresses tell. */
export function demoPorts(dataDir: string): { web?: number | undefined; sandbox?: number | undefined } {
  const made = demoAddresses(dataDir)
  return made === undefined ? {} : { web: localPort(made.webUrl), sandbox: Number(new URL(made.sandboxUrl).port) }
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
