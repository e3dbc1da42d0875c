import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSandbox, type Sandbox } from '../app'
import { Receiver } from '../webhooks/receiver'

interface Account {
  id: string
  keys: { live: { secret: string; publishable: string }; test: { secret: string; publishable: string } }
}
interface Paid {
  outcome: string
  status: number
  payment_intent: { id: string; status: string } | null
  session: { id: string; payment_status: string } | null
  error: { code?: string } | null
}

let sandbox: Sandbox
let receiver: Receiver
let account: Account

async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${sandbox.url}/_sandbox${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const json: unknown = await answer.json()
  if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(json)}`)
  return json as T
}

function sdk(options: Stripe.StripeConfig = {}): Stripe {
  const { hostname, port } = new URL(sandbox.url)
  return new Stripe(account.keys.test.secret, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0, ...options })
}

const sessionParams = (currency = 'eur'): Stripe.Checkout.SessionCreateParams => ({
  mode: 'payment',
  ui_mode: 'elements',
  return_url: 'http://127.0.0.1/done',
  client_reference_id: 'att_1',
  line_items: [{ quantity: 2, price_data: { currency, unit_amount: 2100, product_data: { name: 'Cup' } } }],
})

async function pay(change: Record<string, unknown> = {}, currency = 'eur'): Promise<Paid> {
  const session = await sdk().checkout.sessions.create(sessionParams(currency))
  return control<Paid>('POST', '/payers/pay', { client_secret: session.client_secret, ...change })
}

beforeEach(async () => {
  receiver = await Receiver.open()
  sandbox = await openSandbox({ host: '127.0.0.1', port: 0, dataDir: null })
  account = (await control<{ accounts: [Account] }>('GET', '/accounts')).accounts[0]
})
afterEach(async () => {
  await sandbox.close()
  await receiver.close()
})

describe('payers', () => {
  test.each([
    ['a card', {}, 'eur', 'succeeded'],
    ['a declined card', { card: '4000000000009995' }, 'eur', 'declined'],
    ['3-D Secure approved', { card: '4000 0027 6000 3184' }, 'eur', 'succeeded'],
    ['3-D Secure refused', { card: '4000002760003184', three_d_secure: 'fail' }, 'eur', 'declined'],
    ['3-D Secure left open', { card: '4000002760003184', three_d_secure: 'leave' }, 'eur', 'requires_action'],
    ['a bank debit', { us_bank_account: {} }, 'usd', 'processing'],
    ['a SEPA debit', { sepa_debit: {} }, 'eur', 'processing'],
  ])('%s', async (_name, change, currency, outcome) => {
    const paid = await pay(change, currency)
    expect(paid.outcome).toBe(outcome)
    if (outcome === 'succeeded') expect(paid.session?.payment_status).toBe('paid')
    if (outcome === 'declined') expect(paid.error?.code).toBeTruthy()
  })

  test("on a connected account they use the platform's key", async () => {
    const shop = await control<Account>('POST', '/accounts', { name: 'North', country: 'DE', default_currency: 'eur', kind: 'connected' })
    const session = await sdk().checkout.sessions.create(sessionParams(), { stripeAccount: shop.id })
    expect((await control<Paid>('POST', '/payers/pay', { client_secret: session.client_secret })).outcome).toBe('succeeded')
    const listed = await control<{ payments: { account: string; client_reference_id: string }[] }>('GET', '/payments')
    expect(listed.payments).toMatchObject([{ account: shop.id, client_reference_id: 'att_1' }])
  })
})

test('paid, refunded, disputed and won: every event arrives signed, in live and test apart', async () => {
  const endpoint = await sdk().webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] })
  const paid = await pay()
  await control('POST', '/clock/advance', { by_seconds: 60 })
  const intent = paid.payment_intent?.id
  await control('POST', '/refunds', { payment_intent: intent, amount: 1000 })
  const dispute = await control<{ id: string; status: string }>('POST', '/disputes', { payment_intent: intent, amount: 3000, reason: 'product_not_received' })
  expect(dispute.status).toBe('needs_response')
  expect(await control('POST', `/disputes/${dispute.id}/win`)).toMatchObject({ status: 'won' })
  await expect(control('POST', `/disputes/${dispute.id}/lose`)).rejects.toThrow(/not open/)
  const foreign = await control<{ status: string }>('POST', '/payments/foreign', {
    account: account.id,
    amount: 990,
    currency: 'eur',
    description: 'Invoice 4711',
  })
  expect(foreign.status).toBe('succeeded')
  await control('POST', '/payments/foreign', { account: account.id, amount: 990, currency: 'eur', livemode: true })
  expect(await control('POST', '/webhooks/settle', {})).toEqual({ settled: true })
  const events = receiver.got.map((one) => Stripe.webhooks.constructEvent(one.body, one.headers['stripe-signature'] ?? '', endpoint.secret ?? ''))
  const types = new Set(events.map((event) => event.type))
  for (const type of [
    'checkout.session.completed',
    'charge.succeeded',
    'charge.updated',
    'charge.refunded',
    'charge.dispute.created',
    'charge.dispute.closed',
  ] as const) {
    expect(types).toContain(type)
  }
  expect(events.every((event) => !event.livemode)).toBe(true)
  expect(await control('GET', '/webhooks/deliveries?state=delivered&limit=1000')).toMatchObject({ total: events.length })
})

describe('faults of the Stripe API', () => {
  const path = '/v1/checkout/sessions'
  const arm = (fault: Record<string, unknown>) => control('POST', '/faults', { path, method: 'POST', ...fault })
  const sessions = async () => (await sdk().checkout.sessions.list({ limit: 10 })).data.length

  test('a timeout after the effect leaves the session; the retry under the same key gets it', async () => {
    await arm({ kind: 'timeout_after', hold_ms: 5000 })
    await expect(sdk({ timeout: 400 }).checkout.sessions.create(sessionParams(), { idempotencyKey: 'k1' })).rejects.toMatchObject({
      type: 'StripeConnectionError',
    })
    expect(await sessions()).toBe(1)
    const again = await sdk().checkout.sessions.create(sessionParams(), { idempotencyKey: 'k1' })
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect(await sessions()).toBe(1)
  })

  test('a timeout before the effect leaves nothing', async () => {
    await arm({ kind: 'timeout_before', hold_ms: 5000 })
    await expect(sdk({ timeout: 400 }).checkout.sessions.create(sessionParams(), { idempotencyKey: 'k2' })).rejects.toMatchObject({
      type: 'StripeConnectionError',
    })
    expect(await sessions()).toBe(0)
  })

  test.each([
    [500, 'StripeAPIError'],
    [429, 'StripeRateLimitError'],
    [409, 'StripeAPIError'],
  ])('%i for one account only, after one request was let pass', async (status, type) => {
    await arm({ kind: 'status', status, account: account.id, skip: 1 })
    await sdk().checkout.sessions.create(sessionParams())
    await expect(sdk().checkout.sessions.create(sessionParams())).rejects.toMatchObject({ type, statusCode: status })
    await sdk().checkout.sessions.create(sessionParams())
  })

  test('what the sandbox does itself is not hit', async () => {
    await pay()
    await arm({ path: '/v1/**', kind: 'status', status: 500, times: null })
    const { payments } = await control<{ payments: [{ charge: string }] }>('GET', '/payments')
    expect(await control('POST', '/refunds', { charge: payments[0].charge })).toMatchObject({ status: 'succeeded' })
    expect(await control('GET', '/faults')).toMatchObject({ faults: [{ hits: 0 }] })
    await control('POST', '/reset', {})
    expect(await sessions()).toBe(1)
  })

  test('latency per request is for shops; the setting slows the Stripe API', async () => {
    await expect(arm({ kind: 'latency', hold_ms: 100 })).rejects.toThrow(/latencyMs/)
    await control('POST', '/settings', { latencyMs: 150 })
    const started = performance.now()
    await sessions()
    expect(performance.now() - started).toBeGreaterThan(145)
  })
})

test('reset forgets payments and orders, and keeps accounts, endpoints and shops', async () => {
  await sdk().webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] })
  await control('POST', '/shops', { slug: 'north', name: 'North', currency: 'EUR' })
  await control('POST', '/shops/north/orders', { count: 2 })
  await pay({ us_bank_account: {} }, 'usd')
  await control('POST', '/reset', { what: 'data' })
  expect(await control('GET', '/payments')).toMatchObject({ total: 0 })
  expect(await control('GET', '/events')).toMatchObject({ total: 0 })
  expect(await control('GET', '/shops')).toMatchObject({ shops: [{ slug: 'north', orders: 0 }] })
  expect(await control('GET', '/webhooks/endpoints')).toMatchObject({ endpoints: [{ url: receiver.url }] })
  await control('POST', '/clock/advance', { by_seconds: 30 * 86_400 })
  expect((await pay()).outcome).toBe('succeeded')
})
