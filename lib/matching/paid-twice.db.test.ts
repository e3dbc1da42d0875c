import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { cardPayment, openHouse, type House } from '@/lib/inbox/inbox-house.test-support'
import { newId, publicId } from '@/lib/kernel/id'

let house: House
/** The events of the order's payment, and of another that a second checkout of it took. */
let first: object[]
let second: object[]

beforeAll(async () => void (house = await openHouse()))
afterAll(() => house.close())
beforeEach(async () => {
  await house.owner.query('TRUNCATE inbox_event, object_read, payment_transition, charge, refund, reconciliation, match, effect, exception, payment CASCADE')
  await house.owner.query(`DELETE FROM checkout_attempt WHERE id <> $1`, [house.attempt])
  await house.owner.query(
    `UPDATE checkout_attempt SET state = 'paid', payment_intent_id = 'pi_house', session_status = 'complete', session_payment_status = 'paid'`,
  )
  await house.owner.query(`UPDATE "order" SET read_at = to_timestamp(5000), payment_state = 'unpaid', matched_amount = 0`)
  const attempt = newId()
  await house.owner.query(
    `INSERT INTO checkout_attempt (tenant_id, id, mode, store_id, order_id, connection_id, state, amount, currency, order_revision, session_id, session_status, pay_token_hash, created_by, created_at, opened_at)
     SELECT tenant_id, $1, mode, store_id, order_id, connection_id, 'open', amount, currency, order_revision, 'cs_again', 'open', '\\x01', created_by, created_at, opened_at FROM checkout_attempt`,
    [attempt],
  )
  const renamed = [[house.session, 'cs_again'] as const, ['_house', '_again'] as const, [house.labels.mb_attempt, publicId('attempt', attempt)] as const]
  first = cardPayment(house).events
  second = JSON.parse(renamed.reduce((text, [from, to]) => text.replaceAll(from, to), JSON.stringify(cardPayment(house).events))) as object[]
})

const hear = async (...events: object[]) => {
  for (const event of events) await house.deliver(event)
  await house.drain()
}
const refund = (of: 'house' | 'again', created: number, status: string, amount = 5000) =>
  house.eventOf(status === 'failed' ? 'refund.failed' : 'refund.created', created, {
    ...{ id: `re_${of}`, object: 'refund', charge: `ch_${of}`, payment_intent: `pi_${of}`, amount, currency: 'usd', status, created: 200, metadata: {} },
    ...{ reason: null, balance_transaction: `txn_re_${of}` },
  })
/** What the order is worth, and the payments that are said to have paid it twice. */
const said = async () => [
  (await house.rows<{ payment_state: string }>('SELECT payment_state FROM "order"'))[0]?.payment_state,
  ...(
    await house.rows<{ stripe_id: string }>(
      `SELECT p.stripe_id FROM exception x JOIN payment p ON p.tenant_id = x.tenant_id AND p.id = x.payment_id WHERE x.type = 'order_paid_twice' AND x.state = 'open' ORDER BY 1`,
    )
  ).map((row) => row.stripe_id),
]

it('an order that was paid twice says so at both payments, until one of them was given back', async () => {
  await hear(...first)
  expect(await said()).toEqual(['paid'])
  await hear(...second)
  expect(await said()).toEqual(['overpaid', 'pi_again', 'pi_house'])
  await hear(refund('again', 200, 'succeeded'))
  expect(await said()).toEqual(['paid'])
  await hear(refund('again', 201, 'failed'))
  expect(await said(), 'the refund failed').toEqual(['overpaid', 'pi_again', 'pi_house'])
  await hear(refund('house', 202, 'succeeded'))
  expect(await said()).toEqual(['paid'])
})

it('what is given back of one in part, and what comes to be held back of it, is told at the other at once', async () => {
  const kept = () =>
    house.rows(
      `SELECT p.stripe_id, x.amount_at_risk::text AS here, x.detail->>'kept_elsewhere' AS elsewhere FROM exception x JOIN payment p ON p.tenant_id = x.tenant_id AND p.id = x.payment_id
        WHERE x.type = 'order_paid_twice' AND x.state = 'open' ORDER BY 1`,
    )
  await hear(...first, ...second)
  await hear(refund('again', 200, 'succeeded', 1000))
  expect(await kept()).toEqual([
    { stripe_id: 'pi_again', here: '4000', elsewhere: '5000' },
    { stripe_id: 'pi_house', here: '5000', elsewhere: '4000' },
  ])
  const dispute = (status: string) => ({
    ...{ id: 'du_1', object: 'dispute', charge: 'ch_house', payment_intent: 'pi_house', amount: 5000, currency: 'usd', created: 300, reason: 'fraudulent' },
    ...{ status, balance_transactions: [], evidence_details: { due_by: 900, has_evidence: false, past_due: false, submission_count: 0 } },
  })
  await house.answer(dispute('needs_response'))
  expect(await kept(), 'refunding the other as well would be a loss').toEqual([])
  await house.answer(dispute('won'))
  expect(await kept()).toHaveLength(2)
})

it('two payments heard of in one batch know of each other', async () => {
  await hear(...first, ...second)
  expect(await said()).toEqual(['overpaid', 'pi_again', 'pi_house'])
})

it('an order whose payment was given back may be paid again', async () => {
  await hear(...first, refund('house', 200, 'succeeded'))
  expect(await said()).toEqual(['refunded'])
  await hear(...second)
  expect(await said()).toEqual(['paid'])
  await hear(refund('again', 202, 'succeeded', 2000))
  expect(await said()).toEqual(['partly_refunded'])
})
