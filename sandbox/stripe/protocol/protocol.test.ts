import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { card, confirm, pay, sessionParams, startFront, type Front } from '../../testing/shop-front'

let front: Front
beforeAll(async () => {
  front = await startFront({ asyncCaptureSeconds: 0 })
})
afterAll(() => front.close())

/** The error a call rejects with. */
async function errorOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error
    throw error
  }
  throw new Error('the call succeeded')
}

const platformOf = () => front.sandbox.world.accounts.platform()

describe('keys', () => {
  // docs.stripe.com/keys, docs.stripe.com/api/authentication
  it('unknown, missing and publishable keys are 401', async () => {
    const unknown = await errorOf(front.client('sk_test_nobody_knows_this_key').balance.retrieve())
    expect(unknown).toMatchObject({ type: 'StripeAuthenticationError', statusCode: 401 })
    expect(unknown.message).toMatch(/^Invalid API Key provided: sk_test_\*+_key$/)
    const missing = await fetch(`${front.sandbox.url}/v1/balance`)
    expect(missing.status).toBe(401)
    expect(await errorOf(front.client(front.publishable).balance.retrieve())).toMatchObject({ statusCode: 401, code: 'secret_key_required' })
  })

  it('see only their mode', async () => {
    const live = front.client(platformOf().keys.live.secret)
    const customer = await front.stripe.customers.create({ name: 'Ada' })
    expect(customer.livemode).toBe(false)
    const error = await errorOf(live.customers.retrieve(customer.id))
    expect(error).toMatchObject({ code: 'resource_missing', statusCode: 404, param: 'id' })
    expect(error.message).toBe(`No such customer: '${customer.id}'; a similar object exists in test mode, but a live mode key was used to make this request.`)
    expect((await live.customers.create()).livemode).toBe(true)
  })

  it('restricted keys do what their permissions say, and write includes read', async () => {
    const { accounts } = front.sandbox.world
    const session = await pay(front)
    const key = accounts.createRestrictedKey(platformOf().id, { mode: 'test', name: 'checkout', permissions: ['checkout_session_write', 'balance_read'] })
    const limited = front.client(key.id)
    await limited.checkout.sessions.create(sessionParams())
    await limited.checkout.sessions.retrieve(session.id)
    await limited.balanceTransactions.list()
    // checkout_session implies payment_intent_read, not write (docs.stripe.com/stripe-apps/reference/permissions)
    await limited.paymentIntents.retrieve(String(session.payment_intent))
    for (const call of [
      limited.paymentIntents.create({ amount: 100, currency: 'usd' }),
      limited.charges.list(),
      limited.refunds.create({ payment_intent: String(session.payment_intent) }),
      limited.webhookEndpoints.create({ url: 'https://a.example', enabled_events: ['*'] }),
      limited.checkout.sessions.retrieve(session.id, { expand: ['payment_intent.latest_charge'] }),
    ]) {
      const error = await errorOf(call)
      expect(error).toMatchObject({ type: 'StripePermissionError', statusCode: 403, code: 'more_permissions_required', rawType: 'invalid_request_error' })
      expect(error.message).toContain(platformOf().id)
      expect(error.message).not.toContain(key.id)
    }
    expect((await front.stripe.refunds.list({ payment_intent: String(session.payment_intent) })).data).toEqual([])
  })

  it('act on connected accounts of their platform, and on no others', async () => {
    const { accounts } = front.sandbox.world
    const connected = accounts.createAccount({ name: 'Shop', country: 'DE', default_currency: 'eur', kind: 'connected' })
    const own = accounts.createAccount({ name: 'Own', country: 'FR', default_currency: 'eur', kind: 'own' })
    const there = front.client(front.secret, connected.id)
    const customer = await there.customers.create({ name: 'Ada' })
    expect(customer.lastResponse.stripeAccount).toBe(connected.id)
    expect(await errorOf(front.stripe.customers.retrieve(customer.id))).toMatchObject({ code: 'resource_missing' })
    expect((await there.accounts.retrieveCurrent()).id).toBe(connected.id)
    expect(await errorOf(front.client(front.secret, own.id).balance.retrieve())).toMatchObject({ statusCode: 403, code: 'account_invalid' })
    accounts.disconnect(connected.id)
    expect(await errorOf(there.customers.retrieve(customer.id))).toMatchObject({ statusCode: 403, code: 'account_invalid' })
    expect((await front.client(connected.keys.test.secret).customers.retrieve(customer.id)).id).toBe(customer.id)
  })
})

