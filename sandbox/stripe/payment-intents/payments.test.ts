import type Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  card,
  confirm,
  eventsOf,
  expectSequence,
  sepaDebit,
  sessionParams,
  startFront,
  usBankAccount,
  type ExpectedEvent,
  type Front,
} from '../../testing/shop-front'

let front: Front
beforeEach(async () => {
  front = await startFront()
})
afterEach(() => front.close())

const DAY = 86_400
const created: ExpectedEvent = { type: 'payment_intent.created', by: 'browser', object: { status: 'requires_payment_method', latest_charge: null } }

/** Creates a session and tries it with a method. */
async function attempt(method: Record<string, string>, change: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
  const session = await front.stripe.checkout.sessions.create(sessionParams(change))
  return { session, ...(await confirm(front, session, method)) }
}

function threeDSecure(session: Stripe.Checkout.Session, intent: string, outcome: 'succeed' | 'fail') {
  return front.browser(`/v1/payment_pages/${session.id}/three_d_secure`, { client_secret: session.client_secret ?? '', payment_intent: intent, outcome })
}

describe('a declined card', () => {
  // docs.stripe.com/testing#declined-payments, docs.stripe.com/declines/codes, PaymentIntents.d.ts LastPaymentError
  it.each([
    ['4000000000000002', 'card_declined', 'generic_decline'],
    ['4000000000009995', 'card_declined', 'insufficient_funds'],
    ['4000000000009987', 'card_declined', 'lost_card'],
    ['4000000000009979', 'card_declined', 'stolen_card'],
    ['4000000000000069', 'expired_card', 'expired_card'],
    ['4000000000000127', 'incorrect_cvc', 'incorrect_cvc'],
    ['4000000000000119', 'processing_error', 'processing_error'],
    ['4000000000006975', 'card_declined', 'card_velocity_exceeded'],
    ['4000000000000341', 'card_declined', 'generic_decline'],
    ['4100000000000019', 'card_declined', 'fraudulent'],
    ['4000000000004954', 'card_declined', 'fraudulent'],
    // A number that is no test card.
    ['4111111111111111', 'card_declined', 'test_mode_live_card'],
  ])('%s: %s / %s, and another card then pays', async (number, code, decline_code) => {
    const { session, status, body } = await attempt(card(number))
    expect(status).toBe(402)
    expect(body.error).toMatchObject({
      type: 'card_error',
      code,
      decline_code,
      payment_intent: { status: 'requires_payment_method', last_payment_error: { code, decline_code } },
    })
    expect((await front.stripe.checkout.sessions.retrieve(session.id)).status).toBe('open')
    const second = await confirm(front, session, card('4242424242424242'))
    expect(second.body.session.payment_status).toBe('paid')
    const intent = body.error.payment_intent?.id
    expect(second.body.payment_intent.id).toBe(intent)
    expectSequence(await eventsOf(front.stripe), [
      created,
      {
        type: 'charge.failed',
        by: 'browser',
        object: { payment_intent: intent, status: 'failed', paid: false, captured: false, failure_code: code, balance_transaction: null, amount_captured: 0 },
      },
      {
        type: 'payment_intent.payment_failed',
        by: 'browser',
        object: {
          id: intent,
          status: 'requires_payment_method',
          payment_method: null,
          'last_payment_error.decline_code': decline_code,
          'last_payment_error.type': 'card_error',
        },
      },
      { type: 'charge.succeeded', by: 'browser', object: { payment_intent: intent } },
      { type: 'payment_intent.succeeded', by: 'browser', object: { id: intent, last_payment_error: null } },
      { type: 'checkout.session.completed', by: 'stripe', object: { payment_status: 'paid' } },
    ])
    expect((await front.stripe.charges.list({ payment_intent: intent })).data.map((charge) => charge.status)).toEqual(['succeeded', 'failed'])
  })

  it.each([
    ['4242424242424241', {}, 'incorrect_number'],
    ['4242424242424242', { 'payment_method_data[card][exp_year]': '19' }, 'invalid_expiry_year'],
    ['4242424242424242', { 'payment_method_data[card][exp_month]': '13' }, 'invalid_expiry_month'],
    ['4242424242424242', { 'payment_method_data[card][cvc]': '9' }, 'invalid_cvc'],
  ])('malformed details %s %o: %s, before anything is made', async (number, change, code) => {
    const { status, body } = await attempt(card(number, change))
    expect(status).toBe(402)
    expect(body.error).toMatchObject({ type: 'card_error', code })
    expect(await eventsOf(front.stripe)).toEqual([])
  })
})

