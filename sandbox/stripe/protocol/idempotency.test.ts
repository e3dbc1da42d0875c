import type Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { pay, sessionParams, startFront, type Front } from '../../testing/shop-front'

/** Source: docs.stripe.com/api/idempotent_requests, docs.stripe.com/error-low-level. */
let front: Front
beforeAll(async () => {
  front = await startFront()
})
afterAll(() => front.close())
beforeEach(() => {
  front.sandbox.world.config.set({ latencyMs: 0 })
  front.sandbox.world.faults.use(() => null)
})

/** A raw POST, so that headers can be seen. */
async function post(
  path: string,
  form: Record<string, string>,
  key: string,
  secret = front.secret,
  account?: string,
): Promise<{ status: number; headers: Headers; body: { id?: string; error?: { type: string; code?: string; message: string } } }> {
  const answer = await fetch(`${front.sandbox.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'idempotency-key': key, ...(account === undefined ? {} : { 'stripe-account': account }) },
    body: new URLSearchParams(form),
  })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as { id?: string } }
}

const intent = { amount: '1500', currency: 'eur', 'metadata[b]': '2', 'metadata[a]': '1' }

describe('idempotency keys', () => {
  it('replay the first answer, with headers that say so, whatever the order of parameters', async () => {
    const first = await post('/v1/payment_intents', intent, 'replay')
    const second = await post('/v1/payment_intents', { 'metadata[a]': '1', 'metadata[b]': '2', currency: 'eur', amount: '1500' }, 'replay')
    expect(first.headers.get('idempotency-key')).toBe('replay')
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect(second.headers.get('original-request')).toBe(first.headers.get('request-id'))
    expect(second.headers.get('request-id')).not.toBe(first.headers.get('request-id'))
    expect(second.body).toEqual(first.body)
  })

  it('refuse other parameters under the same key', async () => {
    await post('/v1/payment_intents', intent, 'mismatch')
    const other = await post('/v1/payment_intents', { ...intent, amount: '1600' }, 'mismatch')
    expect(other.status).toBe(400)
    expect(other.body.error).toMatchObject({ type: 'idempotency_error', message: expect.stringContaining("Try using a key other than 'mismatch'") })
    const elsewhere = await post('/v1/customers', {}, 'mismatch')
    expect(elsewhere.status).toBe(400)
  })

  it('answer 409 while the first request is running, and nothing is made twice', async () => {
    front.sandbox.world.config.set({ latencyMs: 150 })
    const before = (await front.stripe.paymentIntents.list({ limit: 100 })).data.length
    const answers = await Promise.all([post('/v1/payment_intents', intent, 'race'), post('/v1/payment_intents', intent, 'race')])
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409])
    expect(answers.find((answer) => answer.status === 409)?.body.error).toMatchObject({ type: 'idempotency_error', code: 'idempotency_key_in_use' })
    expect((await post('/v1/payment_intents', intent, 'race')).headers.get('idempotent-replayed')).toBe('true')
    expect((await front.stripe.paymentIntents.list({ limit: 100 })).data).toHaveLength(before + 1)
  })

  it('arrive in the SDK as StripeAPIError for 409 and StripeIdempotencyError for 400', async () => {
    front.sandbox.world.config.set({ latencyMs: 150 })
    const create = (amount: number) => front.stripe.paymentIntents.create({ amount, currency: 'usd' }, { idempotencyKey: 'sdk' })
    const results = await Promise.allSettled([create(100), create(100), create(200)])
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Stripe.errors.StripeError] : []))
    expect(errors.map((error) => error.type).sort()).toEqual(['StripeAPIError', 'StripeIdempotencyError'])
  })

  it('remember errors of the endpoint and 500s, but not failed validation, 401 and 429', async () => {
    const session = await pay(front)
    const refund = { payment_intent: String(session.payment_intent), amount: '999999' }
    expect((await post('/v1/refunds', refund, 'kept')).status).toBe(400)
    expect((await post('/v1/refunds', refund, 'kept')).headers.get('idempotent-replayed')).toBe('true')

    expect((await post('/v1/payment_intents', { ...intent, amount: 'x' }, 'validation')).status).toBe(400)
    expect((await post('/v1/payment_intents', intent, 'validation')).status).toBe(200)

    expect((await post('/v1/payment_intents', intent, 'unauthorized', 'sk_test_nobody')).status).toBe(401)
    expect((await post('/v1/payment_intents', intent, 'unauthorized')).status).toBe(200)

    front.sandbox.world.faults.use(() => ({ kind: 'status', status: 500 }))
    const broken = await post('/v1/payment_intents', intent, 'broken')
    expect(broken).toMatchObject({ status: 500, body: { error: { type: 'api_error' } } })
    front.sandbox.world.faults.use(() => ({ kind: 'status', status: 429 }))
    const limited = await post('/v1/payment_intents', intent, 'limited')
    expect(limited.body.error).toMatchObject({ code: 'rate_limit' })
    expect(limited.headers.get('stripe-rate-limited-reason')).toBe('global-rate')
    front.sandbox.world.faults.use(() => null)
    const again = await post('/v1/payment_intents', intent, 'broken')
    expect(again.status).toBe(500)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect((await post('/v1/payment_intents', intent, 'limited')).status).toBe(200)
  })

  it('make a request whose answer was lost safe to repeat', async () => {
    front.sandbox.world.faults.use(({ path }) => (path === '/v1/payment_intents' ? { kind: 'timeout_after', holdMs: 20 } : null))
    await expect(post('/v1/payment_intents', intent, 'lost')).rejects.toThrow()
    front.sandbox.world.faults.use(({ path }) => (path === '/v1/customers' ? { kind: 'timeout_before', holdMs: 20 } : null))
    await expect(post('/v1/customers', { name: 'Ada' }, 'never-ran')).rejects.toThrow()
    front.sandbox.world.faults.use(() => null)
    expect((await post('/v1/payment_intents', intent, 'lost')).headers.get('idempotent-replayed')).toBe('true')
    expect((await post('/v1/customers', { name: 'Ada' }, 'never-ran')).headers.get('idempotent-replayed')).toBeNull()
  })

  it('belong to one account in one mode', async () => {
    const { accounts } = front.sandbox.world
    const connected = accounts.createAccount({ name: 'Shop', country: 'DE', default_currency: 'eur', kind: 'connected' })
    const first = await post('/v1/payment_intents', intent, 'scoped')
    const live = await post('/v1/payment_intents', intent, 'scoped', accounts.platform().keys.live.secret)
    const other = await post('/v1/payment_intents', intent, 'scoped', front.secret, connected.id)
    expect(new Set([first.body.id, live.body.id, other.body.id]).size).toBe(3)
  })

  it('are forgotten after 24 hours', async () => {
    const first = await post('/v1/payment_intents', intent, 'old')
    await front.sandbox.world.clock.advance({ by_seconds: 23 * 3600 })
    expect((await post('/v1/payment_intents', intent, 'old')).body.id).toBe(first.body.id)
    await front.sandbox.world.clock.advance({ by_seconds: 3601 })
    expect((await post('/v1/payment_intents', intent, 'old')).body.id).not.toBe(first.body.id)
  })

  it('mean nothing on GET', async () => {
    const list = () => fetch(`${front.sandbox.url}/v1/customers`, { headers: { authorization: `Bearer ${front.secret}`, 'idempotency-key': 'get' } })
    await list()
    await front.stripe.customers.create({ name: 'Grace' })
    const second = await list()
    expect(second.headers.get('idempotent-replayed')).toBeNull()
    expect(JSON.stringify(await second.json())).toContain('Grace')
  })
})

describe('a session', () => {
  it('is made once by a repeated create', async () => {
    const options = { idempotencyKey: 'session' }
    const first = await front.stripe.checkout.sessions.create(sessionParams(), options)
    const second = await front.stripe.checkout.sessions.create(sessionParams(), options)
    expect(second.id).toBe(first.id)
    expect(second.client_secret).toBe(first.client_secret)
  })
})
