import { Client } from 'pg'
import { createTestDatabase } from '@/scripts/test-database'
import { closePools } from '@/lib/db/pools'
import type { Mode } from '@/lib/kernel/mode'
import { createStore } from './create-store'
import { FakeShop } from './fake-shop.test-support'

export type FakeWorld = {
  shop: FakeShop
  tenant_id: string
  connection_id: string
  store_id: string
  mode: Mode
  databaseUrl: { app: string; worker: string }
  /** Asks as the tables' worker role, which sees all. */
  ask<Row>(text: string, values?: unknown[]): Promise<Row[]>
  close(): Promise<void>
}

export const tenantId = '01900000-0000-7000-8000-00000000000a'
export const connectionId = '01900000-0000-7000-8000-00000000000c'

/** A database of its own with one tenant, and a store of it at a fake shop. */
export async function makeFakeWorld(
  more: { origin?: string; path?: string; credentials?: Record<string, string>; currency?: string; ourUrl?: string } = {},
): Promise<FakeWorld> {
  const shop = new FakeShop()
  const origin = more.origin ?? (await shop.open())
  const database = await createTestDatabase()
  Object.assign(process.env, {
    MATCHBOOK_MODE: 'sandbox',
    SANDBOX_URL: origin,
    MATCHBOOK_SECRET: Buffer.alloc(32, 7).toString('base64'),
    LOG_LEVEL: 'error',
    DATABASE_URL: database.appUrl,
    DATABASE_WORKER_URL: database.workerUrl,
    MATCHBOOK_URL: more.ourUrl ?? 'http://127.0.0.1:3999',
  })
  const client = new Client({ connectionString: database.workerUrl })
  await client.connect()
  await client.query(`INSERT INTO tenant (id, slug, name, time_zone, created_at) VALUES ($1, 'acme', 'Acme', 'UTC', now())`, [tenantId])
  await client.query(
    `INSERT INTO connection (tenant_id, id, mode, kind, account_id, name, country, default_currency, state, created_at) VALUES ($1, $2, 'test', 'own', 'acct_1', 'Acme', 'DE', 'eur', 'active', now())`,
    [tenantId, connectionId],
  )
  const { store_id } = await createStore({
    tenant_id: tenantId,
    mode: 'test',
    name: 'North',
    platform: 'woocommerce',
    connection_id: connectionId,
    currency: more.currency ?? 'eur',
    time_zone: 'Europe/Berlin',
    hosts: ['north.example'],
    base_url: `${origin}${more.path ?? '/shops/north/'}`,
    credentials: more.credentials ?? { consumer_key: `ck_${'a'.repeat(40)}`, consumer_secret: `cs_${'b'.repeat(40)}` },
    write_back: true,
  })
  return {
    shop,
    tenant_id: tenantId,
    connection_id: connectionId,
    store_id,
    mode: 'test',
    databaseUrl: { app: database.appUrl, worker: database.workerUrl },
    ask: async <Row>(text: string, values: unknown[] = []) => (await client.query(text, values)).rows as Row[],
    close: async () => {
      await client.end()
      await closePools()
      if (shop.origin !== '') await shop.close()
      await database.drop()
    },
  }
}
