import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { card, confirm, eventsOf, expectSequence, pay, sessionParams, startFront, type Front } from '../testing/shop-front'
import { tablesOf } from './tables'

let front: Front
beforeEach(async () => {
  front = await startFront({ asyncCaptureSeconds: 2 })
})
afterEach(() => front.close())

const DAY = 86_400

describe('balance transactions and the balance', () => {
  // docs.stripe.com/api/balance_transactions, docs.stripe.com/api/balance/balance_object, docs.stripe.com/reports/balance-transaction-types
  it('arrive with charge.updated, are pending until available_on, and add up', async () => {
    const { clock } = front.sandbox.world
    const session = await pay(front)
    const intent = String(session.payment_intent)
    const charge = async () => (await front.stripe.charges.list({ payment_intent: intent })).data[0]
    expect((await charge())?.balance_transaction).toBeNull()
    expect((await front.stripe.balanceTransactions.list()).data).toEqual([])
    await clock.advance({ by_seconds: 3 })
    const id = String((await charge())?.balance_transaction)
    const row = await front.stripe.balanceTransactions.retrieve(id)
    expect(row).toMatchObject({
      object: 'balance_transaction',
      type: 'charge',
      reporting_category: 'charge',
      balance_type: 'payments',
      amount: 2000,
      fee: 88,
      net: 1912,
      currency: 'usd',
      exchange_rate: null,
      status: 'pending',
      source: (await charge())?.id,
      fee_details: [{ amount: 88, type: 'stripe_fee', currency: 'usd', application: null, description: 'Stripe processing fees' }],
    })
    expect(row.available_on % DAY).toBe(0)
    const at = (balance: Stripe.Balance) => ({ available: balance.available[0]?.amount, pending: balance.pending[0]?.amount })
    expect(at(await front.stripe.balance.retrieve())).toEqual({ available: 0, pending: 1912 })
    await clock.advance({ by_seconds: 4 * DAY })
    expect(at(await front.stripe.balance.retrieve())).toEqual({ available: 1912, pending: 0 })
    expect((await front.stripe.balanceTransactions.retrieve(id)).status).toBe('available')
  })

  it('are listed by source, type, currency and creation', async () => {
    const { clock } = front.sandbox.world
    const first = await pay(front, '4000000000000077')
    await pay(front, '4242424242424242', { line_items: [{ price_data: { currency: 'jpy', unit_amount: 5000, product_data: { name: 'Book' } }, quantity: 1 }] })
    await clock.advance({ by_seconds: 3 })
    await front.stripe.refunds.create({ payment_intent: String(first.payment_intent), amount: 100 })
    const types = async (params: Stripe.BalanceTransactionListParams) =>
      (await front.stripe.balanceTransactions.list(params)).data.map((row) => `${row.type} ${row.currency} ${row.net} ${row.status}`)
    expect(await types({})).toEqual(['refund usd -100 available', 'charge jpy 4820 pending', 'charge usd 1912 available'])
    expect(await types({ type: 'charge' })).toHaveLength(2)
    expect(await types({ currency: 'jpy' })).toEqual(['charge jpy 4820 pending'])
    const [charge] = (await front.stripe.charges.list({ payment_intent: String(first.payment_intent) })).data
    expect(await types({ source: charge?.id ?? '' })).toEqual(['charge usd 1912 available'])
    expect(await types({ created: { gt: clock.now() } })).toEqual([])
    expect(await types({ payout: 'po_none' })).toEqual([])
  })
})

describe('customers', () => {
  // docs.stripe.com/api/customers
  it('are created, updated, found by e-mail and deleted, each with its event', async () => {
    const customer = await front.stripe.customers.create({ email: 'ada@example.com', name: 'Ada', address: { country: 'GB', postal_code: 'N1' } })
    expect(customer).toMatchObject({
      object: 'customer',
      email: 'ada@example.com',
      address: { country: 'GB', line1: null },
      delinquent: false,
      livemode: false,
    })
    await front.stripe.customers.update(customer.id, { name: 'Ada L.' })
    expect((await front.stripe.customers.list({ email: 'ada@example.com' })).data.map((row) => row.id)).toEqual([customer.id])
    expect(await front.stripe.customers.del(customer.id)).toMatchObject({ deleted: true })
    expect(await front.stripe.customers.retrieve(customer.id)).toMatchObject({ deleted: true })
    expect((await front.stripe.customers.list()).data).toEqual([])
    expectSequence(await eventsOf(front.stripe), [
      { type: 'customer.created', by: 'api', object: { id: customer.id, name: 'Ada' } },
      { type: 'customer.updated', by: 'api', object: { name: 'Ada L.' }, previous: { name: 'Ada' } },
      // DELETE carries no idempotency key.
      { type: 'customer.deleted', by: 'browser', object: { id: customer.id } },
    ])
  })

  it('follow their payments, and can be made by a session', async () => {
    const customer = await front.stripe.customers.create({ email: 'ada@example.com' })
    const mine = await pay(front, '4242424242424242', { customer: customer.id })
    await pay(front)
    const made = await pay(front, '4242424242424242', { customer_creation: 'always' })
    expect((await front.stripe.charges.list({ customer: customer.id })).data.map((charge) => charge.payment_intent)).toEqual([mine.payment_intent])
    expect((await front.stripe.paymentIntents.list({ customer: customer.id })).data).toHaveLength(1)
    expect((await front.stripe.checkout.sessions.list({ customer: customer.id })).data.map((row) => row.id)).toEqual([mine.id])
    expect(await front.stripe.customers.retrieve(String(made.customer))).toMatchObject({ email: 'jenny@example.com' })
  })
})

