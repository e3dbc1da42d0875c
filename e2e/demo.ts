import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Demo } from '../scripts/testing/e2e-tenants'
import type { DemoStore, DemoTenant } from '../scripts/seed/tenants'
import { product, productEnvironment } from './product'

export type { Demo, DemoStore, DemoTenant }

/** The tenants of this run: made by the first who asks, kept beside the logs for the others. */
export async function demoOfThisRun(): Promise<Demo> {
  const file = join(dirname(product.logs), 'e2e-tenants.json')
  if (!existsSync(file)) {
    const script = join(import.meta.dirname, '../scripts/testing/e2e-tenants.ts')
    const child = spawn(process.execPath, ['--import', 'tsx', script, file], { env: productEnvironment(), stdio: ['ignore', 'ignore', 'inherit'] })
    const [code] = (await once(child, 'exit')) as [number | null]
    if (code !== 0) throw new Error(`the tenants of the browser tests could not be made (${code ?? 'killed'})`)
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Demo
}

/** A store of the demo by its shop's slug. */
export function storeNamed(demo: Demo, slug: string): DemoStore {
  const store = demo.tenants.flatMap((tenant) => tenant.stores).find((one) => one.slug === slug)
  if (!store) throw new Error(`the demo has no store ${slug}`)
  return store
}

/** The tenant that a store belongs to. */
export function tenantOf(demo: Demo, store: DemoStore): DemoTenant {
  const tenant = demo.tenants.find((one) => one.stores.some((own) => own.store_id === store.store_id))
  if (!tenant) throw new Error(`no tenant has the store ${store.slug}`)
  return tenant
}
