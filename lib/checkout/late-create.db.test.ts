import Stripe from 'stripe'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Scope } from '@/lib/db/tenant'
import { useNetwork, type WireReply, type WireRequest } from '@/lib/kernel/network'
import { openCheckoutWorld, type CheckoutWorld, type TestStore } from './checkout-world.test-support'
import { startCheckout } from './start-checkout'

let world: CheckoutWorld
let acme: Scope
let shop: TestStore
/** May answer a create itself; null passes it on. */
let onCreate: (request: WireRequest) => WireReply | null = () => null

beforeAll(async () => {
  useNetwork({ exchange: async (request) => (isCreate(request) ? onCreate(request) : null) ?? (await passOn(request)) })
  world = await openCheckoutWorld()
  acme = { ...(await world.tenant('acme')), mode: 'live' }
  shop = await world.store(acme, 'north')
}, 120_000)
afterAll(async () => {
  await world?.stop()
  useNetwork(null)
})

const isCreate = ({ method, url }: WireRequest) => method === 'POST' && new URL(url).pathname === '/v1/checkout/sessions'

async function passOn({ method, url, headers, body }: WireRequest): Promise<WireReply> {
  const { 'content-length': _, ...rest } = headers
  const reply = await fetch(url, { method, headers: rest, body })
  return { status: reply.status, headers: Object.fromEntries(reply.headers), body: await reply.text() }
}

async function sessionsAtStripe(reference: string): Promise<Stripe.Checkout.Session[]> {
  const url = new URL(world.sandbox.url)
  const stripe = new Stripe(process.env.STRIPE_LIVE_SECRET_KEY ?? '', { host: url.hostname, port: url.port, protocol: 'http', telemetry: false })
  const { data } = await stripe.checkout.sessions.list({ limit: 100 }, { stripeAccount: shop.account_id })
  return data.filter((session) => session.client_reference_id === reference)
}

it.each([502, 503, 504])('a %i from before Stripe, while the create sent earlier is still on its way, makes no second session', async (status) => {
  const order = await world.sandbox.post<{ id: number }>('/_sandbox/shops/north/orders', { items: [{ name: 'Cup', quantity: 2, unit_price: '9.50' }] })
  const start = () => startCheckout(acme, { store_id: shop.store_id, order: { external_id: String(order.id) }, created_by: 'test' })
  const late: WireRequest[] = []
  let sent = 0
  onCreate = (request) => {
    sent += 1
    if (sent === 1) {
      late.push(request)
      throw Object.assign(new Error('no answer came'), { code: 'ETIMEDOUT' })
    }
    return sent === 2 ? { status, headers: { date: new Date().toUTCString() }, body: '{"error":{"type":"api_error","message":"unavailable"}}' } : null
  }
  await expect(start()).rejects.toMatchObject({ retryable: true })
  expect(sent).toBe(2)
  for (const request of late) await passOn(request)
  const view = await start()
  expect(await sessionsAtStripe(view.id)).toHaveLength(1)
  expect(view.session?.client_secret).toMatch(/^cs_/)
})
