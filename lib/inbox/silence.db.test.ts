import { afterAll, beforeAll, expect, it } from 'vitest'
import { lookUpSilentStep } from '@/lib/checkout/look-up-silent'
import { lookUpSilentDisputesStep } from '@/lib/disputes/look-up-silent'
import { cardPayment, openHouse, type House } from './inbox-house.test-support'

let house: House
beforeAll(async () => void (house = await openHouse()))
afterAll(() => house.close())

const wants = async () =>
  (await house.rows<{ object_id: string; reason: string }>('SELECT object_id, reason FROM object_read ORDER BY object_id')).map(
    (row) => `${row.object_id} ${row.reason}`,
  )

it('a payment of which no webhook ever came is found step by step: session, payment, charge', async () => {
  const paid = cardPayment(house)
  await lookUpSilentStep()
  expect(await wants()).toEqual([])

  await house.owner.query(`UPDATE checkout_attempt SET session_expires_at = now() - interval '10 minutes'`)
  await lookUpSilentStep()
  await lookUpSilentStep()
  expect(await wants()).toEqual([`${house.session} silent_attempt`])

  await house.answer(paid.session)
  expect(await house.rows('SELECT state FROM checkout_attempt')).toEqual([{ state: 'paid' }])
  expect(await wants()).toEqual(['pi_house unknown_object'])

  await house.answer({ ...paid.intent, ...{ status: 'succeeded', amount_received: 5000, latest_charge: 'ch_house' } })
  expect(await wants()).toEqual(['ch_house unknown_object'])

  await house.answer({ ...paid.charge, ...{ balance_transaction: 'txn_house' } })
  expect(await wants()).toEqual([])
  expect(await house.rows('SELECT status, amount_captured, attribution FROM payment')).toEqual([
    { status: 'succeeded', amount_captured: 5000n, attribution: 'proven' },
  ])
  expect(await house.rows("SELECT kind FROM sync_cursor WHERE due_at <= now() + interval '3 seconds'")).toEqual([{ kind: 'balance_transactions' }])
})

it('a late delivery adds nothing, and what it tells is not read again', async () => {
  const before = await house.rows('SELECT xmin::text FROM charge')
  for (const event of cardPayment(house).events) await house.deliver(event)
  await house.drain()
  expect(await wants()).toEqual([])
  expect(await house.rows('SELECT count(*)::int AS n FROM payment')).toEqual([{ n: 1 }])
  expect(before.length).toBe(1)
})

it('a payment that was begun and of whose end no webhook ever came is found by its session, once', async () => {
  const paid = cardPayment(house)
  await house.owner.query('TRUNCATE inbox_event, object_read, payment_transition, charge, reconciliation, match, effect, exception, payment CASCADE')
  await house.owner.query(
    `UPDATE checkout_attempt SET state = 'open', session_status = 'open', session_payment_status = 'unpaid', session_as_of = NULL, payment_intent_id = NULL`,
  )
  await house.deliver(house.eventOf('payment_intent.created', 100, paid.intent))
  await house.drain()
  await house.answer(paid.session)
  expect(await house.rows('SELECT state FROM checkout_attempt')).toEqual([{ state: 'paid' }])
  expect(await wants()).toEqual(['pi_house session_paid'])

  await house.deliver(house.eventOf('payment_intent.processing', 101, { ...paid.intent, status: 'processing' }))
  await house.drain()
  expect(await wants(), 'it has not ended').toEqual(['pi_house session_paid'])
  await house.deliver(house.eventOf('charge.succeeded', 102, paid.charge))
  await house.deliver(house.eventOf('payment_intent.succeeded', 102, { ...paid.intent, status: 'succeeded', amount_received: 5000, latest_charge: 'ch_house' }))
  await house.drain()
  expect(await wants()).toEqual([])
})

it('money that moved for a try which we hold to be pending has it read, unless its end is told meanwhile', async () => {
  const { intent, charge, transaction } = cardPayment(house)
  const pending = { ...charge, id: 'py_1', payment_intent: 'pi_debit', status: 'pending', captured: false, amount_captured: 0 }
  await house.deliver(house.eventOf('payment_intent.processing', 101, { ...intent, id: 'pi_debit', metadata: {}, status: 'processing', latest_charge: 'py_1' }))
  await house.deliver(house.eventOf('charge.pending', 101, pending))
  await house.drain()
  expect(await wants()).toEqual([])
  await house.book([{ ...transaction, id: 'txn_debit', source: 'py_1' }])
  await house.drain()
  expect(await wants()).toEqual(['py_1 money_moved'])
  await house.deliver(house.eventOf('charge.succeeded', 102, { ...pending, status: 'succeeded', captured: true, amount_captured: 5000 }))
  await house.drain()
  expect(await wants()).toEqual([])
})

