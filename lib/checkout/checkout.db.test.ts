import Stripe from 'stripe'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Scope } from '@/lib/db/tenant'
import { drainStep } from '@/lib/inbox/drain'
import { clockOffset, setClockOffset } from '@/lib/kernel/clock'
import { parsePublicId } from '@/lib/kernel/id'
import { createApiKey } from '@/lib/tenancy/create-api-key'
import { POST } from '@/app/api/v1/checkouts/route'
import { GET } from '@/app/api/v1/checkouts/[id]/route'
import { payAgain } from './pay-again'
import { payerOf } from './pay-link'
import { readPayPage } from './pay-page'
import { readPayStatus } from './pay-status'
import { readCheckout } from './queries'
import { startCheckout } from './start-checkout'
import { openCheckoutWorld, type CheckoutWorld, type TestStore } from './checkout-world.test-support'
import type { CheckoutView } from './view'

let world: CheckoutWorld
let acme: Scope
let other: Scope
let shop: TestStore
let foreign: TestStore
let testShop: TestStore

beforeAll(async () => {
  world = await openCheckoutWorld()
  acme = { ...(await world.tenant('acme')), mode: 'live' }
  other = { ...(await world.tenant('other')), mode: 'live' }
  shop = await world.store(acme, 'north', { hosts: ['north.example'] })
  foreign = await world.store(other, 'south', { kind: 'own' })
  testShop = await world.store({ ...acme, mode: 'test' }, 'staging')
}, 120_000)
afterAll(() => world?.stop())
afterEach(() => world.sandbox.remove('/_sandbox/faults'))

type ShopOrder = { id: number; total: string; number: string }
const makeOrder = (more: Record<string, unknown> = {}, slug = 'north') =>
  world.sandbox.post<ShopOrder>(`/_sandbox/shops/${slug}/orders`, { items: [{ name: 'Cup', quantity: 2, unit_price: '9.50' }], ...more })
const changeOrder = (order: ShopOrder, change: Record<string, unknown>, slug = 'north') =>
  world.sandbox.patch<ShopOrder>(`/_sandbox/shops/${slug}/orders/${order.id}`, change)
const start = (order: ShopOrder, more: { scope?: Scope; store_id?: string; return_url?: string } = {}) =>
  startCheckout(more.scope ?? acme, {
    store_id: more.store_id ?? shop.store_id,
    order: { external_id: String(order.id) },
    created_by: 'test',
    ...(more.return_url !== undefined && { return_url: more.return_url }),
  })
const fault = (more: Record<string, unknown>) => world.sandbox.post('/_sandbox/faults', { path: '/v1/checkout/sessions', method: 'POST', ...more })
const pay = (view: CheckoutView, more: Record<string, unknown> = {}) =>
  world.sandbox.post<{ outcome: string }>('/_sandbox/payers/pay', {
    client_secret: view.session?.client_secret,
    publishable_key: view.session?.publishable_key,
    ...(view.session?.account && { account: view.session.account }),
    ...more,
  })
const uuidOf = (view: CheckoutView) => parsePublicId('attempt', view.id) ?? ''
const tokenOf = (view: CheckoutView) => view.pay_url.split('/').at(-1) ?? ''

async function rows<Row extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await world.owner.query(`SET ROLE matchbook_worker`), await world.owner.query(text, values)).rows as Row[]
}
const attemptsOf = (view: CheckoutView) =>
  rows<{ id: string; state: string; generation: number; session_id: string | null; reason: string | null }>(
    'SELECT * FROM checkout_attempt WHERE order_id = $1 ORDER BY id',
    [parsePublicId('order', view.order)],
  )
const requestsOf = (attempt: string) =>
  rows<{ operation: string; generation: number; state: string; http_status: number | null; error: string | null }>(
    'SELECT * FROM outbound_request WHERE attempt_id = $1 ORDER BY sent_at, generation',
    [attempt],
  )

