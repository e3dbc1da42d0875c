import { spawn } from 'node:child_process'
import Stripe from 'stripe'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import type { Scope } from '@/lib/db/tenant'
import { drainStep } from '@/lib/inbox/drain'
import { clockOffset, setClockOffset } from '@/lib/kernel/clock'
import { openCheckoutWorld, type CheckoutWorld, type TestStore } from './checkout-world.test-support'
import { lookUpUnansweredStep } from './look-up-unanswered'
import { startCheckout } from './start-checkout'

// Processes are started and killed: a machine under load needs its time.
vi.setConfig({ testTimeout: 180_000 })

let world: CheckoutWorld
let acme: Scope
let shop: TestStore

beforeAll(async () => {
  world = await openCheckoutWorld()
  acme = { ...(await world.tenant('acme')), mode: 'live' }
  shop = await world.store(acme, 'north')
}, 120_000)
afterAll(() => world?.stop())
afterEach(() => world.sandbox.remove('/_sandbox/faults'))

type ShopOrder = { id: number }
const makeOrder = () => world.sandbox.post<ShopOrder>('/_sandbox/shops/north/orders', { items: [{ name: 'Cup', quantity: 2, unit_price: '9.50' }] })
const askFor = (order: ShopOrder) => ({ store_id: shop.store_id, order: { external_id: String(order.id) }, created_by: 'test' })
const start = (order: ShopOrder) => startCheckout(acme, askFor(order))
const fault = (more: Record<string, unknown>) => world.sandbox.post('/_sandbox/faults', { path: '/v1/checkout/sessions', method: 'POST', ...more })

async function rows<Row extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await world.owner.query('SET ROLE matchbook_worker'), await world.owner.query(text, values)).rows as Row[]
}
type Attempt = { id: string; state: string; reason: string | null; generation: number; session_id: string | null }
const attempts = (order: ShopOrder) =>
  rows<Attempt>(`SELECT a.* FROM checkout_attempt a JOIN "order" o ON o.tenant_id = a.tenant_id AND o.id = a.order_id WHERE o.external_id = $1 ORDER BY a.id`, [
    String(order.id),
  ])
const requests = (attempt: string | undefined) =>
  rows('SELECT operation, state, error FROM outbound_request WHERE attempt_id = $1 ORDER BY sent_at, generation', [attempt])

/** Sandbox and product move on together. */
async function advance(seconds: number): Promise<void> {
  await world.sandbox.post('/_sandbox/clock/advance', { by_seconds: seconds })
  setClockOffset((await world.sandbox.get<{ offset_ms: number }>('/_sandbox/clock')).offset_ms)
}

/** The sessions of an order that Stripe itself knows. */
async function atStripe(order: ShopOrder): Promise<Stripe.Checkout.Session[]> {
  const url = new URL(world.sandbox.url)
  const stripe = new Stripe(process.env.STRIPE_LIVE_SECRET_KEY ?? '', { host: url.hostname, port: url.port, protocol: 'http', telemetry: false })
  const all = await stripe.checkout.sessions.list({ limit: 100 }, { stripeAccount: shop.account_id }).autoPagingToArray({ limit: 1_000 })
  const ours = (await attempts(order)).map((attempt) => `att_${attempt.id.replaceAll('-', '')}`)
  return all.filter((session) => ours.includes(session.client_reference_id ?? ''))
}

