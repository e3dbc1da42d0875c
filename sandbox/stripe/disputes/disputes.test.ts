import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventsOf, expectSequence, pay, startFront, type ExpectedEvent, type Front } from '../../testing/shop-front'

let front: Front
beforeEach(async () => {
  front = await startFront()
})
afterEach(() => front.close())

/** Pays with a disputing card and answers its dispute. */
async function disputed(number: string) {
  await pay(front, number)
  await front.sandbox.world.clock.advance({ by_seconds: 1 })
  const [dispute] = (await front.stripe.disputes.list()).data
  if (dispute === undefined) throw new Error('no dispute')
  return dispute
}

async function disputeEvents() {
  return (await eventsOf(front.stripe)).filter((event) => event.type.startsWith('charge.dispute.'))
}

const opened: ExpectedEvent[] = [
  { type: 'charge.dispute.created', by: 'stripe', object: { status: 'needs_response', amount: 2000, is_charge_refundable: false } },
  { type: 'charge.dispute.funds_withdrawn', by: 'stripe', object: { 'balance_transactions.0.amount': -2000 } },
]

describe('disputes', () => {
  // docs.stripe.com/disputes/how-disputes-work, docs.stripe.com/testing#disputes, stripe/esm/resources/Disputes.d.ts;
  // reporting categories: docs.stripe.com/reports/reporting-categories
  it('withdraw amount and fee right after the payment (card ...0259), and bring the amount back when won', async () => {
    const dispute = await disputed('4000000000000259')
    expect(dispute).toMatchObject({
      reason: 'fraudulent',
      status: 'needs_response',
      is_charge_refundable: false,
      evidence_details: { has_evidence: false, submission_count: 0, past_due: false },
      payment_method_details: { type: 'card', card: { case_type: 'chargeback' } },
      balance_transactions: [{ type: 'adjustment', reporting_category: 'dispute', amount: -2000, fee: 1500, net: -3500 }],
    })
    expect((await front.stripe.charges.retrieve(String(dispute.charge))).disputed).toBe(true)
    await expect(front.stripe.refunds.create({ charge: String(dispute.charge) })).rejects.toMatchObject({ code: 'charge_disputed' })
    const submitted = await front.stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'winning_evidence' } })
    expect(submitted).toMatchObject({ status: 'under_review', evidence_details: { has_evidence: true, submission_count: 1 } })
    await front.sandbox.world.clock.advance({ by_seconds: 1 })
    expectSequence(await disputeEvents(), [
      ...opened,
      {
        type: 'charge.dispute.updated',
        by: 'api',
        object: { status: 'under_review' },
        previous: expect.objectContaining({ status: 'needs_response' }) as Record<string, unknown>,
      },
      {
        type: 'charge.dispute.funds_reinstated',
        by: 'stripe',
        object: { status: 'won', 'balance_transactions.1.amount': 2000, 'balance_transactions.1.reporting_category': 'dispute_reversal' },
      },
      { type: 'charge.dispute.closed', by: 'stripe', object: { status: 'won' } },
    ])
    expect((await front.stripe.balanceTransactions.list({ source: dispute.id })).data.map((row) => row.net)).toEqual([2000, -3500])
  })

  it('are lost by losing evidence, by accepting, and by silence', async () => {
    const first = await disputed('4000000000002685')
    expect(first.reason).toBe('product_not_received')
    await front.stripe.disputes.update(first.id, { evidence: { uncategorized_text: 'losing_evidence' }, submit: true })
    const second = await disputed('4000000000000259')
    expect((await front.stripe.disputes.close(second.id)).status).toBe('lost')
    const third = await disputed('4000000000000259')
    await front.sandbox.world.clock.advance({ by_seconds: 10 * 86_400 })
    for (const { id } of [first, second, third]) expect((await front.stripe.disputes.retrieve(id)).status).toBe('lost')
    expect((await disputeEvents()).filter((event) => event.type === 'charge.dispute.closed')).toHaveLength(3)
    await expect(front.stripe.disputes.close(third.id)).rejects.toMatchObject({ statusCode: 400 })
    expect((await front.stripe.disputes.list({ charge: String(first.charge) })).data.map((row) => row.id)).toEqual([first.id])
  })

  it('as an inquiry (card ...1976) move no money, until escalated', async () => {
    const quiet = await disputed('4000000000001976')
    expect(quiet).toMatchObject({ status: 'warning_needs_response', balance_transactions: [], is_charge_refundable: true })
    await front.stripe.disputes.update(quiet.id, { evidence: { uncategorized_text: 'winning_evidence' } })
    await front.sandbox.world.clock.advance({ by_seconds: 1 })
    expectSequence(await disputeEvents(), [
      { type: 'charge.dispute.created', by: 'stripe', object: { status: 'warning_needs_response' } },
      {
        type: 'charge.dispute.updated',
        by: 'api',
        object: { status: 'warning_under_review' },
        previous: expect.objectContaining({ status: 'warning_needs_response' }) as Record<string, unknown>,
      },
      { type: 'charge.dispute.closed', by: 'stripe', object: { status: 'warning_closed' } },
    ])
    const other = await disputed('4000000000001976')
    const escalated = await front.stripe.disputes.update(other.id, { evidence: { uncategorized_text: 'escalate_inquiry_evidence' } })
    expect(escalated).toMatchObject({ status: 'needs_response', balance_transactions: [{ amount: -2000 }] })
    expect((await disputeEvents()).at(-1)?.type).toBe('charge.dispute.funds_withdrawn')
  })

  it('evidence can be kept back', async () => {
    const dispute = await disputed('4000000000000259')
    const draft = await front.stripe.disputes.update(dispute.id, { evidence: { customer_name: 'Ada' }, submit: false, metadata: { a: '1' } })
    expect(draft).toMatchObject({
      status: 'needs_response',
      evidence: { customer_name: 'Ada' },
      metadata: { a: '1' },
      evidence_details: { has_evidence: true, submission_count: 0 },
    })
  })

  it('an early fraud warning (card ...5423) is only an event', async () => {
    await pay(front, '4000000000005423')
    await front.sandbox.world.clock.advance({ by_seconds: 1 })
    expect((await eventsOf(front.stripe)).at(-1)).toMatchObject({
      type: 'radar.early_fraud_warning.created',
      data: { object: { actionable: true, charge: expect.stringMatching(/^ch_/) } },
    })
    expect((await front.stripe.disputes.list()).data).toEqual([])
  })
})