/** What Stripe itself knows of an attempt, asked with the platform's key. */
async function sessionsAtStripe(reference: string, account = shop.account_id): Promise<Stripe.Checkout.Session[]> {
  const url = new URL(world.sandbox.url)
  const stripe = new Stripe(process.env.STRIPE_LIVE_SECRET_KEY ?? '', { host: url.hostname, port: url.port, protocol: 'http', telemetry: false })
  const all = await stripe.checkout.sessions.list({ limit: 100, expand: ['data.line_items'] }, { stripeAccount: account }).autoPagingToArray({ limit: 1_000 })
  return all.filter((session) => session.client_reference_id === reference)
}

describe('one checkout per order', () => {
  it('makes a session for exactly the total, with our names on it and on its payment, and tells the fold', async () => {
    const order = await makeOrder()
    const view = await start(order)
    const [session] = await sessionsAtStripe(view.id)
    expect(session).toMatchObject({
      status: 'open',
      ui_mode: 'elements',
      amount_total: 1900,
      currency: 'usd',
      metadata: { mb_attempt: view.id, mb_order: view.order },
      return_url: `${view.pay_url}/return`,
    })
    expect(session?.line_items?.data.map((line) => [line.description, line.quantity, line.amount_total])).toEqual([['Cup', 2, 1900]])
    expect(view).toMatchObject({ status: 'open', amount: 1900, currency: 'usd', session: { account: shop.account_id } })
    const [reply] = await rows<{ body: Buffer; kind: string }>('SELECT * FROM inbox_event WHERE object_id = $1', [session?.id])
    expect(reply?.kind).toBe('reply')
    expect(reply?.body.toString()).not.toContain('_secret_')
    expect(JSON.stringify(await attemptsOf(view))).not.toContain(view.session?.client_secret)
    while (await drainStep('test')) {
      /* until the inbox is empty */
    }
    expect(await attemptsOf(view)).toMatchObject([{ state: 'open', session_status: 'open' }])
  })

  it('two at the same moment make one session, and both get it', async () => {
    const order = await makeOrder()
    const views = await Promise.all(Array.from({ length: 4 }, () => start(order)))
    expect(new Set(views.map((view) => JSON.stringify(view))).size).toBe(1)
    expect(await attemptsOf(views[0] as CheckoutView)).toHaveLength(1)
    expect(await sessionsAtStripe((views[0] as CheckoutView).id)).toHaveLength(1)
  })

  it('asked again, gives the open one again', async () => {
    const order = await makeOrder()
    expect(await start(order)).toEqual(await start(order))
  })

  it('a changed price ends the old session at Stripe first', async () => {
    const order = await makeOrder()
    const before = await start(order)
    await changeOrder(order, { total: '25.00' })
    const after = await start(order)
    expect([after.amount, after.id === before.id]).toEqual([2500, false])
    expect((await sessionsAtStripe(before.id)).map((session) => session.status)).toEqual(['expired'])
    expect((await sessionsAtStripe(after.id)).map((session) => [session.status, session.amount_total])).toEqual([['open', 2500]])
    expect((await attemptsOf(after)).map((attempt) => [attempt.state, attempt.reason])).toEqual([
      ['expired', 'order_changed'],
      ['open', null],
    ])
  })

  it('what Stripe says is complete is not asked for again', async () => {
    const order = await makeOrder()
    expect(await pay(await start(order))).toMatchObject({ outcome: 'succeeded' })
    await changeOrder(order, { total: '25.00' })
    await expect(start(order)).rejects.toMatchObject({ code: 'order_paid', status: 409 })

    const delayed = await makeOrder()
    expect(await pay(await start(delayed), { us_bank_account: {} })).toMatchObject({ outcome: 'processing' })
    await changeOrder(delayed, { total: '25.00' })
    await expect(start(delayed)).rejects.toMatchObject({ code: 'order_processing', status: 409 })
  })

  it('works with the restricted key of a merchant of their own', async () => {
    const view = await start(await makeOrder({}, 'south'), { scope: other, store_id: foreign.store_id })
    expect(view.session).toMatchObject({ account: null })
    expect(view.session?.publishable_key).toMatch(/^pk_live_/)
    expect(await pay(view)).toMatchObject({ outcome: 'succeeded' })
  })
})

