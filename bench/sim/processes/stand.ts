import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ChildProcess } from 'node:child_process'
import { migrate } from '@/scripts/migrations/migrate'
import { root } from '@/scripts/paths'
import { freePort } from '@/scripts/ports'
import { serverAccount } from '@/scripts/postgres/account'
import { serverBinaries } from '@/scripts/postgres/binaries'
import { localUrl } from '@/scripts/postgres/connect'
import { makePostgresFolder, postgresFolder, spareFolder } from '@/scripts/postgres/folder'
import { makeOwner } from '@/scripts/postgres/owner'
import { startServer, type Server } from '@/scripts/postgres/server'
import { generateClient } from '@/scripts/prisma/generate'
import { buildWeb } from '@/scripts/stack/build'
import { endChild, endOf, spawnChild, type ChildSpec } from '@/scripts/stack/child'
import { makeDataFolder } from '@/scripts/stack/data-folder'
import { machineEnvironment, productEnvironment, type Environment } from '@/scripts/stack/environment'
import { secretsOf } from '@/scripts/stack/secrets'
import { untilAnswered, whenSaid } from '@/scripts/stack/supervise'
import { temporaryFolder } from '@/scripts/testing/temporary'
import { openWire, type Wire } from './wire'

export const processNames = ['web', 'worker-1', 'worker-2', 'sandbox', 'postgres'] as const
export type ProcessName = (typeof processNames)[number]

/** A process that may be killed with -9 at any time, and is started again only when it is asked to be. */
export type Victim = {
  name: ProcessName
  /** Running and ready. */
  isUp(): boolean
  /** For how many milliseconds it has been ready; 0 while it is down. */
  upMs(): number
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>
  /** Starts it; resolves when it is ready. */
  start(): Promise<void>
}

export type Stand = {
  victims: ReadonlyMap<ProcessName, Victim>
  wire: Wire
  /** The web as everybody else sees it: through the wire. */
  url: string
  sandboxUrl: string
  ownerUrl: string
  /** The superuser, who may cut anybody's connection. */
  adminUrl: string
  env: Environment
  dataDir: string
  /** Deaths that nobody ordered, in words. */
  ownDeaths: string[]
  close(): Promise<void>
}

/**
 * The product as real processes in a folder of its own: PostgreSQL with every durability on, sandbox, web, two workers.
 * Unlike the supervisor of `npm start` it lets the dead lie until it is told otherwise.
 */
export async function openStand(tell: (words: string) => void): Promise<Stand> {
  const account = serverAccount()
  const dataDir = temporaryFolder(account)
  makeDataFolder(dataDir)
  const logs = join(dataDir, 'logs')
  const secrets = secretsOf(dataDir)
  const [webPort, sandboxPort] = [await freePort(), await freePort()]
  const wire = await openWire(webPort)
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`
  const ownDeaths: string[] = []
  const undo: (() => Promise<unknown>)[] = [() => wire.close()]
  const close = async () => {
    for (let last = undo.pop(); last; last = undo.pop()) await last().catch(() => undefined)
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    const folder = postgresFolder(dataDir, account)
    makePostgresFolder(folder, account)
    const postgres = await postgresVictim(
      { folder, account, binaries: serverBinaries(account, spareFolder(dataDir, account)), password: secrets.database.admin },
      ownDeaths,
    )
    undo.push(() => postgres.stop())
    const address = (user: string, password: string) => localUrl(user, password, postgres.port, 'matchbook')
    const ownerUrl = address('matchbook_owner', secrets.database.owner)
    const [appUrl, workerUrl] = [address('matchbook_app_login', secrets.database.app), address('matchbook_worker_login', secrets.database.worker)]
    await makeOwner(postgres.adminUrl('postgres'), ownerUrl)
    await migrate({ ownerUrl, appUrl, workerUrl, own: { app: true, worker: true } })
    await generateClient()
    tell('database ready')
    if (!existsSync(join(root, '.next/BUILD_ID'))) tell('building the web part')
    await buildWeb(logs)

    const env: Environment = {
      ...productEnvironment({
        mode: 'sandbox',
        url: wire.url,
        port: webPort,
        host: '127.0.0.1',
        secret: secrets.matchbook,
        appUrl,
        workerUrl,
        sandboxUrl,
        stripe: {
          STRIPE_LIVE_SECRET_KEY: secrets.sandbox.live.secret,
          STRIPE_LIVE_PUBLISHABLE_KEY: secrets.sandbox.live.publishable,
          STRIPE_TEST_SECRET_KEY: secrets.sandbox.test.secret,
          STRIPE_TEST_PUBLISHABLE_KEY: secrets.sandbox.test.publishable,
        },
        dev: false,
      }),
    }
    const sandboxEnv = {
      ...machineEnvironment(),
      SANDBOX_PORT: String(sandboxPort),
      SANDBOX_HOST: '127.0.0.1',
      SANDBOX_DATA_DIR: join(dataDir, 'sandbox'),
      SANDBOX_PLATFORM_KEYS: JSON.stringify(secrets.sandbox),
    }
    const tsx = (file: string) => ['--import', 'tsx', join(root, file)]
    const answered = (url: string) => (gone: AbortSignal) => untilAnswered(url, gone)
    const worker = (name: ProcessName) => childVictim({ name, args: tsx('scripts/worker.ts'), env, logs, channel: true }, whenSaid, ownDeaths)
    const children = [
      childVictim({ name: 'sandbox', args: tsx('sandbox/main.ts'), env: sandboxEnv, logs }, answered(`${sandboxUrl}/_sandbox/clock`), ownDeaths),
      childVictim(
        { name: 'web', args: [join(root, 'node_modules/next/dist/bin/next'), 'start', '-H', '127.0.0.1', '-p', String(webPort)], env, logs },
        speaks(`http://127.0.0.1:${webPort}/healthz`),
        ownDeaths,
      ),
      worker('worker-1'),
      worker('worker-2'),
    ]
    for (const child of children) {
      undo.push(() => child.stop())
      await child.start()
      tell(`${child.name} ready`)
    }
    return {
      victims: new Map([...children, postgres].map((victim) => [victim.name, victim])),
      wire,
      url: wire.url,
      sandboxUrl,
      ownerUrl,
      adminUrl: postgres.adminUrl('matchbook'),
      env,
      dataDir,
      ownDeaths,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Ready as soon as it says anything: while the database is down a web that just started has to say so. */
function speaks(url: string): (gone: AbortSignal) => Promise<void> {
  return async (gone) => {
    for (let tries = 0; tries < 1_200; tries++) {
      gone.throwIfAborted()
      const heard = await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
        (answer) => answer.text(),
        () => null,
      )
      if (heard !== null) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`${url} says nothing`)
  }
}

