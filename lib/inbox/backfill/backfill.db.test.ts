import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { openCheckoutWorld, type CheckoutWorld, type TestStore } from '@/lib/checkout/checkout-world.test-support'
import { startCheckout } from '@/lib/checkout/start-checkout'
import type { Scope } from '@/lib/db/tenant'
import { setClockOffset } from '@/lib/kernel/clock'
import { apiVersion, platformStripe } from '@/lib/stripe/client'
import { createWebhookEndpoint } from '@/lib/stripe/webhook-endpoints'
import { drainStep } from '../drain'
import { registerEndpoint } from '../endpoints'
import { receive } from '../receive'
import { backfillStep } from './backfill-step'
import { backfillsOf } from './queries'
import { startBackfill } from './start-backfill'

vi.setConfig({ testTimeout: 120_000 })

let world: CheckoutWorld
let acme: Scope
let shop: TestStore
let hears: Server
const operator = { kind: 'operator' as const }

/** A shop that collects through a connected account; its deliveries come over HTTP and go to `receive`. */
beforeAll(async () => {
  world = await openCheckoutWorld()
  acme = { ...(await world.tenant('acme')), mode: 'live' }
  shop = await world.store(acme, 'north')
  hears = createServer((request, answer) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const delivery = { endpoint_id: 'connect_live', body: Buffer.concat(parts), signature: String(request.headers['stripe-signature']) }
      void receive(delivery).then(({ status }) => answer.writeHead(status).end())
    })
  })
  await new Promise<void>((resolve) => hears.listen(0, '127.0.0.1', resolve))
  const endpoint = await createWebhookEndpoint(
    { stripe: platformStripe('live'), options: {} },
    { url: `http://127.0.0.1:${(hears.address() as AddressInfo).port}/`, connect: true, enabled_events: ['*'], api_version: apiVersion },
    'endpoint-1',
  )
  await registerEndpoint({ id: 'connect_live', kind: 'connect', mode: 'live', account_id: null, secret: endpoint.secret, stripe_endpoint_id: endpoint.id })
}, 120_000)
afterAll(async () => {
  hears?.close()
  await world?.stop()
})
beforeEach(() => world.sandbox.post('/_sandbox/reset', {}))

async function rows<Row extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await world.owner.query('SET ROLE matchbook_worker'), await world.owner.query(text, values)).rows as Row[]
}
async function advance(seconds: number): Promise<void> {
  await world.sandbox.post('/_sandbox/clock/advance', { by_seconds: seconds })
  setClockOffset((await world.sandbox.get<{ offset_ms: number }>('/_sandbox/clock')).offset_ms)
}
async function drain(): Promise<void> {
  await world.sandbox.post('/_sandbox/webhooks/settle', {})
  while (await drainStep('test')) continue
}
async function look(): Promise<{ listed: number; found: number } | null> {
  let last: { listed: number; found: number } | null = null
  while (await backfillStep(({ listed, found }) => (last = { listed, found }))) continue
  return last
}
async function payAnOrder(): Promise<string> {
  const order = await world.sandbox.post<{ id: number }>('/_sandbox/shops/north/orders', { items: [{ name: 'Cup', quantity: 2, unit_price: '9.50' }] })
  const view = await startCheckout(acme, { store_id: shop.store_id, order: { external_id: String(order.id) }, created_by: 'test' })
  const { session } = view
  if (!session) throw new Error('no session')
  const paid = await world.sandbox.post<{ outcome: string }>('/_sandbox/payers/pay', {
    client_secret: session.client_secret,
    publishable_key: session.publishable_key,
    ...(session.account && { account: session.account }),
  })
  expect(paid.outcome).toBe('succeeded')
  return String(order.id)
}
const attemptOf = (order: string) =>
  rows(`SELECT a.state FROM checkout_attempt a JOIN "order" o ON o.tenant_id = a.tenant_id AND o.id = a.order_id WHERE o.external_id = $1`, [order])