describe('3-D Secure', () => {
  // docs.stripe.com/payments/3d-secure/authentication-flow, docs.stripe.com/testing#regulatory-cards
  const asked: ExpectedEvent = {
    type: 'payment_intent.requires_action',
    by: 'browser',
    object: { status: 'requires_action', 'next_action.type': 'use_stripe_sdk', latest_charge: null },
  }

  it.each(['4000002500003155', '4000002760003184', '4000003800000446', '4000000000003220'])('%s passed', async (number) => {
    const { session, status, body } = await attempt(card(number))
    expect(status).toBe(200)
    expect(body.session).toMatchObject({ status: 'open', payment_status: 'unpaid', payment_intent: body.payment_intent.id })
    expect(body.payment_intent.next_action).toMatchObject({ type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect' } })
    const after = await threeDSecure(session, body.payment_intent.id, 'succeed')
    expect(after.body.session).toMatchObject({ status: 'complete', payment_status: 'paid' })
    expectSequence(await eventsOf(front.stripe), [
      created,
      asked,
      { type: 'charge.succeeded', by: 'browser', object: { 'payment_method_details.card.three_d_secure.result': 'authenticated' } },
      { type: 'payment_intent.succeeded', by: 'browser', object: { next_action: null } },
      { type: 'checkout.session.completed', by: 'stripe', object: { payment_status: 'paid' } },
    ])
    expect((await threeDSecure(session, body.payment_intent.id, 'succeed')).status).toBe(400)
  })

  it.each([
    ['4000002500003155', 'fail'],
    // Authenticating with this card fails by itself.
    ['4000008400001280', 'succeed'],
  ] as const)('%s answered with %s fails without a charge, and the session stays open', async (number, outcome) => {
    const { session, body } = await attempt(card(number))
    const after = await threeDSecure(session, body.payment_intent.id, outcome)
    expect(after.status).toBe(200)
    expect(after.body.payment_intent).toMatchObject({
      status: 'requires_payment_method',
      next_action: null,
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    })
    expectSequence(await eventsOf(front.stripe), [
      created,
      asked,
      {
        type: 'payment_intent.payment_failed',
        by: 'browser',
        object: { 'last_payment_error.code': 'payment_intent_authentication_failure', latest_charge: null },
      },
    ])
    expect((await confirm(front, session, card('4242424242424242'))).body.session.payment_status).toBe('paid')
  })

  it.each([
    ['4000008260003178', 'insufficient_funds'],
    ['4000008400001629', 'generic_decline'],
  ])('%s is passed and then declined: %s', async (number, decline_code) => {
    const { session, body } = await attempt(card(number))
    const after = await threeDSecure(session, body.payment_intent.id, 'succeed')
    expect(after).toMatchObject({ status: 402, body: { error: { decline_code, payment_intent: { status: 'requires_payment_method' } } } })
    expectSequence(await eventsOf(front.stripe), [
      created,
      asked,
      { type: 'charge.failed', by: 'browser' },
      { type: 'payment_intent.payment_failed', by: 'browser' },
    ])
  })

  it.each(['4000000000003055', '4000000000003097'])('%s does not need it', async (number) => {
    expect((await attempt(card(number))).body.payment_intent.status).toBe('succeeded')
  })
})

describe('a bank debit', () => {
  // docs.stripe.com/payments/ach-direct-debit, docs.stripe.com/payments/checkout/fulfill-orders#delayed-notification
  const pending: ExpectedEvent[] = [
    created,
    { type: 'charge.pending', by: 'browser', object: { status: 'pending', paid: false, amount_captured: 0, balance_transaction: null } },
    { type: 'payment_intent.processing', by: 'browser', object: { status: 'processing', amount_received: 0 } },
    { type: 'checkout.session.completed', by: 'stripe', object: { status: 'complete', payment_status: 'unpaid' } },
  ]

  it('succeeds days later', async () => {
    const { session, body } = await attempt(usBankAccount('000123456789'))
    expect(body.session).toMatchObject({ status: 'complete', payment_status: 'unpaid' })
    const confirmedAt = front.sandbox.world.clock.now()
    await front.sandbox.world.clock.advance({ by_seconds: 10 * DAY })
    const events = await eventsOf(front.stripe)
    expectSequence(events, [
      ...pending,
      {
        type: 'charge.succeeded',
        by: 'stripe',
        object: { id: expect.stringMatching(/^py_/), status: 'succeeded', paid: true, amount_captured: 2000, balance_transaction: null },
      },
      { type: 'payment_intent.succeeded', by: 'stripe', object: { status: 'succeeded', amount_received: 2000 } },
      { type: 'checkout.session.async_payment_succeeded', by: 'stripe', object: { id: session.id, status: 'complete', payment_status: 'paid' } },
      { type: 'charge.updated', by: 'stripe', object: { balance_transaction: expect.stringMatching(/^txn_/) }, previous: { balance_transaction: null } },
    ])
    expect((events[4]?.created ?? 0) - confirmedAt).toBe(4 * DAY)
    const [row] = (await front.stripe.balanceTransactions.list()).data
    expect(row).toMatchObject({ type: 'payment', reporting_category: 'charge', amount: 2000, fee: 16, net: 1984 })
  })

  it.each([
    [usBankAccount('000111111113'), 'usd', 'account_closed'],
    [usBankAccount('000111111116'), 'usd', 'no_account'],
    [usBankAccount('000222222227'), 'usd', 'insufficient_funds'],
    [usBankAccount('000333333335'), 'usd', 'debit_not_authorized'],
    [usBankAccount('000444444440'), 'usd', 'invalid_currency'],
    [sepaDebit('AT861904300235473202'), 'eur', 'generic_decline'],
  ])('fails days later (%#)', async (method, currency, failure_code) => {
    const { session } = await attempt(method, { line_items: [{ price_data: { currency, unit_amount: 2000, product_data: { name: 'Book' } }, quantity: 1 }] })
    await front.sandbox.world.clock.advance({ by_seconds: 10 * DAY })
    const events = await eventsOf(front.stripe)
    expectSequence(events, [
      ...pending,
      { type: 'charge.failed', by: 'stripe', object: { status: 'failed', failure_code, paid: false, balance_transaction: null } },
      {
        type: 'payment_intent.payment_failed',
        by: 'stripe',
        object: { status: 'requires_payment_method', 'last_payment_error.code': 'payment_intent_payment_attempt_failed' },
      },
      // The same snapshot as completed-unpaid: only the type tells.
      { type: 'checkout.session.async_payment_failed', by: 'stripe', object: { id: session.id, status: 'complete', payment_status: 'unpaid' } },
    ])
    expect(events.at(-1)?.data.object).toEqual(events[3]?.data.object)
    expect((await front.stripe.balanceTransactions.list()).data).toEqual([])
  })

  it('may stay processing, or be disputed after its success', async () => {
    await attempt(usBankAccount('000000000009'))
    await attempt(usBankAccount('000555555559'))
    await front.sandbox.world.clock.advance({ by_seconds: 5 * DAY })
    expect((await front.stripe.paymentIntents.list()).data.map((intent) => intent.status)).toEqual(['succeeded', 'processing'])
    expect((await front.stripe.disputes.list()).data).toMatchObject([{ status: 'needs_response', reason: 'debit_not_authorized', amount: 2000 }])
  })

  it('is not offered where the currency does not fit, and refuses unknown accounts', async () => {
    expect((await attempt(sepaDebit('AT611904300234573201'))).body.error.message).toContain('not allowed for this PaymentIntent')
    expect((await attempt(usBankAccount('000999999999'))).body.error.code).toBe('account_number_invalid')
  })
})

describe('a session', () => {
  // docs.stripe.com/api/checkout/sessions/expire, Sessions.d.ts expires_at
  it('expires by itself at expires_at, and by request; a try that was made is cancelled with it', async () => {
    const declined = await attempt(card('4000000000000002'))
    const { clock } = front.sandbox.world
    const short = await front.stripe.checkout.sessions.create(sessionParams({ expires_at: clock.now() + 1800 }))
    await clock.advance({ by_seconds: 1801 })
    expect((await front.stripe.checkout.sessions.retrieve(short.id)).status).toBe('expired')
    const expired = await front.stripe.checkout.sessions.expire(declined.session.id)
    expect(expired.status).toBe('expired')
    expectSequence((await eventsOf(front.stripe)).slice(3), [
      { type: 'checkout.session.expired', by: 'stripe', object: { id: short.id, status: 'expired', payment_intent: null } },
      { type: 'payment_intent.canceled', by: 'api', object: { status: 'canceled' } },
      { type: 'checkout.session.expired', by: 'api', object: { id: declined.session.id } },
    ])
    await expect(front.stripe.checkout.sessions.expire(short.id)).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('status of expired'),
    })
    expect((await confirm(front, short, card('4242424242424242'))).status).toBe(400)
  })

  it('keeps its PaymentIntent to itself', async () => {
    const { body } = await attempt(card('4000000000000002'))
    const intent = body.error.payment_intent?.id ?? ''
    await expect(front.stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa' })).rejects.toMatchObject({
      code: 'payment_intent_unexpected_state',
    })
    await expect(front.stripe.paymentIntents.cancel(intent)).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' })
  })
})

