import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { createConnection } from '@/lib/connections/create-connection'
import { clockOffset, setClockOffset } from '@/lib/kernel/clock'
import { platformStripe } from '@/lib/stripe/client'
import { openLivingShop, type LivingShop } from '../living-shop.test-support'
import { backfillStep } from './backfill-step'
import { backfillsOf } from './queries'
import { startBackfill } from './start-backfill'

vi.setConfig({ testTimeout: 120_000 })

let shop: LivingShop
const operator = { kind: 'operator' as const }

beforeAll(async () => void (shop = await openLivingShop()), 120_000)
afterAll(() => shop?.stop())
beforeEach(() => shop.world.sandbox.post('/_sandbox/reset', {}))

async function look(): Promise<{ listed: number; found: number } | null> {
  let last: { listed: number; found: number } | null = null
  while (await backfillStep(({ listed, found }) => (last = { listed, found }))) continue
  return last
}
async function payAnOrder(): Promise<string> {
  const { outcome, order } = await shop.pay()
  expect(outcome).toBe('succeeded')
  return order
}
const attemptOf = (order: string) =>
  shop.rows(`SELECT a.state FROM checkout_attempt a JOIN "order" o ON o.tenant_id = a.tenant_id AND o.id = a.order_id WHERE o.external_id = $1`, [order])

it('what is never delivered is in the books within an interval, and counted', async () => {
  await look()
  await shop.world.sandbox.post('/_sandbox/webhooks/rules', { kind: 'drop', attempts: null })
  const order = await payAnOrder()
  await shop.drain()
  expect(await attemptOf(order)).toEqual([{ state: 'open' }])
  expect(await shop.rows(`SELECT 1 FROM inbox_event WHERE kind = 'delivery'`)).toEqual([])

  await shop.advance(3_600)
  const seen = await look()
  expect(seen?.found).toBeGreaterThanOrEqual(3)
  await shop.drain()
  expect(await attemptOf(order)).toEqual([{ state: 'paid' }])
  expect(await shop.rows('SELECT status, amount_captured::int AS amount, attribution FROM payment')).toEqual([
    { status: 'succeeded', amount: 1900, attribution: 'proven' },
  ])
  expect(await shop.rows(`SELECT DISTINCT state FROM inbox_event WHERE kind = 'backfill' AND state NOT IN ('applied', 'ignored')`)).toEqual([])
  expect(await backfillsOf(shop.scope)).toMatchObject([{ state: 'active', last_error: null, found: seen?.found, never_delivered: seen?.found }])
})

it('a delivery that comes after all is a duplicate without alarm', async () => {
  const [event] = await shop.rows<{ event_id: string }>(`SELECT event_id FROM inbox_event WHERE kind = 'backfill' AND type = 'payment_intent.succeeded'`)
  const before = (await backfillsOf(shop.scope))[0]
  await shop.world.sandbox.post('/_sandbox/webhooks/redeliver', { event: event?.event_id })
  await shop.drain()
  expect(await shop.rows('SELECT kind, duplicate_count, alarm FROM inbox_event WHERE event_id = $1', [event?.event_id])).toEqual([
    { kind: 'backfill', duplicate_count: 1, alarm: null },
  ])
  expect((await backfillsOf(shop.scope))[0]).toMatchObject({ found: before?.found, never_delivered: (before?.never_delivered ?? 0) - 1 })
})

it('what was delivered is passed over, and a look is due once an hour', async () => {
  const order = await payAnOrder()
  await shop.drain()
  expect(await attemptOf(order)).toEqual([{ state: 'paid' }])
  expect(await look(), 'not due yet').toBeNull()
  await shop.advance(3_600)
  await shop.drain()
  const before = await shop.rows(`SELECT md5(string_agg(e::text, '|' ORDER BY e.id)) AS hash FROM inbox_event e WHERE e.kind <> 'reply'`)
  expect(await look()).toMatchObject({ found: 0 })
  expect(await shop.rows(`SELECT md5(string_agg(e::text, '|' ORDER BY e.id)) AS hash FROM inbox_event e WHERE e.kind <> 'reply'`)).toEqual(before)
})

it('an event that is just on its way is left to its delivery, and not forgotten', async () => {
  await shop.world.sandbox.post('/_sandbox/webhooks/rules', { kind: 'drop', attempts: null })
  const order = await payAnOrder()
  await startBackfill(shop.scope, { since: null, actor: operator })
  expect(await look()).toMatchObject({ found: 0 })
  await shop.advance(3_600)
  expect((await look())?.found).toBeGreaterThanOrEqual(3)
  await shop.drain()
  expect(await attemptOf(order)).toEqual([{ state: 'paid' }])
})

it('a list that Stripe does not answer is asked for again, and loses nothing; who asks is recorded', async () => {
  await shop.world.sandbox.post('/_sandbox/webhooks/rules', { kind: 'drop', attempts: null })
  const order = await payAnOrder()
  await shop.advance(300)
  await shop.world.sandbox.post('/_sandbox/faults', { path: '/v1/events', kind: 'status', status: 500, times: null })
  await startBackfill(shop.scope, { since: new Date(0), actor: operator })
  await look()
  expect((await backfillsOf(shop.scope))[0]?.last_error).toMatch(/Stripe/)
  await shop.world.sandbox.remove('/_sandbox/faults')
  await shop.advance(3_600)
  await look()
  await shop.drain()
  expect(await attemptOf(order)).toEqual([{ state: 'paid' }])
  expect((await backfillsOf(shop.scope))[0]?.last_error).toBeNull()
  expect(await shop.rows(`SELECT actor_kind FROM activity WHERE action = 'backfill.requested'`)).toEqual([
    { actor_kind: 'operator' },
    { actor_kind: 'operator' },
  ])
})

it('whether an event is young is told by the clock of Stripe, not by ours that is slow', async () => {
  await shop.world.sandbox.post('/_sandbox/webhooks/rules', { kind: 'drop', attempts: null })
  const order = await payAnOrder()
  await shop.advance(11 * 60)
  const right = clockOffset()
  setClockOffset(right - 10 * 60_000)
  await startBackfill(shop.scope, { since: null, actor: operator })
  await look()
  setClockOffset(right)
  await shop.advance(3_600)
  await look()
  await shop.drain()
  expect(await attemptOf(order)).toEqual([{ state: 'paid' }])
})

it('what came before its account was connected here is folded once it is', async () => {
  const { id: account_id } = await shop.world.sandbox.post<{ id: string }>('/_sandbox/accounts', {
    name: 'late',
    country: 'US',
    default_currency: 'usd',
    kind: 'connected',
  })
  const { id } = await platformStripe('live').paymentIntents.create({ amount: 1234, currency: 'usd' }, { stripeAccount: account_id })
  await shop.drain()
  const stored = () => shop.rows('SELECT kind, state, reason, tenant_id FROM inbox_event WHERE object_id = $1', [id])
  expect(await stored()).toEqual([{ kind: 'delivery', state: 'quarantined', reason: 'unknown_account', tenant_id: null }])
  await createConnection({
    ...shop.scope,
    kind: 'connect',
    account_id,
    name: 'late',
    country: 'US',
    default_currency: 'usd',
    publishable_key: null,
    keys: null,
  })
  await shop.advance(300)
  await look()
  await shop.drain()
  expect(await stored()).toEqual([{ kind: 'delivery', state: 'applied', reason: null, tenant_id: shop.scope.tenant_id }])
  expect(await shop.rows('SELECT amount::int AS amount FROM payment WHERE stripe_id = $1', [id])).toEqual([{ amount: 1234 }])
})
