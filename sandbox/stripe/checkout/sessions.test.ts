import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { card, confirm, eventsOf, expectSequence, pay, sessionParams, startFront, type Front } from '../../testing/shop-front'

let front: Front
beforeAll(async () => {
  front = await startFront()
})
afterAll(() => front.close())

describe('a session paid by card', () => {
  // docs.stripe.com/payments/checkout/fulfill-orders, docs.stripe.com/payments/payment-intents/asynchronous-capture,
  // stripe/esm/resources/Checkout/Sessions.d.ts (payment_intent is null until confirmed)
  it('goes through the documented events', async () => {
    const session = await front.stripe.checkout.sessions.create(
      sessionParams({ client_reference_id: 'att_1', metadata: { a: '1' }, payment_intent_data: { metadata: { b: '2' }, description: 'Order 7' } }),
    )
    expect(session).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: null,
      amount_total: 2000,
      currency: 'usd',
      ui_mode: 'elements',
      url: null,
    })
    const { status, body } = await confirm(front, session, card('4242424242424242'))
    expect(status).toBe(200)
    expect(body.session).toMatchObject({ status: 'complete', payment_status: 'paid' })
    expect(body.payment_intent.status).toBe('succeeded')
    const intent = body.payment_intent.id
    await front.sandbox.world.clock.advance({ by_seconds: 3600 })
    expectSequence(await eventsOf(front.stripe), [
      {
        type: 'payment_intent.created',
        by: 'browser',
        object: { id: intent, status: 'requires_payment_method', amount: 2000, metadata: { b: '2' }, description: 'Order 7', latest_charge: null },
      },
      {
        type: 'charge.succeeded',
        by: 'browser',
        object: {
          payment_intent: intent,
          balance_transaction: null,
          captured: true,
          paid: true,
          amount_captured: 2000,
          metadata: { b: '2' },
          description: 'Order 7',
        },
      },
      { type: 'payment_intent.succeeded', by: 'browser', object: { id: intent, status: 'succeeded', amount_received: 2000 } },
      {
        type: 'checkout.session.completed',
        by: 'stripe',
        object: { id: session.id, payment_intent: intent, payment_status: 'paid', status: 'complete', client_reference_id: 'att_1', metadata: { a: '1' } },
      },
      {
        type: 'charge.updated',
        by: 'stripe',
        object: { payment_intent: intent, balance_transaction: expect.stringMatching(/^txn_/) },
        previous: { balance_transaction: null },
      },
    ])
  })

  it('cannot be confirmed a second time, and two confirmations at once charge once', async () => {
    const session = await front.stripe.checkout.sessions.create(sessionParams())
    const answers = await Promise.all([1, 2, 3].map(() => confirm(front, session, card('4242424242424242'))))
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 400, 400])
    const paid = await front.stripe.checkout.sessions.retrieve(session.id)
    const charges = await front.stripe.charges.list({ payment_intent: String(paid.payment_intent) })
    expect(charges.data).toHaveLength(1)
  })

  it('is found by its payment intent, by status and by creation time', async () => {
    const session = await pay(front)
    const byIntent = await front.stripe.checkout.sessions.list({ payment_intent: String(session.payment_intent) })
    expect(byIntent.data.map((found) => found.id)).toEqual([session.id])
  })
})
