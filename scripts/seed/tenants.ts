import { createStore } from '@/lib/commerce/create-store'
import { createConnection } from '@/lib/connections/create-connection'
import { registerEndpoint, endpointUrl } from '@/lib/inbox/endpoints'
import { newId } from '@/lib/kernel/id'
import { modes, type Mode } from '@/lib/kernel/mode'
import { publicId } from '@/lib/kernel/public-id'
import { apiVersion, platformStripe, type StripeCall } from '@/lib/stripe/client'
import { createWebhookEndpoint } from '@/lib/stripe/webhook-endpoints'
import { addMember } from '@/lib/tenancy/add-member'
import { createApiKey } from '@/lib/tenancy/create-api-key'
import { createTenant } from '@/lib/tenancy/create-tenant'
import { createUser } from '@/lib/tenancy/create-user'
import Stripe from 'stripe'
import type { SandboxAccount, World } from './world'

export type DemoStore = {
  store_id: string
  mode: Mode
  name: string
  slug: string
  currency: string
  account: string
  api_key: string
  publishable_key: string
  connected: boolean
}
export type DemoTenant = { tenant_id: string; slug: string; name: string; stores: DemoStore[]; accounts: { account: string; mode: Mode }[] }
export type DemoPeople = { name: string; email: string; password: string; note: string }[]

type StorePlan = { mode: Mode; name: string; slug: string; currency: string; timezone: string; prefix: string; country: string }
type TenantPlan = { slug: string; name: string; time_zone: string; kind: 'connected' | 'own'; country: string; currency: string; stores: StorePlan[] }

/** Two merchants: one whose accounts are connected to the platform, one who gave restricted keys of an account of its own. */
const plans: TenantPlan[] = [
  {
    slug: 'nordlicht',
    name: 'Nordlicht GmbH',
    time_zone: 'Europe/Berlin',
    kind: 'connected',
    country: 'DE',
    currency: 'eur',
    stores: [
      { mode: 'live', name: 'Nordlicht Living', slug: 'nordlicht-living', currency: 'EUR', timezone: 'Europe/Berlin', prefix: 'NL-', country: 'DE' },
      { mode: 'live', name: 'Nordlicht Tokyo', slug: 'nordlicht-tokyo', currency: 'JPY', timezone: 'Asia/Tokyo', prefix: 'NT-', country: 'JP' },
      { mode: 'test', name: 'Nordlicht staging', slug: 'nordlicht-staging', currency: 'EUR', timezone: 'Europe/Berlin', prefix: 'ST-', country: 'DE' },
    ],
  },
  {
    slug: 'harbor-pine',
    name: 'Harbor & Pine',
    time_zone: 'America/New_York',
    kind: 'own',
    country: 'US',
    currency: 'usd',
    stores: [
      { mode: 'live', name: 'Harbor & Pine', slug: 'harbor-pine', currency: 'USD', timezone: 'America/New_York', prefix: '#', country: 'US' },
      { mode: 'live', name: 'Pine Outlet', slug: 'pine-outlet', currency: 'USD', timezone: 'America/Los_Angeles', prefix: 'PO', country: 'US' },
      { mode: 'test', name: 'Harbor & Pine test', slug: 'harbor-test', currency: 'USD', timezone: 'America/New_York', prefix: 'T-', country: 'US' },
    ],
  },
]

export const demoPassword = 'matchbook-demo'

/** One key per job, each with what that job needs and nothing more. */
const permissions = {
  checkout: ['checkout_session_write', 'checkout_session_read'],
  reader: ['payment_intent_read', 'charge_read', 'dispute_read', 'checkout_session_read', 'balance_read', 'balance_transaction_source_read', 'event_read'],
  refund: ['charge_write', 'payment_intent_read'],
}

const followedEvents = ['*']

/** Makes tenants, people, connections, stores, API keys and webhook endpoints, all through the product's own verbs. */
export async function makeTenants(world: World, webUrl: string): Promise<{ tenants: DemoTenant[]; people: DemoPeople }> {
  for (const mode of modes)
    await makeEndpoint({ stripe: platformStripe(mode), options: {} }, { id: `connect_${mode}`, kind: 'connect', mode, account_id: null }, true)
  const tenants: DemoTenant[] = []
  for (const plan of plans) tenants.push(await makeTenant(world, webUrl, plan))
  const people = await makePeople(tenants)
  return { tenants, people }
}

