import Stripe from 'stripe'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listBalanceTransactions } from './balance-transactions'
import { createCheckoutSession, expireCheckoutSession, findCheckoutSession, retrieveCheckoutSession } from './checkout-sessions'
import { apiVersion, type StripeCall } from './client'
import { stripeIdKind } from './core/ids'
import { listEvents } from './events'
import { readObject } from './objects'
import { listRefundsOfCharge } from './refunds'
import { startSandbox, type Sandbox } from './sandbox.test-support'
import { createWebhookEndpoint, listWebhookEndpoints } from './webhook-endpoints'

let sandbox: Sandbox
let call: StripeCall
let publishable: string
const params = (more: Partial<Stripe.Checkout.SessionCreateParams> = {}): Stripe.Checkout.SessionCreateParams => ({
  ui_mode: 'elements',
  mode: 'payment',
  return_url: 'https://m.example/r',
  line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 1900, product_data: { name: 'Cup' } } }],
  ...more,
})

beforeAll(async () => {
  sandbox = await startSandbox()
  const account = await sandbox.post<{ keys: { live: { secret: string; publishable: string } } }>('/_sandbox/accounts', {
    name: 'Own',
    country: 'US',
    default_currency: 'usd',
    kind: 'own',
  })
  const url = new URL(sandbox.url)
  publishable = account.keys.live.publishable
  call = { stripe: new Stripe(account.keys.live.secret, { host: url.hostname, port: url.port, protocol: 'http', telemetry: false }), options: {} }
}, 60_000)
afterAll(() => sandbox?.stop())

it('creates once per key, finds by reference, ends, and says when Stripe said so', async () => {
  const first = await createCheckoutSession(call, params({ client_reference_id: 'att_1' }), 'key-1')
  const again = await createCheckoutSession(call, params({ client_reference_id: 'att_1' }), 'key-1')
  expect(again.object.id).toBe(first.object.id)
  await expect(createCheckoutSession(call, params({ client_reference_id: 'att_2' }), 'key-1')).rejects.toMatchObject({ code: 'stripe_idempotency_conflict' })
  expect(first.object).toMatchObject({ object: 'checkout.session', status: 'open', amount_total: 1900 })
  expect(first.request_id).toMatch(/^req_/)
  expect(Math.abs(first.as_of.getTime() / 1000 - first.object.created)).toBeLessThanOrEqual(2)

  for (let index = 0; index < 3; index++) await createCheckoutSession(call, params({ client_reference_id: `other_${index}` }), `key-other-${index}`)
  const from = new Date(first.as_of.getTime() - 60_000)
  const later = new Date(first.as_of.getTime() + 60_000)
  expect((await findCheckoutSession(call, { client_reference_id: 'att_1', from }))?.object.id).toBe(first.object.id)
  expect(await findCheckoutSession(call, { client_reference_id: 'att_9', from })).toBeNull()
  expect(await findCheckoutSession(call, { client_reference_id: 'att_1', from: later })).toBeNull()

  expect((await expireCheckoutSession(call, first.object.id, 'key-2')).object.status).toBe('expired')
  expect((await retrieveCheckoutSession(call, first.object.id)).object.status).toBe('expired')
  await expect(expireCheckoutSession(call, first.object.id, 'key-3')).rejects.toMatchObject({ code: 'stripe_refused' })
  await expect(retrieveCheckoutSession(call, 'cs_live_none')).rejects.toMatchObject({ code: 'stripe_missing' })
})

it('reads every object of a payment by its id, and pages lists', async () => {
  const { object: session } = await createCheckoutSession(call, params(), 'key-pay')
  await sandbox.post('/_sandbox/payers/pay', { client_secret: session.client_secret, publishable_key: publishable })
  const { object: paid } = await retrieveCheckoutSession(call, session.id)
  const intent = await readObject(call, String(paid.payment_intent))
  expect(intent.object).toMatchObject({ object: 'payment_intent', status: 'succeeded', amount: 1900 })
  const charge = await readObject(call, String(intent.object.latest_charge))
  expect(charge.object).toMatchObject({ object: 'charge', captured: true })
  const refund = await call.stripe.refunds.create({ charge: charge.object.id, amount: 500 })
  const refunds = await listRefundsOfCharge(call, { charge: charge.object.id })
  expect(refunds).toMatchObject({ objects: [{ id: refund.id, amount: 500 }], has_more: false })
  expect((await readObject(call, refund.id)).object).toMatchObject({ object: 'refund' })

  const first = await listEvents(call, { limit: 2 })
  expect(first).toMatchObject({ has_more: true })
  const rest = await listEvents(call, { limit: 100, starting_after: first.objects[1]?.id ?? '' })
  expect(new Set([...first.objects, ...rest.objects].map((event) => event.id)).size).toBe(2 + rest.objects.length)
  expect(rest.objects.every((event) => stripeIdKind(event.id) === 'event')).toBe(true)
  const page = await listBalanceTransactions(call, { limit: 100 })
  expect(page.objects.every((object) => stripeIdKind(object.id) === 'balance_transaction')).toBe(true)
})

it('registers an endpoint with our API version and learns its secret once', async () => {
  const made = await createWebhookEndpoint(call, { url: 'https://m.example/hook', connect: false, enabled_events: ['*'], api_version: apiVersion }, 'key-hook')
  expect(made).toMatchObject({ url: 'https://m.example/hook', api_version: apiVersion })
  expect(made.secret).toMatch(/^whsec_/)
  const listed = await listWebhookEndpoints(call)
  expect(listed).toMatchObject([{ id: made.id, url: made.url, status: 'enabled', api_version: apiVersion, livemode: true }])
  expect(JSON.stringify(listed)).not.toContain(made.secret)
})