describe('parameters', () => {
  // docs.stripe.com/error-codes, stripe/esm/Error.d.ts
  const create = (params: object) => front.stripe.rawRequest('POST', '/v1/checkout/sessions', params as Record<string, unknown>)

  it.each([
    ['an unknown one', { ...sessionParams(), colour: 'red' }, { code: 'parameter_unknown', param: 'colour', message: 'Received unknown parameter: colour' }],
    [
      'payment_method_types',
      { ...sessionParams(), payment_method_types: ['card'] },
      { code: 'payment_method_types_no_longer_supported', param: 'payment_method_types' },
    ],
    ['success_url with elements', { ...sessionParams(), success_url: 'https://x.example' }, { param: 'success_url' }],
    [
      'an old ui_mode',
      { ...sessionParams(), ui_mode: 'custom' },
      { param: 'ui_mode', message: 'Invalid ui_mode: must be one of elements, embedded_page, form, or hosted_page' },
    ],
    ['no lines', { ...sessionParams(), line_items: undefined }, { code: 'parameter_missing', param: 'line_items' }],
    [
      'a fraction',
      { ...sessionParams(), line_items: [{ price_data: { currency: 'usd', unit_amount: 10.5, product_data: { name: 'x' } } }] },
      { code: 'parameter_invalid_integer', param: 'line_items[0][price_data][unit_amount]' },
    ],
    [
      'too small a total',
      { ...sessionParams(), line_items: [{ price_data: { currency: 'usd', unit_amount: 10, product_data: { name: 'x' } }, quantity: 1 }] },
      { code: 'amount_too_small' },
    ],
    ['an empty text', { ...sessionParams(), client_reference_id: '' }, { code: 'parameter_invalid_empty', param: 'client_reference_id' }],
    ['an expiry too soon', { ...sessionParams(), expires_at: Math.floor(Date.now() / 1000) + 60 }, { param: 'expires_at' }],
    ['a missing customer', { ...sessionParams(), customer: 'cus_none' }, { code: 'resource_missing', param: 'customer', statusCode: 400 }],
    ['long metadata', { ...sessionParams(), metadata: { a: 'x'.repeat(501) } }, { param: 'metadata[a]' }],
    ['a long metadata key', { ...sessionParams(), metadata: { ['k'.repeat(41)]: '1' } }, { param: 'metadata' }],
    [
      '51 metadata keys',
      { ...sessionParams(), metadata: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, '1'])) },
      { param: 'metadata' },
    ],
    [
      'something it has no model of',
      { ...sessionParams(), automatic_tax: { enabled: true } },
      { param: 'automatic_tax[enabled]', message: expect.stringContaining('does not model') },
    ],
  ])('%s', async (_name, params, expected) => {
    const error = await errorOf(create(params))
    expect(error).toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 400, ...expected })
    expect(error.requestId).toMatch(/^req_/)
  })

  it('lists may be written with and without indexes, and be long', async () => {
    const { id } = await pay(front)
    for (const query of ['expand[]=line_items', 'expand[0]=line_items']) {
      const answer = await fetch(`${front.sandbox.url}/v1/checkout/sessions/${id}?${query}`, { headers: { authorization: `Bearer ${front.secret}` } })
      expect(((await answer.json()) as Stripe.Checkout.Session).line_items?.data).toHaveLength(1)
    }
    const lines = Array.from({ length: 100 }, (_, index) => ({
      price_data: { currency: 'usd', unit_amount: 100 + index, product_data: { name: `Item ${index}` } },
      quantity: 1,
    }))
    const session = await front.stripe.checkout.sessions.create(sessionParams({ line_items: lines }))
    expect(session.amount_total).toBe(lines.reduce((sum, line) => sum + line.price_data.unit_amount, 0))
    expect(await errorOf(front.stripe.checkout.sessions.create(sessionParams({ line_items: [...lines, ...lines.slice(0, 1)] })))).toMatchObject({
      param: 'line_items',
    })
    const names: (string | null)[] = []
    for await (const item of front.stripe.checkout.sessions.listLineItems(session.id, { limit: 30 })) names.push(item.description)
    expect(names).toEqual(lines.map((line) => line.price_data.product_data.name))
  })

  it('metadata keys are added, replaced and removed one by one', async () => {
    const customer = await front.stripe.customers.create({ metadata: { a: '1', b: '2' } })
    const updated = await front.stripe.customers.update(customer.id, { metadata: { a: '', c: '3' } })
    expect(updated.metadata).toEqual({ b: '2', c: '3' })
    expect((await front.stripe.customers.update(customer.id, { metadata: '' })).metadata).toEqual({})
  })
})

