import { join } from 'node:path'
import { readConfig } from '@/lib/config/config'
import { migrate } from './migrations/migrate'
import { root } from './paths'
import { freePort } from './ports'
import { generateClient } from './prisma/generate'
import { Sentence, textOf } from './sentence'
import { buildWeb } from './stack/build'
import type { ChildSpec } from './stack/child'
import { makeDataFolder } from './stack/data-folder'
import { embeddedDatabase, ownDatabase, removeDatabase } from './stack/database'
import type { Database } from './stack/database'
import { demoFile, demoUnfinished, forgetDemo, needDemoAddresses, seedDemo } from './stack/demo'
import type { Demo } from './stack/demo'
import { derive, machineEnvironment, productEnvironment } from './stack/environment'
import type { Environment } from './stack/environment'
import { needPort } from './stack/need-port'
import { claimFolder } from './stack/running'
import { isFirstRun, secretsOf } from './stack/secrets'
import { supervise, whenAnswered, whenSaid } from './stack/supervise'
import type { Readiness, Supervised } from './stack/supervise'
import { watchSources } from './stack/watch'
import { quietProgress } from './steps'
import type { Progress } from './steps'

/** A database of the user's own. Without `workerUrl` a login for the worker is made beside the app's. */
export type OwnDatabase = { ownerUrl: string; appUrl: string; workerUrl?: string }

/** What to run. Tests and benches: `{ dataDir, ports: 'free', seed: false }`. */
export type StackOptions = {
  dataDir: string
  ports: 'free' | { web: number; sandbox: number }
  /** Make the demo when the database has no tenant yet (sandbox mode only). */
  seed: boolean
  /** Default sandbox. Others need `stripe`. */
  mode?: 'sandbox' | 'test' | 'live'
  host?: string
  /** The address that people and shops use; default http://localhost:<port>. */
  url?: string
  /** Default: the embedded server, in dataDir. */
  database?: OwnDatabase
  /** STRIPE_* variables, for modes test and live. */
  stripe?: Record<string, string>
  /** MATCHBOOK_SECRET; default: made at the first start and kept in dataDir. */
  secret?: string
  /** Reload when sources change. */
  dev?: boolean
  /** false: no fsync, for data that are thrown away. */
  durable?: boolean
  /** More variables for the product's processes. */
  env?: Record<string, string>
  progress?: Progress
  /** Aborting it while the stack starts ends what has started and rejects. */
  signal?: AbortSignal
}

/** A running product. */
export type Stack = {
  webUrl: string
  /** null when Stripe itself is used. */
  sandboxUrl: string | null
  database: Required<OwnDatabase>
  /** What the product's processes got; also right for a script that uses lib/. */
  env: Environment
  logs: string
  demo: Demo | undefined
  /** The processes by name (sandbox, web, worker), to kill and restart in tests. */
  processes: Map<string, Supervised>
  /** Resolves, with the reason, when the stack cannot go on; stop() is then still needed. */
  broken: Promise<Error>
  /** Ends everything; resolves when no process is left. */
  stop(): Promise<void>
}