describe('when the network fails', () => {
  it('a create that timed out after its effect is found again, not made twice', async () => {
    const order = await makeOrder()
    await fault({ kind: 'timeout_after', times: 2 })
    await expect(start(order)).rejects.toMatchObject({ code: 'stripe_unreachable', retryable: true })
    const view = await start(order)
    expect(await sessionsAtStripe(view.id)).toHaveLength(1)
    expect(await attemptsOf(view)).toMatchObject([{ state: 'open', generation: 1 }])
    expect(await requestsOf(uuidOf(view))).toMatchObject([{ operation: 'create_session', state: 'answered', generation: 1 }])
  })

  it('a create that never arrived is made once', async () => {
    const order = await makeOrder()
    await fault({ kind: 'timeout_before', times: 2 })
    await expect(start(order)).rejects.toMatchObject({ code: 'stripe_unreachable' })
    const view = await start(order)
    expect(await sessionsAtStripe(view.id)).toHaveLength(1)
  })

  it('a 500 before the effect: looked up, then a new generation', async () => {
    const order = await makeOrder()
    await fault({ kind: 'status', status: 500 })
    const view = await start(order)
    expect(await sessionsAtStripe(view.id)).toHaveLength(1)
    expect(await requestsOf(uuidOf(view))).toMatchObject([
      { generation: 1, state: 'unanswered', http_status: 500 },
      { generation: 2, state: 'answered' },
    ])
  })

  it('a 500 after the effect: looked up, and found', async () => {
    const order = await makeOrder()
    await fault({ kind: 'status', status: 500, after_effect: true })
    const view = await start(order)
    expect(await sessionsAtStripe(view.id)).toHaveLength(1)
    expect(await attemptsOf(view)).toMatchObject([{ state: 'open', generation: 1 }])
  })

  it('a 500 after the effect on a machine whose clock is slow: what was made in its future is found', async () => {
    const order = await makeOrder()
    const offset = clockOffset()
    await fault({ kind: 'status', status: 500, after_effect: true })
    setClockOffset(offset - 120_000)
    try {
      const view = await start(order)
      expect(await sessionsAtStripe(view.id)).toHaveLength(1)
      expect(await attemptsOf(view)).toMatchObject([{ state: 'open', generation: 1 }])
    } finally {
      setClockOffset(offset)
    }
  })

  it('a process that was killed between its request and its answer is taken over', async () => {
    const order = await makeOrder()
    await fault({ kind: 'timeout_after', times: 2 })
    await expect(start(order)).rejects.toMatchObject({ code: 'stripe_unreachable' })
    await rows(
      `UPDATE outbound_request SET state = 'sent', error = NULL, http_status = NULL, sent_at = sent_at - interval '25 seconds' WHERE state = 'unanswered' AND http_status IS NULL`,
    )
    const view = await start(order)
    expect(await sessionsAtStripe(view.id)).toHaveLength(1)
  })

  it('a key older than 23 hours is not trusted: the session is looked up', async () => {
    const order = await makeOrder()
    await fault({ kind: 'timeout_after', times: 2 })
    await expect(start(order)).rejects.toMatchObject({ code: 'stripe_unreachable' })
    const age = `UPDATE outbound_request SET sent_at = sent_at - interval '24 hours' WHERE state = 'unanswered' AND http_status IS NULL`
    await rows(age)
    const found = await start(order)
    expect(await attemptsOf(found)).toMatchObject([{ state: 'open', generation: 1 }])

    const never = await makeOrder()
    await fault({ kind: 'timeout_before', times: 2 })
    await expect(start(never)).rejects.toMatchObject({ code: 'stripe_unreachable' })
    await rows(age)
    const made = await start(never)
    expect(await attemptsOf(made)).toMatchObject([{ state: 'open', generation: 2 }])
    expect(await sessionsAtStripe(made.id)).toHaveLength(1)
  })

  it('a price that changes while the answer is missing: one open session, for the new price', async () => {
    const order = await makeOrder()
    await fault({ kind: 'timeout_after', times: 2 })
    await expect(start(order)).rejects.toMatchObject({ code: 'stripe_unreachable' })
    await changeOrder(order, { total: '31.00' })
    const view = await start(order)
    expect(view.amount).toBe(3100)
    const sessions = (await Promise.all((await attemptsOf(view)).map((attempt) => sessionsAtStripe(`att_${attempt.id.replaceAll('-', '')}`)))).flat()
    expect(sessions.map((session) => [session.status, session.amount_total]).sort()).toEqual([
      ['expired', 1900],
      ['open', 3100],
    ])
  })

  it('the same, when the request may still arrive: nothing is made behind its back', async () => {
    const order = await makeOrder()
    await fault({ kind: 'timeout_before', times: 2 })
    await expect(start(order)).rejects.toMatchObject({ code: 'stripe_unreachable' })
    await changeOrder(order, { total: '31.00' })
    await expect(start(order)).rejects.toMatchObject({ code: 'checkout_in_progress', status: 409, retryable: true })
    await rows(`UPDATE outbound_request SET sent_at = sent_at - interval '61 seconds' WHERE state = 'unanswered'`)
    expect(await start(order)).toMatchObject({ amount: 3100 })
  })

  it('what Stripe refuses leaves the order free', async () => {
    const order = await makeOrder({ items: [{ name: 'Pin', quantity: 1, unit_price: '0.10' }] })
    await expect(start(order)).rejects.toMatchObject({ code: 'amount_too_small', status: 422 })
    await changeOrder(order, { total: '5.00' })
    expect(await start(order)).toMatchObject({ amount: 500 })
  })

  it.each([429, 401, 403])('a %i after a create whose answer was lost says nothing of that one: no second session', async (status) => {
    const order = await makeOrder()
    await fault({ kind: 'timeout_after', times: 2 })
    await fault({ kind: 'status', status })
    await expect(start(order)).rejects.toMatchObject({ code: 'stripe_unreachable' })
    await expect(start(order)).rejects.toMatchObject({ code: expect.stringMatching(/^stripe_(rate_limited|key_invalid|permission)$/) as string })
    const view = await start(order)
    expect(await sessionsAtStripe(view.id)).toHaveLength(1)
    expect(await attemptsOf(view)).toMatchObject([{ state: 'open', generation: 1 }])
  })

  it('an end of the old session that times out changes nothing until it is known', async () => {
    const order = await makeOrder()
    const before = await start(order)
    await changeOrder(order, { total: '25.00' })
    await fault({ path: '/v1/checkout/sessions/*/expire', kind: 'timeout_after', times: 2 })
    await expect(start(order)).rejects.toMatchObject({ code: 'stripe_unreachable' })
    expect(await attemptsOf(before)).toMatchObject([{ state: 'open' }])
    expect(await start(order)).toMatchObject({ amount: 2500 })
    expect((await attemptsOf(before)).map((attempt) => attempt.state)).toEqual(['expired', 'open'])
  })

  const expires = (view: CheckoutView) => requestsOf(uuidOf(view)).then((all) => all.filter((request) => request.operation === 'expire_session'))
  const expireFault = (more: Record<string, unknown>) => fault({ path: '/v1/checkout/sessions/*/expire', kind: 'status', ...more })

  it.each([500, 503, 400])('a %i that Stripe keeps for the end of the old session does not hold the order to its old price', async (status) => {
    const order = await makeOrder()
    const before = await start(order)
    await changeOrder(order, { total: '25.00' })
    await expireFault({ status, times: 1 })
    expect(await start(order)).toMatchObject({ amount: 2500 })
    expect((await sessionsAtStripe(before.id)).map((session) => session.status)).toEqual(['expired'])
    expect(await expires(before)).toMatchObject([
      { generation: 1, http_status: status, state: status === 400 ? 'refused' : 'unanswered' },
      { generation: 2, http_status: 200, state: 'answered' },
    ])
  })

  it('while Stripe fails at every end of the old session nothing is made beside it; once it is well again, the next request ends it', async () => {
    const order = await makeOrder()
    const before = await start(order)
    await changeOrder(order, { total: '25.00' })
    await expireFault({ status: 500, times: null })
    for (let tries = 0; tries < 2; tries++) await expect(start(order)).rejects.toMatchObject({ code: 'stripe_failed', retryable: true })
    expect(await attemptsOf(before)).toMatchObject([{ state: 'open' }])
    await world.sandbox.remove('/_sandbox/faults')
    expect(await start(order)).toMatchObject({ amount: 2500 })
    expect((await sessionsAtStripe(before.id)).map((session) => session.status)).toEqual(['expired'])
    expect((await expires(before)).at(-1)).toMatchObject({ state: 'answered' })
  })

  it('an end that failed after its effect is believed by the session itself', async () => {
    const order = await makeOrder()
    const before = await start(order)
    await changeOrder(order, { total: '25.00' })
    await expireFault({ status: 500, after_effect: true, times: 1 })
    expect(await start(order)).toMatchObject({ amount: 2500 })
    expect(await expires(before)).toMatchObject([{ generation: 1, http_status: 500 }])
  })

  it('several at the same moment while the end of the old session fails: one open session, for the new price', async () => {
    const order = await makeOrder()
    const before = await start(order)
    await changeOrder(order, { total: '25.00' })
    await expireFault({ status: 500, hold_ms: 200, times: 1 })
    for (const one of await Promise.allSettled(Array.from({ length: 4 }, () => start(order))))
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ retryable: true })
    const view = await start(order)
    expect(view.amount).toBe(2500)
    const sessions = (await Promise.all((await attemptsOf(view)).map((attempt) => sessionsAtStripe(`att_${attempt.id.replaceAll('-', '')}`)))).flat()
    expect(sessions.map((session) => [session.status, session.amount_total]).sort()).toEqual([
      ['expired', 1900],
      ['open', 2500],
    ])
    expect((await expires(before)).map((request) => request.generation)).toEqual([1, 2])
  })
})