type Stoppable = Victim & { stop(): Promise<void> }

function childVictim(spec: ChildSpec & { name: string }, ready: (gone: AbortSignal, child: ChildProcess) => Promise<void>, ownDeaths: string[]): Stoppable {
  let child: ChildProcess | null = null
  let isUp = false
  let since = 0
  const ordered = new WeakSet<ChildProcess>()
  return {
    name: spec.name as ProcessName,
    isUp: () => isUp,
    upMs: () => (isUp ? performance.now() - since : 0),
    async start() {
      // A process may not come up while what it needs is down: it is started until it does.
      for (let tries = 1; ; tries++) {
        const mine = spawnChild(spec)
        child = mine
        const gone = new AbortController()
        const ended = endOf(mine)
        void ended.then((how) => {
          gone.abort()
          if (child === mine) isUp = false
          if (!ordered.has(mine) && isReady) ownDeaths.push(`${spec.name} ended by itself (${how})`)
        })
        let isReady = false
        try {
          await ready(gone.signal, mine)
          isReady = true
          isUp = true
          since = performance.now()
          return
        } catch (error) {
          ordered.add(mine)
          await endChild(mine, 1_000)
          if (tries >= 20) throw error
          await new Promise((resolve) => setTimeout(resolve, 250))
        }
      }
    },
    async kill() {
      if (!child?.pid) return
      isUp = false
      ordered.add(child)
      const ended = endOf(child)
      process.kill(child.pid, 'SIGKILL')
      await ended
    },
    async stop() {
      if (!child) return
      ordered.add(child)
      await endChild(child)
    },
  }
}

type ServerPlan = Omit<Parameters<typeof startServer>[0], 'port' | 'durable'>

async function postgresVictim(plan: ServerPlan, ownDeaths: string[]): Promise<Stoppable & { port: number; adminUrl: Server['adminUrl'] }> {
  const begin = async (port?: number): Promise<Server> => {
    for (;;) {
      const started = await startServer({ ...plan, port, durable: true })
      if (port === undefined || started.port === port) return started
      // Children of the killed server still held its port: its successor has to be where everybody looks.
      await started.stop()
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  let server = await begin()
  let isUp = true
  let since = performance.now()
  let ordered = false
  const { port } = server
  const watch = (mine: Server) =>
    void mine.gone.then(() => {
      if (server === mine && !ordered) ownDeaths.push('postgres ended by itself')
    })
  watch(server)
  return {
    name: 'postgres',
    port,
    adminUrl: (database) => server.adminUrl(database),
    isUp: () => isUp,
    upMs: () => (isUp ? performance.now() - since : 0),
    async start() {
      server = await begin(port)
      ordered = false
      isUp = true
      since = performance.now()
      watch(server)
    },
    async kill() {
      isUp = false
      ordered = true
      process.kill(server.pid, 'SIGKILL')
      await server.gone
    },
    async stop() {
      ordered = true
      await server.stop()
    },
  }
}