async function makeTenant(world: World, webUrl: string, plan: TenantPlan): Promise<DemoTenant> {
  const { tenant_id } = await createTenant({ slug: plan.slug, name: plan.name, time_zone: plan.time_zone })
  const account = await world.createAccount({ name: plan.name, country: plan.country, default_currency: plan.currency, kind: plan.kind })
  const connections = new Map<Mode, string>()
  for (const mode of modes) {
    const keys = plan.kind === 'connected' ? null : await ownKeys(world, account, mode)
    const connection = await createConnection({
      tenant_id,
      mode,
      kind: plan.kind === 'connected' ? 'connect' : 'own',
      account_id: account.id,
      name: plan.name,
      country: plan.country,
      default_currency: plan.currency,
      publishable_key: plan.kind === 'connected' ? null : account.keys[mode].publishable,
      keys,
    })
    connections.set(mode, connection.id)
    if (plan.kind === 'own') {
      // A restricted key cannot make endpoints: the merchant makes it at Stripe with full rights and gives us the secret.
      const sandbox = new URL(world.url)
      const stripe = new Stripe(account.keys[mode].secret, { host: sandbox.hostname, port: sandbox.port, protocol: 'http', telemetry: false })
      await makeEndpoint({ stripe, options: {} }, { id: `whe_${newId()}`, kind: 'account', mode, account_id: account.id }, false)
    }
  }
  const stores: DemoStore[] = []
  for (const store of plan.stores) {
    const shop = await world.createShop({
      slug: store.slug,
      name: store.name,
      currency: store.currency,
      timezone: store.timezone,
      number_prefix: store.prefix,
      country: store.country,
    })
    const connection_id = connections.get(store.mode) ?? ''
    const { store_id } = await createStore({
      tenant_id,
      mode: store.mode,
      name: store.name,
      platform: 'woocommerce',
      connection_id,
      currency: store.currency.toLowerCase(),
      time_zone: store.timezone,
      hosts: [new URL(webUrl).hostname],
      base_url: shop.base_url,
      credentials: { consumer_key: shop.consumer_key, consumer_secret: shop.consumer_secret },
      write_back: true,
    })
    const { clear_text } = await createApiKey({ tenant_id, mode: store.mode }, { name: `${store.name} backend`, actor: { kind: 'system' } })
    await world.ask('PATCH', `/_sandbox/shops/${store.slug}`, {
      payment_plugin: {
        url: `${webUrl}/api/v1/checkouts`,
        headers: { authorization: `Bearer ${clear_text}` },
        body: { store: publicId('store', store_id), order: { external_id: '{order_id}' } },
        link_field: 'pay_url',
      },
    })
    stores.push({
      store_id,
      mode: store.mode,
      name: store.name,
      slug: store.slug,
      currency: store.currency.toLowerCase(),
      account: account.id,
      api_key: clear_text,
      publishable_key: account.keys[store.mode].publishable,
      connected: plan.kind === 'connected',
    })
  }
  return { tenant_id, slug: plan.slug, name: plan.name, stores, accounts: modes.map((mode) => ({ account: account.id, mode })) }
}

async function ownKeys(world: World, account: SandboxAccount, mode: Mode): Promise<Record<'checkout' | 'reader' | 'refund', string>> {
  const key = (job: keyof typeof permissions) => world.restrictedKey(account.id, mode, `Matchbook ${job}`, permissions[job])
  return { checkout: await key('checkout'), reader: await key('reader'), refund: await key('refund') }
}

async function makeEndpoint(
  call: StripeCall,
  endpoint: { id: string; kind: 'account' | 'connect'; mode: Mode; account_id: string | null },
  connect: boolean,
): Promise<void> {
  const made = await createWebhookEndpoint(
    call,
    { url: endpointUrl(endpoint.id), connect, enabled_events: followedEvents, api_version: apiVersion },
    `endpoint:${endpoint.id}`,
  )
  await registerEndpoint({ ...endpoint, secret: made.secret, stripe_endpoint_id: made.id })
}

async function makePeople(tenants: DemoTenant[]): Promise<DemoPeople> {
  const [nordlicht, harbor] = tenants
  if (!nordlicht || !harbor) throw new Error('the demo has two tenants')
  const make = async (email: string, name: string, memberships: [string, 'owner' | 'finance' | 'support'][], note: string) => {
    const { user_id } = await createUser({ email, name, password: demoPassword })
    for (const [tenant_id, role] of memberships) await addMember({ tenant_id, user_id, role })
    return { name, email, password: demoPassword, note }
  }
  return [
    await make('ida@nordlicht.example', 'Ida Brandt', [[nordlicht.tenant_id, 'owner']], 'owner of Nordlicht'),
    await make('sam@harborpine.example', 'Sam Okafor', [[harbor.tenant_id, 'owner']], 'owner of Harbor & Pine'),
    await make(
      'mira@agency.example',
      'Mira Castellanos-Whitfield',
      [
        [nordlicht.tenant_id, 'finance'],
        [harbor.tenant_id, 'support'],
      ],
      'both tenants: finance, support',
    ),
  ]
}
