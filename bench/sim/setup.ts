import { createConnection } from '@/lib/connections/create-connection'
import { createStore } from '@/lib/commerce/create-store'
import { registerEndpoint } from '@/lib/inbox/endpoints'
import { newId } from '@/lib/kernel/id'
import type { Mode } from '@/lib/kernel/mode'
import { createTenant } from '@/lib/tenancy/create-tenant'
import type { TenantPlan } from './contract'

/** A merchant as the product knows it. */
export type Entered = { tenant_id: string; mode: Mode; endpoint_id: string; connection_id: string; stores: Map<string, string> }

/** Enters the world's merchants by the product's own verbs. */
export async function enter(plans: readonly TenantPlan[]): Promise<Map<string, Entered>> {
  const entered = new Map<string, Entered>()
  for (const plan of plans) entered.set(plan.key, await enterOne(plan))
  return entered
}

async function enterOne(plan: TenantPlan): Promise<Entered> {
  const mode: Mode = plan.publishable_key.startsWith('pk_live_') ? 'live' : 'test'
  const { tenant_id } = await createTenant({ slug: plan.slug, name: plan.slug, time_zone: 'UTC' })
  const connection = await createConnection({
    tenant_id,
    mode,
    kind: 'own',
    account_id: plan.account_id,
    name: plan.slug,
    country: plan.country,
    default_currency: plan.default_currency,
    publishable_key: plan.publishable_key,
    keys: plan.keys,
  })
  const endpoint_id = `whe_${newId()}`
  for (const secret of [...plan.webhook_secrets].reverse())
    await registerEndpoint({ id: endpoint_id, kind: 'account', mode, account_id: plan.account_id, secret, stripe_endpoint_id: null })
  const stores = new Map<string, string>()
  for (const store of plan.stores) {
    const { store_id } = await again(() =>
      createStore({
        tenant_id,
        mode,
        name: store.name,
        platform: 'woocommerce',
        connection_id: connection.id,
        currency: store.currency,
        time_zone: store.time_zone,
        hosts: [],
        base_url: store.url,
        credentials: { consumer_key: store.consumer_key, consumer_secret: store.consumer_secret },
        write_back: true,
      }),
    )
    stores.set(store.key, store_id)
  }
  return { tenant_id, mode, endpoint_id, connection_id: connection.id, stores }
}

/** A shop may fail now and then, also on the first day. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === 12) throw error
    }
  }
}
