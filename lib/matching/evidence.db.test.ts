import { afterAll, beforeAll, expect, it } from 'vitest'
import { workerPool } from '@/lib/db/pools'
import { cardPayment, openHouse, type House } from '@/lib/inbox/inbox-house.test-support'
import { reconcileOrdersReadAgain } from './reconcile-orders'
import { reconcilePayments } from './reconcile-payments'

let house: House
let payment: string

type Hops = { word: string; order_hop: string; store_hop: string; balance_hop: string; order_evidence: { reason?: string; read_after?: string } }

beforeAll(async () => {
  house = await openHouse()
  const paid = cardPayment(house)
  for (const event of paid.events) await house.deliver(event)
  await house.drain()
  await house.book([paid.transaction])
  await house.drain()
  payment = (await house.rows<{ id: string }>('SELECT id FROM payment'))[0]?.id ?? ''
})
afterAll(() => house.close())

async function explained(): Promise<Hops> {
  await reconcilePayments(workerPool(), house.tenant, [payment])
  const [row] = await house.rows<Hops>('SELECT word, order_hop, store_hop, balance_hop, order_evidence FROM reconciliation')
  if (!row) throw new Error('no reconciliation record')
  return row
}

/** What the store says after it was told: the read-back stores this. */
async function storeSaysPaid(): Promise<void> {
  await house.owner.query(`UPDATE "order" SET read_at = to_timestamp(105), paid_at = to_timestamp(104), status = 'processing' WHERE id = $1`, [house.order])
  await house.owner.query(
    `INSERT INTO order_payment_claim (tenant_id, order_id, reference, gateway, revision, read_at) VALUES ($1, $2, 'pi_house', 'matchbook', 1, to_timestamp(105))`,
    [house.tenant, house.order],
  )
}

it('before the store was asked again, the order is inferred and the store is asked to mark it paid, once', async () => {
  expect(await explained()).toMatchObject({
    word: 'unmatched',
    order_hop: 'inferred',
    balance_hop: 'proven',
    order_evidence: { reason: 'order_not_read_since' },
  })
  await explained()
  expect(await house.rows('SELECT key, state FROM effect')).toEqual([{ key: `order.mark_paid:${house.labels.mb_order}:pi_house`, state: 'queued' }])
})

it('a reading dated a little after the payment proves nothing: the clock that dated it may be ahead', async () => {
  await house.owner.query(`UPDATE "order" SET read_at = to_timestamp(105)`)
  expect(await explained()).toMatchObject({ order_hop: 'inferred', order_evidence: { reason: 'order_not_read_since' } })
})

it('what the store answered because of the payment proves, though our clock was behind', async () => {
  await house.owner.query(`UPDATE "order" SET read_at = to_timestamp(5)`)
  await house.owner.query(`UPDATE effect SET receipt = '{"reason": "write_back_off", "read_at": "1970-01-01T00:00:05Z"}'`)
  expect(await explained()).toMatchObject({ order_hop: 'proven', order_evidence: { read_after: 'asked_because_of_it' } })
  await house.owner.query(`DELETE FROM match`)
  await house.owner.query(`UPDATE effect SET receipt = '{"reason": "write_back_off"}'`)
  expect(await explained()).toMatchObject({ order_hop: 'inferred', order_evidence: { reason: 'order_not_read_since' } })
})

it('a store that names the payment has seen it, though our clock was behind', async () => {
  await storeSaysPaid()
  await house.owner.query(`UPDATE "order" SET read_at = to_timestamp(5)`)
  expect(await explained()).toMatchObject({ order_hop: 'proven', order_evidence: { read_after: 'names_the_payment' } })
  await house.owner.query(`DELETE FROM match`)
  await house.owner.query(`DELETE FROM order_payment_claim`)
  await house.owner.query(`UPDATE "order" SET paid_at = NULL, status = 'pending'`)
  expect(await explained()).toMatchObject({ order_hop: 'inferred', order_evidence: { reason: 'order_not_read_since' } })
})