describe('a payment made without Checkout', () => {
  // docs.stripe.com/api/payment_intents, docs.stripe.com/payments/paymentintents/lifecycle
  it('is created and confirmed in one request', async () => {
    const intent = await front.stripe.paymentIntents.create({
      amount: 500,
      currency: 'jpy',
      confirm: true,
      payment_method: 'pm_card_visa',
      metadata: { order: '9' },
      capture_method: 'automatic',
    })
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 500, metadata: { order: '9' } })
    expectSequence(await eventsOf(front.stripe), [
      { type: 'payment_intent.created', by: 'api' },
      { type: 'charge.succeeded', by: 'api', object: { balance_transaction: expect.stringMatching(/^txn_/), metadata: { order: '9' } } },
      { type: 'payment_intent.succeeded', by: 'api' },
    ])
    expect((await front.stripe.balanceTransactions.list()).data).toMatchObject([{ currency: 'jpy', amount: 500, fee: 18, net: 482 }])
  })

  it('throws the decline as StripeCardError and can be tried again', async () => {
    const intent = await front.stripe.paymentIntents.create({ amount: 500, currency: 'usd' })
    await expect(front.stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa_chargeDeclined' })).rejects.toMatchObject({
      type: 'StripeCardError',
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'generic_decline',
      payment_intent: { id: intent.id, status: 'requires_payment_method' },
    })
    expect((await front.stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })).status).toBe('succeeded')
    await expect(front.stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })).rejects.toMatchObject({
      code: 'payment_intent_unexpected_state',
    })
  })

  it('off session needs no customer present: authentication_required', async () => {
    const create = (payment_method: string) =>
      front.stripe.paymentIntents.create({ amount: 500, currency: 'usd', confirm: true, off_session: true, payment_method })
    await expect(create('pm_card_authenticationRequired')).rejects.toMatchObject({ code: 'authentication_required' })
    const waiting = await front.stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_authenticationRequired',
      return_url: 'https://a.example',
    })
    expect(waiting).toMatchObject({ status: 'requires_action', next_action: { type: 'redirect_to_url', redirect_to_url: { return_url: 'https://a.example' } } })
  })
})