/** Starts database, sandbox, web and worker and waits until they are ready. Throws a Sentence when something is in the way. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const undo: (() => unknown)[] = []
  const stop = async (): Promise<void> => {
    for (let last = undo.pop(); last; last = undo.pop()) await last()
  }
  try {
    return await start(options, undo, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(options: StackOptions, undo: (() => unknown)[], stop: () => Promise<void>): Promise<Stack> {
  const { dataDir, mode = 'sandbox', host = '127.0.0.1', dev = false, progress = quietProgress, signal } = options
  const step: Progress['step'] = (name, work, detail) => {
    signal?.throwIfAborted()
    return progress.step(name, work, detail)
  }
  makeDataFolder(dataDir)
  const logs = join(dataDir, 'logs')
  const port = options.ports === 'free' ? await freePort() : options.ports.web
  const sandboxPort = options.ports === 'free' ? await freePort() : options.ports.sandbox
  const webUrl = (options.url ?? `http://localhost:${port}`).replace(/\/$/, '')
  const sandboxUrl = mode === 'sandbox' ? `http://127.0.0.1:${sandboxPort}` : null

  if (sandboxUrl && options.seed && !options.database && !demoUnfinished(dataDir)) needDemoAddresses(dataDir, { webUrl, sandboxUrl })
  const claim = claimFolder(dataDir, webUrl, sandboxUrl ?? undefined)
  undo.push(claim.release)
  await needPort(port, 'PORT', claim.unclean)
  if (sandboxUrl) await needPort(sandboxPort, 'SANDBOX_PORT', claim.unclean)
  const first = isFirstRun(dataDir)
  const secrets = secretsOf(dataDir)
  const secret = options.secret ?? secrets.matchbook
  if (demoUnfinished(dataDir) && !options.database) {
    await step('Clearing a half-made demo', async () => {
      await removeDatabase(dataDir)
      forgetDemo(dataDir)
    })
  }

  let fail: (error: Error) => void = () => {}
  const broken = new Promise<Error>((resolve) => (fail = resolve))

  const database = await step(
    'Database',
    async (): Promise<Database> =>
      options.database
        ? ownDatabase(options.database, (purpose) => derive(secret, purpose))
        : embeddedDatabase(dataDir, secrets.database, { durable: options.durable ?? true, first }),
    (made) => made.detail,
  )
  undo.push(database.stop)
  void database.gone.then(() => fail(new Sentence(`PostgreSQL has ended by itself: see ${database.log}, then start again.`)))
  const { ownerUrl, appUrl, workerUrl } = database
  await step(
    'Migrations',
    () => migrate({ ownerUrl, appUrl, workerUrl, own: database.own }),
    ({ applied, known }) => (applied.length ? `${applied.length} applied` : `${known} known`),
  )
  await step('Database client', generateClient, (made) => (made ? 'generated' : undefined))
  if (!dev)
    await step(
      'Web build',
      () => buildWeb(logs, signal),
      (built) => (built ? 'built' : 'up to date'),
    )

  const stripe = sandboxUrl ? sandboxStripe(secrets.sandbox) : (options.stripe ?? {})
  const env: Environment = {
    ...productEnvironment({ mode, url: webUrl, port, host, secret, appUrl, workerUrl, sandboxUrl: sandboxUrl ?? undefined, stripe, dev }),
    // The sign-in page of a sandbox shows whom the demo made.
    ...(sandboxUrl ? { MATCHBOOK_DEMO_FILE: demoFile(dataDir) } : {}),
    ...options.env,
  }

  checkEnvironment(env)

  const processes = new Map<string, Supervised>()
  const launch = async (spec: Omit<ChildSpec, 'logs'>, ready: Readiness): Promise<void> => {
    processes.set(spec.name, await supervise({ ...spec, logs }, ready, fail, signal))
  }
  const end = (...names: string[]) => Promise.all(names.map((name) => processes.get(name)?.stop()))
  const tsx = (file: string): string[] => ['--import', 'tsx', join(root, file)]

  if (sandboxUrl) {
    undo.push(() => end('sandbox'))
    const sandboxEnv = {
      ...machineEnvironment(dev),
      SANDBOX_PORT: String(sandboxPort),
      SANDBOX_HOST: '127.0.0.1',
      SANDBOX_DATA_DIR: join(dataDir, 'sandbox'),
      SANDBOX_PLATFORM_KEYS: JSON.stringify(secrets.sandbox),
    }
    await step('Sandbox', () => launch({ name: 'sandbox', args: tsx('sandbox/main.ts'), env: sandboxEnv }, whenAnswered(`${sandboxUrl}/_sandbox/clock`)))
  }
  await step('Web and worker', async () => {
    undo.push(() => end('web', 'worker'))
    const web = [join(root, 'node_modules/next/dist/bin/next'), dev ? 'dev' : 'start', '-H', host, '-p', String(port)]
    const here = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}/readyz`
    const results = await Promise.allSettled([
      launch({ name: 'web', args: web, env }, whenAnswered(here)),
      // Folding makes many short-lived rows: a larger nursery collects them in fewer passes.
      launch({ name: 'worker', args: ['--max-semi-space-size=64', ...tsx('scripts/worker.ts')], env, channel: true }, whenSaid),
    ])
    for (const result of results) if (result.status === 'rejected') throw result.reason
  })
  if (dev) undo.push(watchSources(processes))
  signal?.throwIfAborted()
  const demo = options.seed && sandboxUrl ? await seedDemo({ dataDir, ownerUrl, env, signal }) : undefined
  return { webUrl, sandboxUrl, database: { ownerUrl, appUrl, workerUrl }, env, logs, demo, processes, broken, stop }
}

/** What the product would refuse at its start, said before anything is started. */
function checkEnvironment(env: Environment): void {
  try {
    readConfig(env)
  } catch (error) {
    const { remedy } = error as { remedy?: string }
    throw new Sentence(`${textOf(error)}${remedy ? ` ${remedy}` : ''}`)
  }
}

function sandboxStripe(keys: ReturnType<typeof secretsOf>['sandbox']): Record<string, string> {
  return {
    STRIPE_LIVE_SECRET_KEY: keys.live.secret,
    STRIPE_LIVE_PUBLISHABLE_KEY: keys.live.publishable,
    STRIPE_TEST_SECRET_KEY: keys.test.secret,
    STRIPE_TEST_PUBLISHABLE_KEY: keys.test.publishable,
  }
}
