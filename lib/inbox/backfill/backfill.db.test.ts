import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createConnection } from '@/lib/connections/create-connection'
import { workerPool } from '@/lib/db/pools'
import { clock, clockOffset, setClockOffset } from '@/lib/kernel/clock'
import { platformStripe } from '@/lib/stripe/client'
import { openLivingShop, type LivingShop } from '../living-shop.test-support'
import { backfillStep, type BackfillProgress } from './backfill-step'
import { isCompared, overlapMs } from './core/look'
import { backfillsOf } from './queries'
import { startBackfill } from './start-backfill'
import { claimEventCursors } from './store/event-cursors'

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

describe('while a look is under way', () => {
  type Cursor = { position: string | null; due_at: Date; lease_until: Date | null }
  const cursor = async () =>
    (
      await shop.rows<Cursor>(`SELECT position, due_at, lease_until FROM sync_cursor WHERE kind = 'events' AND connection_id = $1`, [shop.store.connection_id])
    )[0]
  /** A look of a worker while Stripe answers like this: it is under way, and ends later. A 500 that comes once is asked past. */
  async function beginLook(fault: Record<string, unknown>): Promise<{ ended: Promise<unknown> }> {
    await shop.world.sandbox.post('/_sandbox/faults', { path: '/v1/events', account: shop.store.account_id, ...fault })
    const before = await cursor()
    const ended = backfillStep()
    await expect.poll(async () => (await cursor())?.lease_until).not.toEqual(before?.lease_until)
    return { ended }
  }
  /** Where the looks that are due now begin. */
  async function looks(): Promise<Date[]> {
    const froms: Date[] = []
    const tell = (one: BackfillProgress) => void (one.connection_id === shop.store.connection_id && one.pages === 1 && froms.push(one.from))
    while (await backfillStep(tell)) continue
    return froms
  }
  const ask = (since: Date | null) => startBackfill(shop.scope, { since, actor: operator })
  const daysAgo = (count: number) => new Date(clock.nowMs() - count * 86_400_000)
  const fromBefore = (since: Date) => new Date(since.getTime() - overlapMs)
  const isAnswered = async ({ asked_at }: { asked_at: Date }) =>
    (await backfillsOf(shop.scope)).filter((view) => view.connection_id === shop.store.connection_id).map((view) => isCompared(view, asked_at))

  beforeEach(async () => {
    await look()
    await shop.advance(3_600)
  })
  afterEach(() => shop.world.sandbox.remove('/_sandbox/faults'))

  it.each([
    ['ended', { kind: 'status', status: 500, hold_ms: 1_500, times: 1 }],
    ['failed', { kind: 'status', status: 500, hold_ms: 500, times: null }],
  ])('one that is asked for comes after that one %s, from where it was asked for', async (_, fault) => {
    const { ended } = await beginLook(fault)
    const since = daysAgo(20)
    const asked = await ask(since)
    expect(await isAnswered(asked)).toEqual([false])
    await ended
    await shop.world.sandbox.remove('/_sandbox/faults')
    expect(await isAnswered(asked), 'that look began before').toEqual([false])
    expect(await looks()).toEqual([fromBefore(since)])
    expect(await isAnswered(asked)).toEqual([true])
    expect(await looks(), 'once').toEqual([])
  })

  it('two that are asked for are one, from the earlier of both; none makes a look begin later than it would have', async () => {
    const { ended } = await beginLook({ kind: 'status', status: 500, hold_ms: 1_500, times: 1 })
    const since = daysAgo(20)
    const first = await ask(since)
    const second = await ask(daysAgo(2))
    const third = await ask(null)
    await ended
    expect([await isAnswered(first), await isAnswered(second), await isAnswered(third)]).toEqual([[false], [false], [false]])
    expect(await looks()).toEqual([fromBefore(since)])
    expect([await isAnswered(first), await isAnswered(second), await isAnswered(third)]).toEqual([[true], [true], [true]])
  })

  it('a look that was cut off is begun again when its lease is over, from where it was asked for', async () => {
    const since = daysAgo(20)
    const asked = await ask(since)
    const now = clock.now()
    // A worker that is killed with -9 has claimed and does no more.
    await claimEventCursors(workerPool(), now, { lease_until: new Date(now.getTime() + 600_000), next_due: new Date(now.getTime() + 3_600_000) }, 10)
    expect(await isAnswered(asked)).toEqual([false])
    await shop.advance(601)
    expect(await isAnswered(asked)).toEqual([false])
    expect(await looks()).toEqual([fromBefore(since)])
    expect(await isAnswered(asked)).toEqual([true])
  })

  it('a look that takes longer than its lease is not begun anew beside itself', async () => {
    const call = { stripeAccount: shop.store.account_id }
    const { ended: first } = await beginLook({ kind: 'status', status: 500, hold_ms: 1_500, times: 1 })
    await first
    for (let made = 0; made < 101; made++) await platformStripe('live').paymentIntents.create({ amount: 1234, currency: 'usd' }, call)
    await shop.advance(3_600)
    await shop.drain()
    const { ended } = await beginLook({ kind: 'status', status: 500, hold_ms: 2_000, times: 1 })
    await shop.world.sandbox.post('/_sandbox/faults', {
      ...{ path: '/v1/events', account: shop.store.account_id, kind: 'status', status: 500, hold_ms: 4_000, times: 1, skip: 1 },
    })
    await shop.advance(400)
    const leaseEnd = async () => (await cursor())?.lease_until?.getTime() ?? 0
    const lease = await leaseEnd()
    await expect.poll(leaseEnd, { timeout: 5_000 }).toBeGreaterThan(lease)
    await shop.advance(400)
    expect(await looks()).toEqual([])
    await ended
    expect(await cursor()).toMatchObject({ lease_until: null })
    expect(await looks()).toEqual([])
  })

  it('a look that was taken for cut off takes nothing from its successor', async () => {
    const { ended } = await beginLook({ kind: 'status', status: 500, hold_ms: 1_500, times: 1 })
    await shop.rows(`UPDATE sync_cursor SET lease_until = $1, due_at = $1 WHERE kind = 'events'`, [daysAgo(1)])
    const successor = await beginLook({ kind: 'status', status: 500, hold_ms: 4_000, times: 1 })
    const since = daysAgo(20)
    const asked = await ask(since)
    const before = await cursor()
    await ended
    expect(await cursor()).toEqual(before)
    await successor.ended
    expect(await isAnswered(asked)).toEqual([false])
    expect(await looks()).toEqual([fromBefore(since)])
  })
})