it('a reading that says the same, but after the payment, explains what waited for just that', async () => {
  const [order] = await house.rows<{ store_id: string; external_id: string }>('SELECT store_id, external_id FROM "order"')
  const store = { tenant_id: house.tenant, store_id: order?.store_id ?? '' }
  const word = async () => (await house.rows('SELECT order_hop FROM reconciliation'))[0]
  await house.owner.query(`UPDATE "order" SET read_at = to_timestamp(1100)`)
  await reconcileOrdersReadAgain(workerPool(), store, ['another order'])
  expect(await word()).toEqual({ order_hop: 'inferred' })
  await reconcileOrdersReadAgain(workerPool(), store, [order?.external_id ?? ''])
  expect(await word()).toEqual({ order_hop: 'proven' })
})

it('is settled when the store names this payment and the ledger adds up', async () => {
  await storeSaysPaid()
  expect(await explained()).toMatchObject({ word: 'settled', order_hop: 'proven', store_hop: 'proven', balance_hop: 'proven' })
  expect(await house.rows('SELECT amount, rule, order_revision, state FROM match')).toEqual([
    { amount: 5000n, rule: 'attempt', order_revision: 1, state: 'active' },
  ])
  expect(await house.rows(`SELECT fee_state, fee, net, attribution, origin FROM payment`)).toEqual([
    { fee_state: 'known', fee: 175n, net: 4825n, attribution: 'proven', origin: 'checkout' },
  ])
  expect(await house.rows(`SELECT payment_state, matched_amount FROM "order"`)).toEqual([{ payment_state: 'paid', matched_amount: 5000n }])
})

it('explaining again writes nothing', async () => {
  const before = await house.rows('SELECT xmin::text, * FROM reconciliation')
  await explained()
  expect(await house.rows('SELECT xmin::text, * FROM reconciliation')).toEqual(before)
})

/** Each piece of evidence: taken away, its hop is no longer proven; put back, it is. */
const evidence: [name: string, hop: 'order_hop' | 'store_hop' | 'balance_hop', becomes: string, remove: string, restore: string][] = [
  [
    'the session that names the PaymentIntent',
    'order_hop',
    'inferred',
    `UPDATE checkout_attempt SET payment_intent_id = NULL`,
    `UPDATE checkout_attempt SET payment_intent_id = 'pi_house'`,
  ],
  [
    'the order revision that the match was made on',
    'order_hop',
    'inferred',
    `UPDATE order_revision SET revision = 9`,
    `UPDATE order_revision SET revision = 1`,
  ],
  ['the captured charge', 'order_hop', 'inferred', `UPDATE charge SET captured = false`, `UPDATE charge SET captured = true`],
  ['the amount of the match', 'order_hop', 'inferred', `UPDATE match SET amount = 4999`, `UPDATE match SET amount = 5000`],
  [
    'the claim of the store',
    'store_hop',
    'missing',
    `UPDATE order_payment_claim SET reference = 'pi_other'`,
    `UPDATE order_payment_claim SET reference = 'pi_house'`,
  ],
  [
    'a newer revision that no longer claims it',
    'store_hop',
    'missing',
    `UPDATE order_payment_claim SET revision = 0`,
    `UPDATE order_payment_claim SET revision = 1`,
  ],
  ['the paid date of the store', 'store_hop', 'missing', `UPDATE "order" SET paid_at = NULL`, `UPDATE "order" SET paid_at = to_timestamp(104)`],
  ['the total that the store says', 'store_hop', 'inferred', `UPDATE "order" SET total = 4999`, `UPDATE "order" SET total = 5000`],
  [
    'the balance transaction',
    'balance_hop',
    'missing',
    `UPDATE balance_transaction SET stripe_id = 'txn_gone', source_id = 'ch_gone'`,
    `UPDATE balance_transaction SET stripe_id = 'txn_house', source_id = 'ch_house'`,
  ],
  [
    'the amount of the balance transaction',
    'balance_hop',
    'inferred',
    `UPDATE balance_transaction SET amount = 4000, net = 3825`,
    `UPDATE balance_transaction SET amount = 5000, net = 4825`,
  ],
]

it.each(evidence)('without %s, %s is %s', async (_, hop, becomes, remove, restore) => {
  expect((await explained())[hop]).toBe('proven')
  await house.owner.query(remove)
  const without = await explained()
  await house.owner.query(restore)
  expect(without[hop]).toBe(becomes)
  expect(without.word).not.toBe('settled')
  expect(await explained()).toMatchObject({ word: 'settled', [hop]: 'proven' })
})