describe('manual capture', () => {
  // docs.stripe.com/payments/place-a-hold-on-a-payment-method,
  // docs.stripe.com/changelog/basil/2025-03-31/remove-refund-from-partial-capture-and-payment-cancellation-flow
  const hold = () =>
    front.stripe.paymentIntents.create({ amount: 1000, currency: 'usd', confirm: true, payment_method: 'pm_card_visa', capture_method: 'manual' })
  const held: ExpectedEvent[] = [
    { type: 'payment_intent.created', by: 'api' },
    { type: 'charge.succeeded', by: 'api', object: { captured: false, amount_captured: 0, balance_transaction: null } },
    { type: 'payment_intent.amount_capturable_updated', by: 'api', object: { status: 'requires_capture', amount_capturable: 1000 } },
  ]

  it('in part makes one balance transaction of the captured amount and no refund', async () => {
    const intent = await hold()
    expect(intent).toMatchObject({ status: 'requires_capture', amount_capturable: 1000, amount_received: 0 })
    const captured = await front.stripe.paymentIntents.capture(intent.id, { amount_to_capture: 600 })
    expect(captured).toMatchObject({ status: 'succeeded', amount_received: 600, amount_capturable: 0, amount: 1000 })
    expectSequence(await eventsOf(front.stripe), [
      ...held,
      {
        type: 'charge.captured',
        by: 'api',
        object: { captured: true, amount: 1000, amount_captured: 600, amount_refunded: 0, refunded: false },
        previous: { captured: false, amount_captured: 0, balance_transaction: null },
      },
      { type: 'payment_intent.succeeded', by: 'api', object: { amount_received: 600 } },
    ])
    expect((await front.stripe.balanceTransactions.list()).data).toMatchObject([{ amount: 600, type: 'charge' }])
    expect((await front.stripe.refunds.list()).data).toEqual([])
    await expect(front.stripe.refunds.create({ payment_intent: intent.id, amount: 700 })).rejects.toMatchObject({ statusCode: 400 })
    expect((await front.stripe.refunds.create({ payment_intent: intent.id })).amount).toBe(600)
  })

  it('in part, asked for in an older version, books all and gives the rest back', async () => {
    const intent = await hold()
    await front.stripe.paymentIntents.capture(intent.id, { amount_to_capture: 600 }, { apiVersion: '2024-06-20' })
    expectSequence((await eventsOf(front.stripe)).slice(3), [
      { type: 'charge.captured', by: 'api', object: { amount_captured: 1000 }, previous: { captured: false, amount_captured: 0, balance_transaction: null } },
      { type: 'refund.created', by: 'api', object: { amount: 400, status: 'succeeded' } },
      { type: 'charge.refunded', by: 'api', object: { amount_refunded: 400, refunded: false }, previous: { amount_refunded: 0 } },
      { type: 'payment_intent.succeeded', by: 'api', object: { amount_received: 600 } },
    ])
    const rows = (await front.stripe.balanceTransactions.list()).data
    expect(rows).toMatchObject([
      { type: 'refund', reporting_category: 'partial_capture_reversal', amount: -400, fee: -12, net: -388 },
      { type: 'charge', amount: 1000, fee: 59, net: 941 },
    ])
  })

  it('can be cancelled, or runs out after seven days', async () => {
    const cancelled = await front.stripe.paymentIntents.cancel((await hold()).id, { cancellation_reason: 'requested_by_customer' })
    expect(cancelled).toMatchObject({ status: 'canceled', cancellation_reason: 'requested_by_customer', amount_capturable: 0 })
    await hold()
    await front.sandbox.world.clock.advance({ by_seconds: 8 * DAY })
    expectSequence(await eventsOf(front.stripe), [
      ...held,
      { type: 'payment_intent.canceled', by: 'api', object: { cancellation_reason: 'requested_by_customer' } },
      ...held,
      { type: 'charge.expired', by: 'stripe', object: { captured: false, refunded: false, amount_captured: 0 } },
      { type: 'payment_intent.canceled', by: 'stripe', object: { cancellation_reason: 'expired' } },
    ])
    expect((await front.stripe.balanceTransactions.list()).data).toEqual([])
  })
})