describe('refuses, and stores nothing', () => {
  const count = async () => Number((await rows<{ n: bigint }>('SELECT count(*) AS n FROM checkout_attempt'))[0]?.n)

  it("another tenant's store, as one that does not exist", async () => {
    const before = await count()
    const order = await makeOrder()
    const theirs = await start(order, { scope: other }).catch((error: unknown) => error)
    const none = await start(order, { store_id: '01900000-0000-7000-8000-00000000dead' }).catch((error: unknown) => error)
    expect(theirs).toMatchObject({ code: 'store_not_found', status: 404 })
    expect(String(theirs)).toBe(String(none))
    expect(await count()).toBe(before)
  })

  it('a test key with a live store, and the other way round', async () => {
    const before = await count()
    await expect(start(await makeOrder(), { scope: { ...acme, mode: 'test' } })).rejects.toMatchObject({ code: 'mode_mismatch', status: 409 })
    await expect(start(await makeOrder({}, 'staging'), { store_id: testShop.store_id })).rejects.toMatchObject({ code: 'mode_mismatch' })
    expect(await count()).toBe(before)
    expect(await start(await makeOrder({}, 'staging'), { scope: { ...acme, mode: 'test' }, store_id: testShop.store_id })).toMatchObject({ status: 'open' })
  })

  it('orders that cannot or must not be paid', async () => {
    const before = await count()
    const cancelled = await makeOrder()
    await changeOrder(cancelled, { status: 'cancelled' })
    await expect(start(cancelled)).rejects.toMatchObject({ code: 'order_cancelled' })
    const paid = await makeOrder()
    await changeOrder(paid, { status: 'processing' })
    await expect(start(paid)).rejects.toMatchObject({ code: 'order_paid' })
    await expect(start(await makeOrder({ total: '0.00' }))).rejects.toMatchObject({ code: 'nothing_to_pay' })
    await expect(start(await makeOrder({ currency: 'KWD', items: [{ name: 'Cup', quantity: 1, unit_price: '10.005' }] }))).rejects.toMatchObject({
      code: 'amount_not_chargeable',
    })
    await expect(start({ id: 999_999, total: '', number: '' })).rejects.toMatchObject({ status: 404 })
    expect(await count()).toBe(before)
  })

  it('a way back to a host that is not the store’s', async () => {
    const order = await makeOrder()
    await expect(start(order, { return_url: 'https://evil.example/' })).rejects.toMatchObject({ code: 'return_url_refused', status: 422 })
    const view = await start(order, { return_url: 'https://north.example/thanks' })
    expect(await readPayPage(tokenOf(view))).toMatchObject({ store_url: 'https://north.example/thanks' })
  })
})