it('a refund whose money came back and a dispute whose money came or went unheard of are read, unless they are told of meanwhile', async () => {
  const { charge, transaction } = cardPayment(house)
  const refund = { id: 're_1', object: 'refund', charge: 'ch_house', amount: 700, currency: 'usd', created: 110, metadata: {}, reason: null }
  const refunded = { ...refund, status: 'succeeded', balance_transaction: 'txn_out' }
  const failed = { ...refunded, status: 'failed', failure_reason: 'expired_or_canceled_card', failure_balance_transaction: 'txn_back' }
  const leg = { ...transaction, source: 'du_1', type: 'adjustment' }
  const withdrawn = { ...leg, id: 'txn_withdrawn', amount: -5000, fee: 1500, net: -6500 }
  const reinstated = { ...leg, id: 'txn_reinstated', fee: 0, net: 5000, fee_details: [] }
  const dispute = {
    ...{ id: 'du_1', object: 'dispute', charge: charge.id, payment_intent: 'pi_house', amount: 5000, currency: 'usd', created: 120, reason: 'fraudulent' },
    ...{ status: 'needs_response', balance_transactions: [withdrawn] },
    evidence_details: { due_by: 900, has_evidence: false, past_due: false, submission_count: 0 },
  }
  const money = (id: string, amount: number) => ({ ...transaction, id, source: 're_1', type: 'refund', amount, fee: 0, net: amount, fee_details: [] })
  await house.deliver(house.eventOf('refund.created', 110, refunded))
  await house.answer(dispute)
  await house.owner.query('DELETE FROM object_read')
  await house.book([money('txn_out', -700), withdrawn])
  await house.drain()
  expect(await wants(), 'all of this was told').toEqual([])

  await house.book([money('txn_back', 700), reinstated])
  await house.drain()
  expect(await wants()).toEqual(['du_1 money_moved', 're_1 money_moved'])
  await house.deliver(house.eventOf('refund.updated', 111, { ...refunded, metadata: { note: 'a' } }))
  await house.drain()
  expect(await wants(), 'that does not say why the money came back').toEqual(['du_1 money_moved', 're_1 money_moved'])
  await house.deliver(house.eventOf('refund.failed', 112, failed))
  const won = { ...dispute, status: 'won', balance_transactions: [withdrawn, reinstated] }
  await house.answer(won)
  expect(await wants()).toEqual([])

  await house.book([money('txn_back', 700), reinstated])
  await house.drain()
  expect(await wants(), 'listed once more').toEqual([])
})

it('sessions of a revoked connection, which nobody can ask for, do not hold up those of others', async () => {
  const { tenant, order, store } = house
  const gone = '00000000-0000-7000-8000-000000000001'
  await house.owner.query('DELETE FROM object_read')
  await house.owner.query(
    `INSERT INTO connection (tenant_id, id, mode, kind, account_id, name, country, default_currency, state, revoked_at, created_at)
     VALUES ($1, $2, 'test', 'connect', 'acct_gone', 'Gone', 'US', 'usd', 'revoked', now(), now())`,
    [tenant, gone],
  )
  await house.owner.query(
    `INSERT INTO "order" (tenant_id, id, store_id, mode, external_id, display_number, status, currency, total, total_text, revision, content_hash, read_at, created_at)
     SELECT $1, gen_random_uuid(), $2, 'test', 'gone-' || n, n::text, 'pending', 'usd', 5000, '50.00', 1, 'a', now(), now() FROM generate_series(1, 500) n`,
    [tenant, store],
  )
  await house.owner.query(
    `INSERT INTO checkout_attempt (tenant_id, id, mode, store_id, order_id, connection_id, state, amount, currency, order_revision, session_id, session_status, session_expires_at, pay_token_hash, created_by, created_at, opened_at)
     SELECT $1, ('00000000-0000-7000-8000-' || lpad(o.display_number, 12, '0'))::uuid, 'test', $2, o.id, $3, 'open', 5000, 'usd', 1, 'cs_gone_' || o.display_number, 'open', now() - interval '1 day', '\\x00', 'test', now(), now()
       FROM "order" o WHERE o.external_id LIKE 'gone-%'`,
    [tenant, store, gone],
  )
  await house.owner.query(
    `UPDATE checkout_attempt SET state = 'open', session_as_of = NULL, session_expires_at = now() - interval '1 hour' WHERE order_id = $1`,
    [order],
  )
  await lookUpSilentStep()
  expect(await wants()).toEqual([`${house.session} silent_attempt`])
})

it('a dispute that is not over and says nothing for a week is read, and one that is over is left alone', async () => {
  await house.owner.query('TRUNCATE object_read')
  const dispute = (id: string, status: string) => ({
    ...{ id, object: 'dispute', charge: 'ch_house', payment_intent: 'pi_house', amount: 5000, currency: 'usd', status, created: 300, reason: 'fraudulent' },
    ...{ balance_transactions: [], evidence_details: { due_by: null, has_evidence: true, past_due: false, submission_count: 1 } },
  })
  for (const one of [dispute('du_open', 'under_review'), dispute('du_lost', 'lost'), dispute('du_young', 'under_review')]) await house.answer(one)
  await lookUpSilentDisputesStep()
  expect(await wants()).toEqual([])
  await house.owner.query(`UPDATE dispute SET snapshot_at = to_timestamp(300), read_as_of = now() - interval '8 days' WHERE stripe_id <> 'du_young'`)
  await lookUpSilentDisputesStep()
  await lookUpSilentDisputesStep()
  expect(await wants()).toEqual(['du_open silent_dispute'])
  await house.answer(dispute('du_open', 'lost'))
  await house.owner.query(`UPDATE dispute SET read_as_of = now() - interval '8 days'`)
  await lookUpSilentDisputesStep()
  expect(await wants()).toEqual(['du_young silent_dispute'])
})