describe('payment methods', () => {
  // docs.stripe.com/api/payment_methods, docs.stripe.com/testing#cards
  it('may be made with a publishable key, and hold no card number', async () => {
    const browser = front.client(front.publishable)
    const method = await browser.paymentMethods.create({ type: 'card', card: { number: '4000002500000003', exp_month: 4, exp_year: 2040, cvc: '314' } })
    expect(method).toMatchObject({
      object: 'payment_method',
      type: 'card',
      card: { brand: 'visa', last4: '0003', country: 'FR', funding: 'credit', exp_month: 4, exp_year: 2040 },
    })
    expect(JSON.stringify(method)).not.toContain('4000002500000003')
    const customer = await front.stripe.customers.create()
    await front.stripe.paymentMethods.attach(method.id, { customer: customer.id })
    expect((await front.stripe.paymentMethods.list({ customer: customer.id, type: 'card' })).data.map((row) => row.id)).toEqual([method.id])
  })

  it('that are no test cards leave no number behind', async () => {
    const session = await front.stripe.checkout.sessions.create(sessionParams())
    const answer = await confirm(front, session, card('4539578763621486'))
    expect(answer.body.error).toMatchObject({ decline_code: 'test_mode_live_card' })
    const kept = [...tablesOf(front.sandbox.world.store).payment_method.all()]
    expect(kept).toHaveLength(1)
    expect(JSON.stringify(kept)).not.toContain('4539578763621486')
  })

  it('of a payment are named by its charge', async () => {
    const session = await pay(front, '5555555555554444')
    const [charge] = (await front.stripe.charges.list({ payment_intent: String(session.payment_intent) })).data
    expect(charge).toMatchObject({
      payment_method_details: { type: 'card', card: { brand: 'mastercard', last4: '4444', checks: { cvc_check: 'pass' } } },
      billing_details: { email: 'jenny@example.com' },
      outcome: { type: 'authorized', risk_level: 'normal' },
    })
    expect(await front.stripe.paymentMethods.retrieve(charge?.payment_method ?? '')).toMatchObject({ card: { brand: 'mastercard' } })
  })
})

describe('charges', () => {
  // docs.stripe.com/api/charges/update, stripe/esm/resources/Events.d.ts (charge.updated: description or metadata)
  it('announce changes of description and metadata', async () => {
    const session = await pay(front)
    const [charge] = (await front.stripe.charges.list({ payment_intent: String(session.payment_intent) })).data
    await front.stripe.charges.update(charge?.id ?? '', { description: 'Order 7', metadata: { a: '1' } })
    expectSequence((await eventsOf(front.stripe)).slice(-1), [
      { type: 'charge.updated', by: 'api', object: { description: 'Order 7', metadata: { a: '1' } }, previous: { description: null, metadata: {} } },
    ])
  })
})

describe('events', () => {
  // docs.stripe.com/api/events, docs.stripe.com/api/events/list
  it('keep the object as it was, whatever happens to it later', async () => {
    const session = await pay(front)
    const before = await eventsOf(front.stripe)
    await front.sandbox.world.clock.advance({ by_seconds: 3 })
    await front.stripe.refunds.create({ payment_intent: String(session.payment_intent) })
    const after = await eventsOf(front.stripe)
    expect(after.slice(0, before.length)).toEqual(before)
    const succeeded = after.find((event) => event.type === 'charge.succeeded')
    expect(succeeded?.data.object).toMatchObject({ balance_transaction: null, amount_refunded: 0 })
    expect(await front.stripe.events.retrieve(succeeded?.id ?? '')).toEqual(succeeded)
    expect(after.every((event) => Number.isInteger(event.created))).toBe(true)
  })

  it('are listed by type, types, creation and cursor, and only for 30 days', async () => {
    const { clock } = front.sandbox.world
    const start = clock.now()
    for (let index = 0; index < 3; index++) {
      await pay(front)
      await clock.advance({ by_seconds: 100 })
    }
    const types = async (params: Stripe.EventListParams) => (await front.stripe.events.list({ limit: 100, ...params })).data.map((event) => event.type)
    expect(await types({ type: 'charge.succeeded' })).toEqual(['charge.succeeded', 'charge.succeeded', 'charge.succeeded'])
    expect(new Set(await types({ type: 'payment_intent.*' }))).toEqual(new Set(['payment_intent.created', 'payment_intent.succeeded']))
    expect(await types({ types: ['charge.updated', 'checkout.session.completed'] })).toHaveLength(6)
    expect(await types({ types: ['charge.updated'], created: { lt: start + 50 } })).toHaveLength(1)
    await expect(front.stripe.events.list({ type: 'charge.updated', types: ['charge.updated'] })).rejects.toMatchObject({ statusCode: 400 })
    const all = (await front.stripe.events.list({ limit: 100 })).data.map((event) => event.id)
    expect((await front.stripe.events.list({ limit: 3, ending_before: all[5] })).data.map((event) => event.id)).toEqual(all.slice(2, 5))
    await clock.advance({ by_seconds: 31 * DAY })
    expect(await types({})).toEqual([])
    await expect(front.stripe.events.retrieve(all[0] ?? '')).rejects.toMatchObject({ code: 'resource_missing' })
  })

  it('can be looked for by whether they were delivered', async () => {
    await pay(front)
    const [newest] = (await front.stripe.events.list()).data
    front.sandbox.world.events.recordDelivery(newest?.id ?? '', { pending: 1, failed: true })
    expect((await front.stripe.events.list({ delivery_success: false })).data.map((event) => [event.id, event.pending_webhooks])).toEqual([[newest?.id, 1]])
    expect((await front.stripe.events.list({ delivery_success: true })).data.some((event) => event.id === newest?.id)).toBe(false)
  })
})