it('what is never delivered is in the books within an interval, and counted', async () => {
  await look()
  await world.sandbox.post('/_sandbox/webhooks/rules', { kind: 'drop', attempts: null })
  const order = await payAnOrder()
  await drain()
  expect(await attemptOf(order)).toEqual([{ state: 'open' }])
  expect(await rows(`SELECT 1 FROM inbox_event WHERE kind = 'delivery'`)).toEqual([])

  await advance(3_600)
  const seen = await look()
  expect(seen?.found).toBeGreaterThanOrEqual(3)
  await drain()
  expect(await attemptOf(order)).toEqual([{ state: 'paid' }])
  expect(await rows('SELECT status, amount_captured::int AS amount, attribution FROM payment')).toEqual([
    { status: 'succeeded', amount: 1900, attribution: 'proven' },
  ])
  expect(await rows(`SELECT DISTINCT state FROM inbox_event WHERE kind = 'backfill' AND state NOT IN ('applied', 'ignored')`)).toEqual([])
  expect(await backfillsOf(acme)).toMatchObject([{ state: 'active', last_error: null, found: seen?.found, never_delivered: seen?.found }])
})

it('a delivery that comes after all is a duplicate without alarm', async () => {
  const [event] = await rows<{ event_id: string }>(`SELECT event_id FROM inbox_event WHERE kind = 'backfill' AND type = 'payment_intent.succeeded'`)
  const before = (await backfillsOf(acme))[0]
  await world.sandbox.post('/_sandbox/webhooks/redeliver', { event: event?.event_id })
  await drain()
  expect(await rows('SELECT kind, duplicate_count, alarm FROM inbox_event WHERE event_id = $1', [event?.event_id])).toEqual([
    { kind: 'backfill', duplicate_count: 1, alarm: null },
  ])
  expect((await backfillsOf(acme))[0]).toMatchObject({ found: before?.found, never_delivered: (before?.never_delivered ?? 0) - 1 })
})

it('what was delivered is passed over, and a look is due once an hour', async () => {
  const order = await payAnOrder()
  await drain()
  expect(await attemptOf(order)).toEqual([{ state: 'paid' }])
  expect(await look(), 'not due yet').toBeNull()
  await advance(3_600)
  await drain()
  const before = await rows(`SELECT md5(string_agg(e::text, '|' ORDER BY e.id)) AS hash FROM inbox_event e WHERE e.kind <> 'reply'`)
  expect(await look()).toMatchObject({ found: 0 })
  expect(await rows(`SELECT md5(string_agg(e::text, '|' ORDER BY e.id)) AS hash FROM inbox_event e WHERE e.kind <> 'reply'`)).toEqual(before)
})

it('an event that is just on its way is left to its delivery, and not forgotten', async () => {
  await world.sandbox.post('/_sandbox/webhooks/rules', { kind: 'drop', attempts: null })
  const order = await payAnOrder()
  await startBackfill(acme, { since: null, actor: operator })
  expect(await look()).toMatchObject({ found: 0 })
  await advance(3_600)
  expect((await look())?.found).toBeGreaterThanOrEqual(3)
  await drain()
  expect(await attemptOf(order)).toEqual([{ state: 'paid' }])
})

it('a list that Stripe does not answer is asked for again, and loses nothing; who asks is recorded', async () => {
  await world.sandbox.post('/_sandbox/webhooks/rules', { kind: 'drop', attempts: null })
  const order = await payAnOrder()
  await advance(300)
  await world.sandbox.post('/_sandbox/faults', { path: '/v1/events', kind: 'status', status: 500, times: null })
  await startBackfill(acme, { since: new Date(0), actor: operator })
  await look()
  expect((await backfillsOf(acme))[0]?.last_error).toMatch(/Stripe/)
  await world.sandbox.remove('/_sandbox/faults')
  await advance(3_600)
  await look()
  await drain()
  expect(await attemptOf(order)).toEqual([{ state: 'paid' }])
  expect((await backfillsOf(acme))[0]?.last_error).toBeNull()
  expect(await rows(`SELECT actor_kind FROM activity WHERE action = 'backfill.requested'`)).toEqual([{ actor_kind: 'operator' }, { actor_kind: 'operator' }])
})