describe('the pay link', () => {
  it('opens its attempt and nothing else; its secret is not stored', async () => {
    const order = await makeOrder()
    const view = await start(order)
    const token = tokenOf(view)
    expect(await payerOf(token)).toEqual({ scope: acme, attempt_id: uuidOf(view) })
    expect(await readPayPage(token)).toMatchObject({
      outcome: 'open',
      store_name: 'Shop north',
      order_number: order.number,
      amount: '1900',
      currency: 'usd',
      lines: [{ name: 'Cup', quantity: '2', total: '1900' }],
      session: view.session,
      script_url: `${world.sandbox.url}/stripe.js`,
    })
    const flip = (text: string) => (text.endsWith('A') ? `${text.slice(0, -1)}Q` : `${text.slice(0, -1)}A`)
    const elsewhere = token.replace(acme.tenant_id.replaceAll('-', ''), other.tenant_id.replaceAll('-', ''))
    for (const wrong of [flip(token), elsewhere, token.replace('_live_', '_test_'), 'x', ''])
      await expect(payerOf(wrong)).rejects.toMatchObject({ code: 'pay_link_unknown', status: 404 })
    const stored = JSON.stringify(await rows('SELECT * FROM checkout_attempt WHERE id = $1', [uuidOf(view)]))
    expect(stored).not.toContain(token.split('_').at(-1))
  })

  it('tells how it stands without changing it, and has Stripe asked once while no answer is there', async () => {
    const view = await start(await makeOrder())
    const before = await attemptsOf(view)
    await pay(view)
    await Promise.all(Array.from({ length: 5 }, () => readPayStatus(tokenOf(view))))
    expect(await attemptsOf(view)).toEqual(before)
    expect(await rows('SELECT * FROM object_read WHERE object_id = $1', [before[0]?.session_id])).toHaveLength(1)
  })

  it('after a delayed payment failed, leads to a new link; in any other state to itself', async () => {
    const view = await start(await makeOrder())
    expect(await payAgain(tokenOf(view))).toEqual({ pay_url: view.pay_url })
    await rows(`UPDATE checkout_attempt SET state = 'failed', ended_at = now() WHERE id = $1`, [uuidOf(view)])
    expect(await readPayPage(tokenOf(view))).toMatchObject({ outcome: 'failed', session: null })
    const next = await payAgain(tokenOf(view))
    expect(next.pay_url).not.toBe(view.pay_url)
    expect(await readPayPage(next.pay_url.split('/').at(-1) ?? '')).toMatchObject({ outcome: 'open' })
  })
})

