import { serve, type ServerType } from '@hono/node-server'
import { Hono } from 'hono'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { mount as mountBrowser } from './browser/mount'
import { mount as mountControl } from './control/mount'
import { Clock } from './core/clock'
import { Config, type SandboxSettings } from './core/config'
import { FaultPort } from './core/faults'
import { Log } from './core/log'
import { Store } from './core/store'
import type { World } from './core/world'
import { mount as mountFaults } from './faults/mount'
import { mount as mountShop } from './shop/mount'
import { Accounts, type ModeKeys } from './stripe/accounts'
import { Events } from './stripe/events'
import { mount as mountStripe } from './stripe/mount'
import { mount as mountWebhooks } from './webhooks/mount'

export interface SandboxOptions {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** Null keeps everything in memory. */
  readonly dataDir: string | null
  readonly platformKeys?: { readonly live: ModeKeys; readonly test: ModeKeys }
  readonly settings?: Partial<SandboxSettings>
  /** Offset of a fresh sandbox; 60 days in the past when left out. */
  readonly freshOffsetMs?: number
  readonly verbose?: boolean
}

export interface Sandbox {
  readonly url: string
  readonly world: World
  readonly app: Hono
  close(): Promise<void>
}

const FRESH_OFFSET_MS = -60 * 86_400_000

/** Opens the store, builds every part and listens. Rejects when the port is busy or the folder cannot be written. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const store = new Store(options.dataDir)
  const log = new Log(options.verbose ?? false)
  const clock = new Clock(store, log, options.freshOffsetMs ?? FRESH_OFFSET_MS)
  const accounts = new Accounts(store, clock)
  const world: World = {
    store,
    clock,
    accounts,
    events: new Events(store, clock),
    config: new Config(store, options.settings),
    faults: new FaultPort(),
    log,
  }
  if (accounts.rows.size === 0) {
    accounts.createAccount({ name: 'Platform', country: 'US', default_currency: 'usd', kind: 'platform', keys: options.platformKeys })
  }
  const app = new Hono()
  for (const mount of [mountStripe, mountFaults, mountWebhooks, mountControl, mountShop, mountBrowser]) mount(app, world)
  store.flush()
  clock.start()

  const server = serve({ fetch: app.fetch, hostname: options.host, port: options.port }) as ServerType
  await Promise.race([once(server, 'listening'), once(server, 'error').then(([error]) => Promise.reject(error))])
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${options.host}:${port}`,
    world,
    app,
    close: async () => {
      clock.stop()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      if ('closeAllConnections' in server) server.closeAllConnections()
      await closed
      store.close()
    },
  }
}