/** A process that is killed with -9 while Stripe holds its answer back: `timeout_after` has done it, `timeout_before` has not. */
async function startAndKill(order: ShopOrder, kind: 'timeout_after' | 'timeout_before'): Promise<void> {
  await fault({ kind, hold_ms: 60_000, times: 1 })
  const web = spawn(
    process.execPath,
    ['--import', 'tsx', 'lib/checkout/start-once.test-support.ts', JSON.stringify({ offset_ms: clockOffset(), scope: acme, ask: askFor(order) })],
    {
      env: process.env,
      stdio: 'ignore',
    },
  )
  const died = new Promise((resolve) => web.once('exit', (_, signal) => resolve(signal)))
  for (let tries = 0; ; tries++) {
    const [attempt] = await attempts(order)
    const isDone = kind === 'timeout_after' ? attempt !== undefined && (await atStripe(order)).length === 1 : attempt !== undefined
    if (isDone) break
    if (tries > 150) throw new Error('the request never left')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  if (kind === 'timeout_before') await new Promise((resolve) => setTimeout(resolve, 500))
  web.kill('SIGKILL')
  expect(await died).toBe('SIGKILL')
}

it('killed after Stripe made the session and before we stored it: the attempt takes it, and nobody makes a second', async () => {
  const order = await makeOrder()
  await startAndKill(order, 'timeout_after')
  expect(await attempts(order)).toMatchObject([{ state: 'creating', session_id: null }])
  await lookUpUnansweredStep()
  expect(await attempts(order), 'too early: its process may still wait').toMatchObject([{ state: 'creating' }])

  await advance(200)
  await lookUpUnansweredStep()
  const [attempt] = await attempts(order)
  const [session] = await atStripe(order)
  expect(attempt).toMatchObject({ state: 'open', generation: 1, session_id: session?.id })
  expect(await requests(attempt?.id)).toEqual([{ operation: 'create_session', state: 'answered', error: null }])
  expect(await rows(`SELECT kind FROM inbox_event WHERE object_id = $1`, [session?.id])).toContainEqual({ kind: 'reply' })

  const view = await start(order)
  expect(view.session?.client_secret.startsWith(session?.id ?? '?')).toBe(true)
  expect(await atStripe(order)).toHaveLength(1)
})

it('killed before Stripe had it: the attempt is closed, and the order is free', async () => {
  const order = await makeOrder()
  await startAndKill(order, 'timeout_before')
  await advance(200)
  await lookUpUnansweredStep()
  expect(await attempts(order)).toMatchObject([{ state: 'canceled', reason: 'never_created' }])
  expect(await requests((await attempts(order))[0]?.id)).toEqual([{ operation: 'create_session', state: 'refused', error: 'never_created' }])
  expect((await start(order)).session?.client_secret).toMatch(/^cs_/)
  expect(await atStripe(order)).toHaveLength(1)
})

it('a key that Stripe may have forgotten: the session is found by its reference, over by then, and closes the attempt', async () => {
  const order = await makeOrder()
  await startAndKill(order, 'timeout_after')
  await advance(25 * 3_600)
  await lookUpUnansweredStep()
  expect(await attempts(order)).toMatchObject([{ state: 'expired' }])
  while (await drainStep('test')) continue
  expect(await start(order)).toMatchObject({ status: 'open' })
  expect((await atStripe(order)).map((session) => session.status).sort()).toEqual(['expired', 'open'])
})

it('while Stripe does not answer nothing is decided; a request whose answer came, or whose attempt went on, is left alone', async () => {
  const order = await makeOrder()
  await fault({ kind: 'timeout_after', times: 2 })
  await expect(start(order)).rejects.toMatchObject({ code: 'stripe_unreachable' })
  await advance(200)
  await world.sandbox.post('/_sandbox/faults', { path: '/v1/checkout/sessions', method: 'GET', kind: 'status', status: 503, times: 20 })
  await lookUpUnansweredStep()
  expect(await attempts(order)).toMatchObject([{ state: 'creating' }])
  await world.sandbox.remove('/_sandbox/faults')
  await Promise.all([lookUpUnansweredStep(), start(order), lookUpUnansweredStep()])
  expect(await attempts(order)).toMatchObject([{ state: 'open' }])
  expect(await atStripe(order)).toHaveLength(1)

  const before = await rows('SELECT id, state, answered_at FROM outbound_request ORDER BY id')
  await lookUpUnansweredStep()
  expect(await rows('SELECT id, state, answered_at FROM outbound_request ORDER BY id')).toEqual(before)
})

it("a session that an overtaken request made after all is ended, once it is known which one is the attempt's own", async () => {
  const order = await makeOrder()
  const own = (await start(order)).session?.client_secret.split('_secret')[0] ?? ''
  const [attempt] = await attempts(order)
  const url = new URL(world.sandbox.url)
  const stripe = new Stripe(process.env.STRIPE_LIVE_SECRET_KEY ?? '', { host: url.hostname, port: url.port, protocol: 'http', telemetry: false })
  const params = {
    mode: 'payment',
    ui_mode: 'elements',
    return_url: 'https://shop.example/',
    client_reference_id: `att_${attempt?.id.replaceAll('-', '')}`,
  } as const
  const line = { quantity: 1, price_data: { currency: 'usd', unit_amount: 1900, product_data: { name: 'Cup' } } }
  const orphan = await stripe.checkout.sessions.create({ ...params, line_items: [line] }, { stripeAccount: shop.account_id })
  await rows(`UPDATE outbound_request SET generation = 2, idempotency_key = attempt_id || ':create_session:2' WHERE attempt_id = $1`, [attempt?.id])
  await rows(
    `INSERT INTO outbound_request (tenant_id, id, mode, connection_id, attempt_id, operation, generation, idempotency_key, params_hash, state, sent_at)
     SELECT tenant_id, gen_random_uuid(), mode, connection_id, attempt_id, operation, 1, attempt_id || ':create_session:1', params_hash, 'sent', sent_at - interval '1 second' FROM outbound_request WHERE attempt_id = $1`,
    [attempt?.id],
  )
  await rows(`UPDATE checkout_attempt SET generation = 2, state = 'creating', session_id = NULL WHERE id = $1`, [attempt?.id])
  await advance(200)
  await lookUpUnansweredStep()
  const states = async () => Object.fromEntries((await atStripe(order)).map((session) => [session.id, session.status]))
  expect(await states(), 'the newer may be the own one').toEqual({ [own]: 'open', [orphan.id]: 'open' })
  expect(await requests(attempt?.id)).toMatchObject([{ state: 'sent' }, { state: 'answered' }])

  await rows(`UPDATE checkout_attempt SET state = 'open', session_id = $2 WHERE id = $1`, [attempt?.id, own])
  // An answer that Stripe keeps for a day does not keep the session open for a day.
  await fault({ path: '/v1/checkout/sessions/*/expire', kind: 'status', status: 500, times: 1 })
  await lookUpUnansweredStep()
  expect(await states()).toEqual({ [own]: 'open', [orphan.id]: 'expired' })
  expect(await requests(attempt?.id)).toMatchObject([{ state: 'answered', error: null }, { state: 'answered' }])
  expect(await attempts(order)).toMatchObject([{ state: 'open', session_id: own }])
})

it('an end whose answer was lost is known by the session itself', async () => {
  const order = await makeOrder()
  await start(order)
  await world.sandbox.patch(`/_sandbox/shops/north/orders/${order.id}`, { total: '25.00' })
  await fault({ path: '/v1/checkout/sessions/*/expire', kind: 'timeout_after', times: 2 })
  await expect(start(order)).rejects.toMatchObject({ code: 'stripe_unreachable' })
  await advance(200)
  await lookUpUnansweredStep()
  const [attempt] = await attempts(order)
  expect(attempt).toMatchObject({ state: 'expired' })
  expect(await requests(attempt?.id)).toContainEqual({ operation: 'expire_session', state: 'answered', error: null })
})

it('an end that Stripe failed at and that was looked up since is asked for anew, not answered by what Stripe kept', async () => {
  const order = await makeOrder()
  await start(order)
  await world.sandbox.patch(`/_sandbox/shops/north/orders/${order.id}`, { total: '25.00' })
  await fault({ path: '/v1/checkout/sessions/*/expire', kind: 'status', status: 500, times: null })
  await expect(start(order)).rejects.toMatchObject({ code: 'stripe_failed' })
  await world.sandbox.remove('/_sandbox/faults')
  await advance(200)
  await lookUpUnansweredStep()
  const [attempt] = await attempts(order)
  expect(attempt).toMatchObject({ state: 'open' })
  expect((await requests(attempt?.id)).every(({ state }) => state === 'answered')).toBe(true)
  expect(await start(order)).toMatchObject({ amount: 2500 })
  expect((await atStripe(order)).map((session) => [session.status, session.amount_total]).sort()).toEqual([
    ['expired', 1900],
    ['open', 2500],
  ])
  expect((await requests(attempt?.id)).at(-1)).toEqual({ operation: 'expire_session', state: 'answered', error: null })
})

it('an end under a fresh key whose answer was lost is looked up like the first', async () => {
  const order = await makeOrder()
  await start(order)
  await world.sandbox.patch(`/_sandbox/shops/north/orders/${order.id}`, { total: '25.00' })
  await fault({ path: '/v1/checkout/sessions/*/expire', kind: 'status', status: 400, times: 1 })
  await fault({ path: '/v1/checkout/sessions/*/expire', kind: 'timeout_after', times: 2 })
  await expect(start(order)).rejects.toMatchObject({ code: 'stripe_unreachable' })
  const [attempt] = await attempts(order)
  expect(await requests(attempt?.id)).toMatchObject([{ state: 'answered' }, { state: 'refused' }, { operation: 'expire_session', state: 'unanswered' }])
  await advance(200)
  await lookUpUnansweredStep()
  expect(await attempts(order)).toMatchObject([{ state: 'expired' }])
  expect((await requests(attempt?.id)).at(-1)).toEqual({ operation: 'expire_session', state: 'answered', error: null })
})
