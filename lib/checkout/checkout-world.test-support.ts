import { Client } from 'pg'
import { createStore } from '@/lib/commerce/create-store'
import { createConnection } from '@/lib/connections/create-connection'
import { closePools } from '@/lib/db/pools'
import type { Scope } from '@/lib/db/tenant'
import { setClockOffset } from '@/lib/kernel/clock'
import type { Mode } from '@/lib/kernel/mode'
import { startSandbox, type Sandbox } from '@/lib/stripe/sandbox.test-support'
import { createTenant } from '@/lib/tenancy/create-tenant'
import { createTestDatabase, type TestDatabase } from '@/scripts/test-database'

/**
 * The world of a checkout for tests: a real PostgreSQL, the sandbox as a process of its own reached over HTTP alone,
 * tenants with their connections and stores made by the product's verbs.
 */
export type CheckoutWorld = {
  sandbox: Sandbox
  owner: Client
  tenant(slug: string): Promise<{ tenant_id: string }>
  /** A store in a demo shop, collecting through a new connected account (or the merchant's own). */
  store(scope: Scope, slug: string, options?: { currency?: string; kind?: 'connect' | 'own'; hosts?: string[] }): Promise<TestStore>
  stop(): Promise<void>
}
export type TestStore = { store_id: string; slug: string; connection_id: string; account_id: string }

export async function openCheckoutWorld(): Promise<CheckoutWorld> {
  const sandbox = await startSandbox()
  let db: TestDatabase | undefined
  try {
    db = await createTestDatabase()
    const { platform, accounts } = await sandbox.get<{
      platform: string
      accounts: { id: string; keys: Record<Mode, { secret: string; publishable: string }> }[]
    }>('/_sandbox/accounts')
    const keys = accounts.find((account) => account.id === platform)?.keys
    if (!keys) throw new Error('the sandbox has no platform')
    Object.assign(process.env, {
      MATCHBOOK_MODE: 'sandbox',
      MATCHBOOK_URL: 'http://127.0.0.1:3000',
      MATCHBOOK_SECRET: Buffer.alloc(32, 7).toString('base64'),
      DATABASE_URL: db.appUrl,
      DATABASE_WORKER_URL: db.workerUrl,
      SANDBOX_URL: sandbox.url,
      LOG_LEVEL: 'error',
      STRIPE_LIVE_SECRET_KEY: keys.live.secret,
      STRIPE_LIVE_PUBLISHABLE_KEY: keys.live.publishable,
      STRIPE_TEST_SECRET_KEY: keys.test.secret,
      STRIPE_TEST_PUBLISHABLE_KEY: keys.test.publishable,
    })
    setClockOffset((await sandbox.get<{ offset_ms: number }>('/_sandbox/clock')).offset_ms)
    const owner = new Client({ connectionString: db.ownerUrl })
    await owner.connect()
    const database = db
    return {
      sandbox,
      owner,
      tenant: (slug) => createTenant({ slug, name: slug, time_zone: 'UTC' }),
      store: (scope, slug, options = {}) => makeStore(sandbox, scope, slug, options),
      stop: async () => {
        await closePools()
        await owner.end()
        await database.drop()
        await sandbox.stop()
      },
    }
  } catch (error) {
    await db?.drop()
    await sandbox.stop()
    throw error
  }
}

async function makeStore(
  sandbox: Sandbox,
  scope: Scope,
  slug: string,
  options: { currency?: string; kind?: 'connect' | 'own'; hosts?: string[] },
): Promise<TestStore> {
  const { currency = 'usd', kind = 'connect', hosts = [] } = options
  const account = await sandbox.post<{ id: string; keys: Record<Mode, { secret: string; publishable: string }> }>('/_sandbox/accounts', {
    name: slug,
    country: 'US',
    default_currency: currency,
    kind: kind === 'connect' ? 'connected' : 'own',
  })
  const restricted =
    kind === 'own'
      ? await sandbox.post<{ key: string }>(`/_sandbox/accounts/${account.id}/restricted_keys`, {
          mode: scope.mode,
          name: 'checkout',
          permissions: ['checkout_session_write'],
        })
      : null
  const connection = await createConnection({
    ...scope,
    kind,
    account_id: account.id,
    name: slug,
    country: 'US',
    default_currency: currency,
    publishable_key: kind === 'own' ? account.keys[scope.mode].publishable : null,
    keys: restricted && { checkout: restricted.key },
  })
  const shop = await sandbox.post<{ base_url: string; consumer_key: string; consumer_secret: string }>('/_sandbox/shops', {
    slug,
    name: `Shop ${slug}`,
    currency: currency.toUpperCase(),
  })
  const { store_id } = await createStore({
    ...scope,
    name: `Shop ${slug}`,
    platform: 'woocommerce',
    connection_id: connection.id,
    currency,
    time_zone: 'UTC',
    hosts,
    base_url: shop.base_url,
    credentials: { consumer_key: shop.consumer_key, consumer_secret: shop.consumer_secret },
    write_back: true,
  })
  return { store_id, slug, connection_id: connection.id, account_id: account.id }
}
