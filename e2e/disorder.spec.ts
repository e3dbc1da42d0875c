import type { DemoStore } from './demo'
import { storeNamed } from './demo'
import { killNine } from './product'
import { paymentsOf, recordOf, rows, waitingForLocks, withTableHeld } from './records'
import { atRest } from './rest'
import { askCheckout, insistOnCheckout, payQuietly, takeOrder, timesMarkedPaid, type CheckoutAnswer, type Order } from './shop'
import { chargesOf, sandbox, sessionsOf } from './stripe'
import { expect, test } from './world'

/** Every delivery three times in a random order, two of them at the same moment over connections of their own. */
async function misdeliver(): Promise<void> {
  await sandbox.post('/_sandbox/settings', { asyncCaptureSeconds: 1 })
  await sandbox.post('/_sandbox/webhooks/rules', { kind: 'duplicate', copies: 3, together: 2, spread_ms: 1_500 })
  await sandbox.post('/_sandbox/webhooks/rules', { kind: 'reorder', window_ms: 400, order: 'shuffle' })
}

/** One payment, one charge, one match, marked paid once, explained. */
async function isPaidOnce(order: Order): Promise<void> {
  await expect.poll(() => paymentsOf(order), order.number).toMatchObject([{ status: 'succeeded', word: expect.stringMatching(/^(confirmed|settled)$/) }])
  expect(
    (await chargesOf(order)).map((charge) => charge.status),
    order.number,
  ).toEqual(['succeeded'])
  expect(await timesMarkedPaid(order), order.number).toBe(1)
  expect(await recordOf(order), order.number).toMatchObject({ payment_state: 'paid', matches: '1' })
}

/** No event has two rows, none is left or set aside, and the repeated deliveries did arrive. */
async function inboxIsInOrder(since: Date): Promise<void> {
  const states = () =>
    rows<{ state: string; n: string; repeated: string }>(
      'SELECT state, count(*) AS n, sum(duplicate_count) AS repeated FROM inbox_event WHERE received_at >= $1 GROUP BY state ORDER BY state',
      [since],
    )
  // A page of the ledger comes some seconds after what it tells of, and is folded in its turn.
  await expect.poll(async () => (await states()).map(({ state }) => state).filter((state) => state !== 'applied' && state !== 'ignored')).toEqual([])
  const ended = await states()
  expect(ended.map(({ state }) => state)).toEqual(expect.arrayContaining(['applied']))
  expect(ended.reduce((sum, { repeated }) => sum + Number(repeated), 0)).toBeGreaterThan(0)
  expect(await rows('SELECT scope, event_id FROM inbox_event GROUP BY 1, 2 HAVING count(*) > 1')).toEqual([])
  expect(await rows('SELECT connection_id, stripe_id FROM payment GROUP BY 1, 2 HAVING count(*) > 1')).toEqual([])
}

async function businessNow(): Promise<Date> {
  return new Date(Date.now() + (await sandbox.offsetMs()))
}

test('a payment survives lost answers and deliveries that come thrice, shuffled and at the same moment', async ({ demo }) => {
  test.setTimeout(120_000)
  await misdeliver()
  const since = await businessNow()
  const order = await takeOrder(storeNamed(demo, 'nordlicht-living'))

  // Stripe makes the session, and every answer is lost: the request, and the SDK's own repeats of it.
  await sandbox.post('/_sandbox/faults', { path: '/v1/checkout/sessions', method: 'POST', kind: 'timeout_after', times: 3 })
  const first = await askCheckout(order, { key: `${order.number}-lost` })
  expect(first.status).toBeGreaterThanOrEqual(500)
  expect(first.body.error).toMatchObject({ code: expect.any(String), remedy: expect.any(String) })
  const checkout = await insistOnCheckout(order, `${order.number}-lost`)
  expect(checkout).toMatchObject({ status: 201, body: { status: 'open' } })
  expect(await sessionsOf(order, (await recordOf(order))?.id ?? '')).toHaveLength(1)

  expect(await payQuietly(checkout, { card: '4000002760003184', three_d_secure: 'succeed' })).toMatchObject({ outcome: 'succeeded' })
  await isPaidOnce(order)
  await atRest()
  await isPaidOnce(order)
  await expect.poll(() => paymentsOf(order)).toMatchObject([{ word: 'settled', fee_state: 'known' }])
  await inboxIsInOrder(since)
})

test('twenty payments at once, with the worker killed in the middle of its work', async ({ demo }) => {
  test.setTimeout(300_000)
  await misdeliver()
  const since = await businessNow()
  const stores = ['nordlicht-living', 'nordlicht-tokyo', 'harbor-pine', 'pine-outlet'].map((slug) => storeNamed(demo, slug))
  const checkouts = await inGroups(20, 4, (index) => openCheckout(stores[index % 4] ?? stores[0]))
  const payAll = (some: typeof checkouts) => Promise.all(some.map(({ answer }) => payQuietly(answer)))

  // It has claimed deliveries and is about to write the payments they tell of.
  await withTableHeld('payment', async () => {
    await payAll(checkouts.slice(0, 7))
    await expect.poll(waitingForLocks).toBeGreaterThan(0)
    await killNine('worker')
  })
  await letLeasesEnd()

  // It has folded a batch and is about to write how far the payments are explained.
  await withTableHeld('reconciliation', async () => {
    await payAll(checkouts.slice(7, 14))
    await expect.poll(waitingForLocks).toBeGreaterThan(0)
    await killNine('worker')
  })
  await letLeasesEnd()

  // It has told a shop that an order is paid, and will not hear the answer.
  const slow = await sandbox.post<{ id: string }>('/_sandbox/faults', {
    path: '/shops/*/wp-json/wc/v3/orders/*',
    method: 'PUT',
    kind: 'latency',
    hold_ms: 3_000,
    times: null,
  })
  await payAll(checkouts.slice(14))
  await expect.poll(() => hitsOf(slow.id)).toBeGreaterThan(0)
  await killNine('worker')
  await sandbox.ask('DELETE', `/_sandbox/faults/${slow.id}`)
  await letLeasesEnd()

  await atRest(120_000)
  for (const { order } of checkouts) await isPaidOnce(order)
  await inboxIsInOrder(since)
})

async function openCheckout(store: DemoStore | undefined): Promise<{ order: Order; answer: CheckoutAnswer }> {
  if (!store) throw new Error('the demo has no stores')
  const order = await takeOrder(store)
  const answer = await insistOnCheckout(order, `${store.slug}-${order.id}-burst`)
  expect(answer.status).toBe(201)
  return { order, answer }
}

async function inGroups<T>(count: number, size: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = []
  for (let from = 0; from < count; from += size)
    made.push(...(await Promise.all(Array.from({ length: Math.min(size, count - from) }, (_, index) => make(from + index)))))
  return made
}

async function hitsOf(fault: string): Promise<number> {
  const { faults } = await sandbox.ask<{ faults: { id: string; hits: number }[] }>('GET', '/_sandbox/faults')
  return faults.find((one) => one.id === fault)?.hits ?? 0
}

/** A dead worker's leases end half a minute and one and a half after its last sign. They go by the database's clock, which no test can move. */
async function letLeasesEnd(): Promise<void> {
  await rows(`UPDATE inbox_lease SET lease_until = now() WHERE lease_until > now()`)
  await rows(`UPDATE effect SET lease_until = now() WHERE state = 'running' AND lease_until > now()`)
}