describe('POST /api/v1/checkouts', () => {
  const call = async (key: string, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await POST(
      new Request('http://127.0.0.1:3000/api/v1/checkouts', {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
      }),
    )
    return {
      status: answer.status,
      replayed: answer.headers.get('idempotent-replayed'),
      body: (await answer.json()) as CheckoutView & { error?: { code: string; field?: string } },
    }
  }
  const keyOf = async (scope: Scope) => (await createApiKey(scope, { name: 'test', actor: { kind: 'operator' } })).clear_text
  const storeId = () => `sto_${shop.store_id.replaceAll('-', '')}`

  it('answers what a page needs; the same key replays it, also after the order changed; other parameters are refused', async () => {
    const key = await keyOf(acme)
    const order = await makeOrder()
    const body = { store: storeId(), order: { external_id: String(order.id) } }
    const first = await call(key, body, { 'idempotency-key': 'k1' })
    expect(first).toMatchObject({ status: 201, replayed: null, body: { status: 'open', amount: 1900, currency: 'usd', session: { account: shop.account_id } } })
    await changeOrder(order, { total: '25.00' })
    expect(await call(key, body, { 'idempotency-key': 'k1' })).toEqual({ ...first, replayed: 'true' })
    expect(await call(key, { ...body, return_url: 'https://north.example/' }, { 'idempotency-key': 'k1' })).toMatchObject({
      status: 422,
      body: { error: { code: 'idempotency_mismatch' } },
    })
    const kept = JSON.stringify(await rows('SELECT * FROM api_request'))
    expect(kept).not.toContain('_secret_')
    expect(await call(key, body, { 'idempotency-key': 'k2' })).toMatchObject({ status: 201, body: { amount: 2500 } })
    expect((await call(key, body)).body.amount).toBe(2500)
  })

  it('two at the same moment with one key: one is told that the other is at work, or both get the same', async () => {
    const key = await keyOf(acme)
    const order = await makeOrder()
    const body = { store: storeId(), order: { external_id: String(order.id) } }
    const answers = await Promise.all([1, 2].map(() => call(key, body, { 'idempotency-key': 'race' })))
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409])
    expect(answers.find((answer) => answer.status === 409)?.body.error?.code).toBe('idempotency_in_progress')
    expect(await call(key, body, { 'idempotency-key': 'race' })).toMatchObject({ status: 201, replayed: 'true' })
  })

  it('a refusal is not kept: what was wrong can be mended', async () => {
    const key = await keyOf(acme)
    const order = await makeOrder({ total: '0.00' })
    const body = { store: storeId(), order: { external_id: String(order.id) } }
    expect(await call(key, body, { 'idempotency-key': 'mend' })).toMatchObject({ status: 409, body: { error: { code: 'nothing_to_pay' } } })
    await changeOrder(order, { total: '12.00' })
    expect(await call(key, body, { 'idempotency-key': 'mend' })).toMatchObject({ status: 201, body: { amount: 1200 } })
  })

  it('refuses what it does not know', async () => {
    const key = await keyOf(acme)
    const order = { external_id: String((await makeOrder()).id) }
    expect(await call(key, { store: storeId(), order, amount: 1 })).toMatchObject({ status: 400, body: { error: { code: 'invalid_field', field: 'amount' } } })
    expect(await call(key, { store: 'sto_1', order })).toMatchObject({ status: 400, body: { error: { field: 'store' } } })
    expect(await call(`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`, { store: storeId(), order })).toMatchObject({ status: 401 })
    expect(await call(await keyOf(other), { store: storeId(), order })).toMatchObject({ status: 404, body: { error: { code: 'store_not_found' } } })
    expect(await call(await keyOf({ ...acme, mode: 'test' }), { store: storeId(), order })).toMatchObject({
      status: 409,
      body: { error: { code: 'mode_mismatch' } },
    })
  })

  it('GET shows a checkout to its own tenant and mode alone', async () => {
    const view = await start(await makeOrder())
    const get = async (key: string, id = view.id) =>
      (
        await GET(new Request(`http://127.0.0.1:3000/api/v1/checkouts/${id}`, { headers: { authorization: `Bearer ${key}` } }), {
          params: Promise.resolve({ id }),
        })
      ).status
    expect(await get(await keyOf(acme))).toBe(200)
    expect([await get(await keyOf(other)), await get(await keyOf({ ...acme, mode: 'test' })), await get(await keyOf(acme), 'att_1')]).toEqual([404, 404, 404])
    expect(await readCheckout(acme, uuidOf(view))).toEqual(view)
  })
})