describe('webhook endpoints', () => {
  // docs.stripe.com/api/webhook_endpoints (secret: only returned at creation), WebhookEndpoints.d.ts
  it('tell their secret once', async () => {
    const made = await front.stripe.webhookEndpoints.create({
      url: 'http://127.0.0.1:9/hook',
      enabled_events: ['charge.updated'],
      connect: true,
      description: 'x',
      metadata: { a: '1' },
    })
    expect(made).toMatchObject({
      object: 'webhook_endpoint',
      secret: expect.stringMatching(/^whsec_.{32}$/),
      status: 'enabled',
      api_version: Stripe.API_VERSION,
      livemode: false,
      application: null,
    })
    expect((await front.stripe.webhookEndpoints.retrieve(made.id)).secret).toBeUndefined()
    const updated = await front.stripe.webhookEndpoints.update(made.id, { disabled: true, enabled_events: ['*'] })
    expect(updated).toMatchObject({ status: 'disabled', enabled_events: ['*'] })
    expect((await front.stripe.webhookEndpoints.list()).data.map((row) => row.id)).toEqual([made.id])
    expect(await front.stripe.webhookEndpoints.del(made.id)).toEqual(expect.objectContaining({ id: made.id, deleted: true }))
    await expect(front.stripe.webhookEndpoints.retrieve(made.id)).rejects.toMatchObject({ statusCode: 404 })
    await expect(front.stripe.webhookEndpoints.create({ url: 'nowhere', enabled_events: ['*'] })).rejects.toMatchObject({ code: 'url_invalid' })
  })
})

describe('accounts', () => {
  // docs.stripe.com/api/accounts/retrieve
  it('can be looked at by themselves and by their platform', async () => {
    const { accounts } = front.sandbox.world
    const shop = accounts.createAccount({ name: 'Shop', country: 'DE', default_currency: 'eur', kind: 'connected' })
    const own = accounts.createAccount({ name: 'Own', country: 'FR', default_currency: 'eur', kind: 'own' })
    expect(await front.stripe.accounts.retrieveCurrent()).toMatchObject({
      id: accounts.platform().id,
      country: 'US',
      default_currency: 'usd',
      charges_enabled: true,
    })
    expect(await front.stripe.accounts.retrieve(shop.id)).toMatchObject({ id: shop.id, country: 'DE', business_profile: { name: 'Shop' } })
    expect((await front.stripe.accounts.list()).data.map((row) => row.id)).toEqual([shop.id])
    await expect(front.stripe.accounts.retrieve(own.id)).rejects.toMatchObject({ statusCode: 403, code: 'account_invalid' })
  })

  it('connected ones are paid directly, in their own books and events', async () => {
    const { accounts } = front.sandbox.world
    const shop = accounts.createAccount({ name: 'Shop', country: 'DE', default_currency: 'eur', kind: 'connected' })
    const there = front.client(front.secret, shop.id)
    const session = await there.checkout.sessions.create(sessionParams({ payment_intent_data: { application_fee_amount: 100 } }))
    const answer = await front.browser(`/v1/payment_pages/${session.id}/confirm`, {
      client_secret: session.client_secret ?? '',
      _stripe_account: shop.id,
      'payment_method_data[type]': 'card',
      'payment_method_data[card][number]': '4242424242424242',
      'payment_method_data[card][exp_month]': '12',
      'payment_method_data[card][exp_year]': '2040',
    })
    expect(answer.body.session.payment_status).toBe('paid')
    await front.sandbox.world.clock.advance({ by_seconds: 3 })
    expect((await there.balanceTransactions.list()).data).toMatchObject([
      { amount: 2000, fee: 188, fee_details: [{ type: 'stripe_fee' }, { type: 'application_fee', amount: 100 }] },
    ])
    expect((await front.stripe.balanceTransactions.list()).data).toEqual([])
    expect(await eventsOf(front.stripe)).toEqual([])
    expect(await eventsOf(there)).toHaveLength(5)
  })
})
