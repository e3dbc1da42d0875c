import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventsOf, expectSequence, pay, startFront, type Front } from '../../testing/shop-front'

let front: Front
beforeEach(async () => {
  front = await startFront({ asyncCaptureSeconds: 0 })
})
afterEach(() => front.close())

/** Pays, waits for the fee, and answers the payment's ids. */
async function paid(number?: string): Promise<{ intent: string; charge: string }> {
  const session = await pay(front, number)
  const intent = String(session.payment_intent)
  await front.sandbox.world.clock.advance({ by_seconds: 1 })
  return { intent, charge: String((await front.stripe.paymentIntents.retrieve(intent)).latest_charge) }
}

/** What happened since the payment. */
async function since(type: string) {
  const events = await eventsOf(front.stripe)
  return events.slice(events.findIndex((event) => event.type === type))
}

describe('refunds', () => {
  // docs.stripe.com/refunds, docs.stripe.com/api/refunds, stripe/esm/resources/Events.d.ts (charge.refunded: incl. partial)
  it('in parts: refund.created and charge.refunded each time, money out at once, the fee stays', async () => {
    const { intent, charge } = await paid()
    const first = await front.stripe.refunds.create({ payment_intent: intent, amount: 500, reason: 'requested_by_customer', metadata: { a: '1' } })
    expect(first).toMatchObject({
      id: expect.stringMatching(/^re_/),
      status: 'succeeded',
      charge,
      payment_intent: intent,
      reason: 'requested_by_customer',
      metadata: { a: '1' },
    })
    const second = await front.stripe.refunds.create({ charge })
    expect(second.amount).toBe(1500)
    expectSequence(await since('refund.created'), [
      { type: 'refund.created', by: 'api', object: { id: first.id, amount: 500, status: 'succeeded', balance_transaction: expect.stringMatching(/^txn_/) } },
      {
        type: 'charge.refunded',
        by: 'api',
        object: { id: charge, amount_refunded: 500, refunded: false, refunds: undefined },
        previous: { amount_refunded: 0 },
      },
      { type: 'refund.created', by: 'api', object: { id: second.id, amount: 1500 } },
      {
        type: 'charge.refunded',
        by: 'api',
        object: { id: charge, amount_refunded: 2000, refunded: true },
        previous: { amount_refunded: 500, refunded: false },
      },
    ])
    const rows = (await front.stripe.balanceTransactions.list()).data
    expect(rows.map(({ type, amount, fee, net }) => ({ type, amount, fee, net }))).toEqual([
      { type: 'refund', amount: -1500, fee: 0, net: -1500 },
      { type: 'refund', amount: -500, fee: 0, net: -500 },
      { type: 'charge', amount: 2000, fee: 88, net: 1912 },
    ])
    expect((await front.stripe.refunds.list({ charge })).data.map((refund) => refund.id)).toEqual([second.id, first.id])
    const expanded = await front.stripe.charges.retrieve(charge, { expand: ['refunds.data.balance_transaction'] })
    expect(expanded.refunds?.data[0]?.balance_transaction).toMatchObject({ amount: -1500 })
  })

  it('never more than was paid', async () => {
    const { intent, charge } = await paid()
    await expect(front.stripe.refunds.create({ charge, amount: 2001 })).rejects.toMatchObject({
      type: 'StripeInvalidRequestError',
      message: 'Refund amount ($20.01) is greater than unrefunded amount on charge ($20.00)',
      param: 'amount',
    })
    await front.stripe.refunds.create({ charge })
    await expect(front.stripe.refunds.create({ payment_intent: intent })).rejects.toMatchObject({ code: 'charge_already_refunded', statusCode: 400 })
    await expect(front.stripe.refunds.create({ charge: 'ch_none' })).rejects.toMatchObject({ code: 'resource_missing', param: 'charge' })
  })

  it('pending first (card ...7726): refund.updated when it arrives', async () => {
    const { charge } = await paid('4000000000007726')
    const refund = await front.stripe.refunds.create({ charge })
    expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' })
    await front.sandbox.world.clock.advance({ by_seconds: 3 * 86_400 })
    expectSequence(await since('refund.created'), [
      { type: 'refund.created', by: 'api', object: { status: 'pending' } },
      { type: 'charge.refunded', by: 'api', object: { amount_refunded: 2000, refunded: true }, previous: { amount_refunded: 0, refunded: false } },
      {
        type: 'refund.updated',
        by: 'stripe',
        object: { id: refund.id, status: 'succeeded', pending_reason: undefined },
        previous: { status: 'pending', pending_reason: 'processing' },
      },
    ])
  })

  it('failing after it had succeeded (card ...5126): the money comes back and can be refunded again', async () => {
    const { charge } = await paid('4000000000005126')
    const refund = await front.stripe.refunds.create({ charge, amount: 700 })
    expect(refund.status).toBe('succeeded')
    await front.sandbox.world.clock.advance({ by_seconds: 3 * 86_400 })
    expectSequence(await since('refund.created'), [
      { type: 'refund.created', by: 'api', object: { status: 'succeeded' } },
      { type: 'charge.refunded', by: 'api', object: { amount_refunded: 700 }, previous: { amount_refunded: 0 } },
      {
        type: 'refund.updated',
        by: 'stripe',
        object: { id: refund.id, status: 'failed', failure_reason: 'expired_or_canceled_card', failure_balance_transaction: expect.stringMatching(/^txn_/) },
        previous: { status: 'succeeded' },
      },
      { type: 'refund.failed', by: 'stripe', object: { id: refund.id, status: 'failed' } },
    ])
    expect((await front.stripe.balanceTransactions.list({ source: refund.id })).data).toMatchObject([
      { type: 'refund_failure', reporting_category: 'refund_failure', amount: 700 },
      { type: 'refund', reporting_category: 'refund', amount: -700 },
    ])
    expect(await front.stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 0, refunded: false })
    expect((await front.stripe.refunds.create({ charge })).amount).toBe(2000)
  })

  it('metadata can be changed: refund.updated names what it was', async () => {
    const { charge } = await paid()
    const refund = await front.stripe.refunds.create({ charge, metadata: { a: '1' } })
    await front.stripe.refunds.update(refund.id, { metadata: { a: '2' } })
    expectSequence((await eventsOf(front.stripe)).slice(-1), [
      { type: 'refund.updated', by: 'api', object: { metadata: { a: '2' } }, previous: { metadata: { a: '1' } } },
    ])
  })

  it('of another account or mode cannot be seen', async () => {
    const { charge } = await paid()
    const refund = await front.stripe.refunds.create({ charge })
    const live = front.client(front.sandbox.world.accounts.platform().keys.live.secret)
    await expect(live.refunds.retrieve(refund.id)).rejects.toMatchObject({ code: 'resource_missing' })
    await expect(live.refunds.create({ charge })).rejects.toMatchObject({ code: 'resource_missing' })
    expect((await live.refunds.list({ charge })).data).toEqual([])
  })
})