describe('lists', () => {
  // docs.stripe.com/api/pagination
  it('are newest first, page by cursor in both directions, and filter by creation', async () => {
    const own = front.sandbox.world.accounts.createAccount({ name: 'Lists', country: 'US', default_currency: 'usd', kind: 'own' })
    const stripe = front.client(own.keys.test.secret)
    const made: string[] = []
    const { clock } = front.sandbox.world
    const start = clock.now()
    for (let index = 0; index < 25; index++) {
      if (index % 5 === 0) await clock.advance({ by_seconds: 10 })
      made.unshift((await stripe.customers.create({ name: `n${index}` })).id)
    }
    const first = await stripe.customers.list()
    expect(first).toMatchObject({ object: 'list', url: '/v1/customers', has_more: true })
    expect(first.data.map((row) => row.id)).toEqual(made.slice(0, 10))
    const all: string[] = []
    for await (const row of stripe.customers.list({ limit: 7 })) all.push(row.id)
    expect(all).toEqual(made)
    const back = await stripe.customers.list({ limit: 4, ending_before: made[10] })
    expect(back.data.map((row) => row.id)).toEqual(made.slice(6, 10))
    expect(back.has_more).toBe(true)
    expect((await stripe.customers.list({ ending_before: made[3] })).has_more).toBe(false)
    const middle = await stripe.customers.list({ limit: 100, created: { gte: start + 20, lt: start + 40 } })
    expect(middle.data.map((row) => row.id)).toEqual(made.slice(10, 20))
    expect(await errorOf(stripe.customers.list({ limit: 101 }))).toMatchObject({ statusCode: 400, param: 'limit' })
    expect(await errorOf(stripe.customers.list({ starting_after: 'cus_none' }))).toMatchObject({ code: 'resource_missing', param: 'starting_after' })
  })
})

describe('expand', () => {
  // docs.stripe.com/api/expanding_objects
  it('follows references up to four levels', async () => {
    const session = await pay(front)
    await expect
      .poll(async () => (await front.stripe.charges.list({ payment_intent: String(session.payment_intent) })).data[0]?.balance_transaction)
      .toMatch(/^txn_/)
    const full = await front.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent.latest_charge.balance_transaction.source', 'line_items.data.price.product'],
    })
    const intent = full.payment_intent as Stripe.PaymentIntent
    const charge = intent.latest_charge as Stripe.Charge
    const transaction = charge.balance_transaction as Stripe.BalanceTransaction
    expect(transaction).toMatchObject({ object: 'balance_transaction', amount: 2000, fee: 88, net: 1912, source: { id: charge.id, object: 'charge' } })
    const price = full.line_items?.data[0]?.price
    expect(price?.product).toMatchObject({ object: 'product', name: 'Book' })
    expect(price?.unit_amount_decimal?.toString()).toBe('1000')

    const listed = await front.stripe.balanceTransactions.list({ expand: ['data.source.payment_intent'], limit: 1 })
    expect(listed.data[0]?.source).toMatchObject({ object: 'charge', payment_intent: { object: 'payment_intent' } })
    // The expansion is in the answer only.
    expect(typeof (await front.stripe.charges.retrieve(charge.id)).balance_transaction).toBe('string')
  })

  it('refuses what cannot be expanded', async () => {
    const session = await pay(front)
    const retrieve = (path: string) => errorOf(front.stripe.checkout.sessions.retrieve(session.id, { expand: [path] }))
    expect((await retrieve('status')).message).toBe('This property cannot be expanded (status).')
    expect((await retrieve('payment_intent.latest_charge.balance_transaction.source.payment_intent')).message).toContain('more than 4 levels')
    expect((await errorOf(front.stripe.charges.list({ expand: ['balance_transaction'] }))).message).toContain(
      "You may want to try expanding 'data.balance_transaction' instead.",
    )
  })
})

describe('answers', () => {
  it('carry a request id, the version asked for and the time of the sandbox', async () => {
    await front.sandbox.world.clock.advance({ by_seconds: 86_400 })
    const balance = await front.stripe.balance.retrieve()
    expect(balance.lastResponse.requestId).toMatch(/^req_/)
    expect(balance.lastResponse.apiVersion).toBe(Stripe.API_VERSION)
    const date = Date.parse(String(balance.lastResponse.headers['date'])) / 1000
    expect(Math.abs(date - front.sandbox.world.clock.now())).toBeLessThan(3)
  })

  it('to unknown addresses are 404 and noted', async () => {
    const error = await errorOf(front.stripe.payouts.list())
    expect(error).toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 404 })
    expect(error.message).toMatch(/^Unrecognized request URL \(GET: \/v1\/payouts\)/)
    expect(front.sandbox.world.log.unknownRequests()).toContainEqual(expect.objectContaining({ method: 'GET', path: '/v1/payouts', count: 1 }))
  })

  it('to a browser need the client secret of the session', async () => {
    const session = await front.stripe.checkout.sessions.create(sessionParams())
    const wrong = await confirm(front, { ...session, client_secret: `${session.id}_secret_wrong` }, card('4242424242424242'))
    expect(wrong).toMatchObject({ status: 400, body: { error: { param: 'client_secret' } } })
    const page = await front.browser(`/v1/payment_pages/${session.id}`, { client_secret: session.client_secret ?? '' }, 'GET')
    expect(page.body).toMatchObject({
      merchant: { display_name: 'Platform', country: 'US' },
      payment_method_types: ['card', 'us_bank_account'],
      session: { id: session.id, line_items: { data: [{ quantity: 2 }] } },
    })
    const preflight = await fetch(`${front.sandbox.url}/v1/payment_pages/${session.id}/confirm`, { method: 'OPTIONS' })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
  })
})
