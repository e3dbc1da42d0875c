import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { withClient } from '@/scripts/postgres/connect'
import { root } from '@/scripts/paths'
import { machineEnvironment } from '@/scripts/stack/environment'
import { Sentence } from '@/scripts/sentence'

/** What of `@supabase/stripe-sync-engine` is used here. */
type Library = {
  StripeSync: new (settings: {
    schema: string
    stripeSecretKey: string
    stripeWebhookSecret: string
    databaseUrl: string
    autoExpandLists: boolean
    backfillRelatedEntities: boolean
    revalidateObjectsViaStripeApi: string[]
    poolConfig: { max: number }
  }) => { processWebhook(payload: Buffer | string, signature: string): Promise<void>; close(): Promise<void> }
  runMigrations(settings: { schema: string; databaseUrl: string; logger?: { info(...text: unknown[]): void; error(...text: unknown[]): void } }): Promise<void>
}

export type Peer = { version: string; processWebhook(payload: Buffer | string, signature: string): Promise<void>; close(): Promise<void> }

const folder = join(root, 'bench/peer')

/**
 * The peer on an empty database of its own: its tables made by its own migrations, no calls to Stripe, nothing expanded
 * or revalidated. `databaseUrl` must belong to a role that may create a schema.
 * @throws Sentence when it cannot be installed (no registry) or when its migrations made nothing.
 */
export async function openPeer(databaseUrl: string, options: { poolSize: number; webhookSecret: string }): Promise<Peer> {
  install()
  const require = createRequire(join(folder, 'package.json'))
  // Required, not imported: the migrations of the package's ES module find no files and only log that.
  const { StripeSync, runMigrations } = require('@supabase/stripe-sync-engine') as Library
  const said: string[] = []
  await runMigrations({ schema: 'stripe', databaseUrl, logger: { info: () => undefined, error: (error) => said.push(String(error)) } })
  if ((await tablesIn(databaseUrl)) < 20) throw new Sentence(`The peer's migrations did not make its tables: ${said.join('; ') || 'it said nothing'}.`)
  const sync = new StripeSync({
    schema: 'stripe',
    stripeSecretKey: 'sk_test_unused',
    stripeWebhookSecret: options.webhookSecret,
    databaseUrl,
    autoExpandLists: false,
    backfillRelatedEntities: false,
    revalidateObjectsViaStripeApi: [],
    poolConfig: { max: options.poolSize },
  })
  return {
    version: installedVersion() ?? '',
    processWebhook: (payload, signature) => sync.processWebhook(payload, signature),
    close: () => sync.close(),
  }
}

function installedVersion(): string | null {
  const file = join(folder, 'node_modules/@supabase/stripe-sync-engine/package.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : null
}

function install(): void {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { dependencies: Record<string, string> }
  if (installedVersion() === dependencies['@supabase/stripe-sync-engine']) return
  process.stdout.write('  Installing the peer into bench/peer/node_modules ...\n')
  const npm = process.env.npm_execpath
  const [command, first] = npm && /\.c?js$/.test(npm) ? [process.execPath, [npm]] : ['npm', []]
  const flags = ['install', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const done = spawnSync(command, [...first, ...flags], { cwd: folder, env: machineEnvironment(), stdio: ['ignore', 'ignore', 'inherit'] })
  if (done.status !== 0) throw new Sentence('The peer could not be installed: check the connection to the npm registry, or run the bench without it.')
}

function tablesIn(databaseUrl: string): Promise<number> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM information_schema.tables WHERE table_schema = 'stripe'`)
    return rows[0]?.n ?? 0
  })
}
