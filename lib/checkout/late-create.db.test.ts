import Stripe from 'stripe'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Scope } from '@/lib/db/tenant'
import { useNetwork, type WireReply, type WireRequest } from '@/lib/kernel/network'
import { openCheckoutWorld, type CheckoutWorld, type TestStore } from './checkout-world.test-support'
import { startCheckout } from './start-checkout'

let world: CheckoutWorld
let acme: Scope
let shop: TestStore
/** May answer a create itself; null passes it on. */
let onCreate: (request: WireRequest) => WireReply | null | Promise<WireReply> = () => null
/** May change what a reading of sessions answers. */
let onRead: (reply: WireReply) => WireReply = (reply) => reply

beforeAll(async () => {
  useNetwork({
    exchange: async (request) => {
      const reply = (isCreate(request) ? await onCreate(request) : null) ?? (await passOn(request))
      return isRead(request) ? onRead(reply) : reply
    },
  })
  world = await openCheckoutWorld()
  acme = { ...(await world.tenant('acme')), mode: 'live' }
  shop = await world.store(acme, 'north')
}, 120_000)
afterEach(() => void ((onCreate = () => null), (onRead = (reply) => reply)))
afterAll(async () => {
  await world?.stop()
  useNetwork(null)
})

const isCreate = ({ method, url }: WireRequest) => method === 'POST' && new URL(url).pathname === '/v1/checkout/sessions'
const isRead = ({ method, url }: WireRequest) => method === 'GET' && new URL(url).pathname.startsWith('/v1/checkout/sessions')

async function passOn({ method, url, headers, body }: WireRequest): Promise<WireReply> {
  const { 'content-length': _, ...rest } = headers
  const reply = await fetch(url, { method, headers: rest, body })
  return { status: reply.status, headers: Object.fromEntries(reply.headers), body: await reply.text() }
}

async function allAtStripe(): Promise<Stripe.Checkout.Session[]> {
  const url = new URL(world.sandbox.url)
  const stripe = new Stripe(process.env.STRIPE_LIVE_SECRET_KEY ?? '', { host: url.hostname, port: url.port, protocol: 'http', telemetry: false })
  const { data } = await stripe.checkout.sessions.list({ limit: 100 }, { stripeAccount: shop.account_id })
  return data
}

async function sessionsAtStripe(reference: string): Promise<Stripe.Checkout.Session[]> {
  return (await allAtStripe()).filter((session) => session.client_reference_id === reference)
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

it.each([
  ['of another total', { amount_total: 1800 }, 'session_total_differs'],
  ['without the secret that its page needs', { client_secret: null }, null],
])('a session %s is ended also when Stripe keeps a 500 for its end, and the order is free', async (_, change, code) => {
  const order = await world.sandbox.post<{ id: number }>('/_sandbox/shops/north/orders', { items: [{ name: 'Cup', quantity: 2, unit_price: '9.50' }] })
  const start = () => startCheckout(acme, { store_id: shop.store_id, order: { external_id: String(order.id) }, created_by: 'test' })
  const made: string[] = []
  onCreate = async (request) => {
    const reply = await passOn(request)
    const session = JSON.parse(reply.body) as { id: string }
    made.push(session.id)
    return made.length > 1 ? reply : { ...reply, body: JSON.stringify({ ...session, ...change }) }
  }
  onRead = (reply) => (made.length > 1 ? reply : { ...reply, body: JSON.stringify({ ...(JSON.parse(reply.body) as object), ...change }) })
  await world.sandbox.post('/_sandbox/faults', { path: '/v1/checkout/sessions/*/expire', method: 'POST', kind: 'status', status: 500, times: 1 })
  if (code !== null) await expect(start()).rejects.toMatchObject({ code })
  const view = await start()
  expect(view).toMatchObject({ amount: 1900, status: 'open' })
  const statusOf = async (id: string | undefined) => (await allAtStripe()).find((session) => session.id === id)?.status
  expect([made.length, await statusOf(made[0]), await statusOf(made[1])]).toEqual([2, 'expired', 'open'])
})

it('a session that Stripe made before it failed, and that somebody paid meanwhile, is not taken for ended: no second one is made beside it', async () => {
  const place = () => world.sandbox.post<{ id: number }>('/_sandbox/shops/north/orders', { items: [{ name: 'Cup', quantity: 2, unit_price: '9.50' }] })
  const start = ({ id }: { id: number }) => startCheckout(acme, { store_id: shop.store_id, order: { external_id: String(id) }, created_by: 'test' })
  const keys = (await start(await place())).session
  const order = await place()
  const failure = { status: 500, headers: { date: new Date().toUTCString() }, body: '{"error":{"type":"api_error","message":"failed after its effect"}}' }
  const made: string[] = []
  let isAway = true
  onCreate = async (request) => {
    if (isAway && made.length > 0) return failure
    const reply = await passOn(request)
    const session = JSON.parse(reply.body) as { id: string; client_secret: string }
    made.push(session.id)
    if (!isAway) return reply
    await world.sandbox.post('/_sandbox/payers/pay', {
      client_secret: session.client_secret,
      publishable_key: keys?.publishable_key,
      account: keys?.account,
    })
    return failure
  }
  // Who has not made it is not told the secret of a session that is complete.
  onRead = (reply) => ({ ...reply, body: reply.body.replaceAll(/"client_secret":\s*"[^"]*"/g, '"client_secret":null') })
  await start(order).catch(() => undefined)
  isAway = false
  for (let round = 0; round < 3; round++) await start(order).catch(() => undefined)
  expect((await allAtStripe()).find(({ id }) => id === made[0])?.status).toBe('complete')
  expect(new Set(made).size).toBe(1)
})
