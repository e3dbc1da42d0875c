import { afterAll, beforeAll, expect, it } from 'vitest'
import { inWorkerTransaction } from '@/lib/db/pools'
import { cardPayment, openHouse, type House } from '@/lib/inbox/inbox-house.test-support'
import { reconcilePayments } from './reconcile-payments'

let house: House

beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

/** Every row of the verdicts with the transaction that wrote it last: whoever writes a row again shows. */
async function written(): Promise<unknown[]> {
  const tables = ['payment', 'reconciliation', 'match', 'exception', 'effect']
  const rows: unknown[] = []
  for (const table of tables) rows.push(await house.rows(`SELECT xmin::text, t.* FROM ${table} t ORDER BY t.tenant_id, t::text`))
  return rows
}

it('what a batch decides before it is written is what its stored rows say afterwards', async () => {
  const { events, transaction, charge } = cardPayment(house)
  await house.owner.query(`UPDATE "order" SET read_at = to_timestamp(105), paid_at = to_timestamp(104) WHERE id = $1`, [house.order])
  await house.owner.query(
    `INSERT INTO order_payment_claim (tenant_id, order_id, reference, gateway, revision, read_at) VALUES ($1, $2, 'pi_house', 'matchbook', 1, to_timestamp(105))`,
    [house.tenant, house.order],
  )
  const refund = {
    id: 're_house',
    object: 'refund',
    charge: 'ch_house',
    payment_intent: 'pi_house',
    amount: 2000,
    currency: 'usd',
    status: 'succeeded',
    created: 200,
    reason: null,
    failure_reason: null,
    pending_reason: null,
    balance_transaction: null,
    failure_balance_transaction: null,
    metadata: {},
  }
  for (const event of events) await house.deliver(event)
  await house.deliver(house.eventOf('refund.created', 200, refund))
  await house.deliver(house.eventOf('charge.refunded', 200, { ...charge, balance_transaction: 'txn_house', amount_refunded: 2000 }))
  await house.book([transaction])
  await house.drain()
  expect(await house.rows('SELECT word, order_hop, event_ids FROM reconciliation')).toEqual([
    { word: 'confirmed', order_hop: 'proven', event_ids: ['evt_1', 'evt_2', 'evt_3', 'evt_4', 'evt_5', 'evt_6', 'evt_7'] },
  ])
  expect(await house.rows('SELECT amount_refunded, fee, origin FROM payment')).toEqual([{ amount_refunded: 2000n, fee: 175n, origin: 'checkout' }])

  const before = await written()
  const [payment] = await house.rows<{ id: string }>('SELECT id FROM payment')
  await inWorkerTransaction((sql) => reconcilePayments(sql, house.tenant, [payment?.id ?? '']))
  expect(await written()).toEqual(before)
})
