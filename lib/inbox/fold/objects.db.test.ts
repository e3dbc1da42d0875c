import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { inWorkerTransaction } from '@/lib/db/pools'
import { openHouse, cardPayment, type House } from '../inbox-house.test-support'
import { recordFinding } from '../record-finding'
import { acquireLeases, releaseLeases } from '../store/lease'
import { selectPending } from '../store/rows'
import { workerPool } from '@/lib/db/pools'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())
beforeEach(() =>
  house.owner.query(
    'TRUNCATE inbox_event, object_read, payment_transition, refund, dispute, charge, reconciliation, match, effect, exception, payment, payout, balance_transaction, fee_detail CASCADE',
  ),
)

/** What Stripe answered to a read of ours, `second` seconds after the beginning of time. */
const stripeSays = (key: string, type: string, object_id: string, second: number, body: Parameters<typeof recordFinding>[2]['body']) =>
  inWorkerTransaction((sql) => recordFinding(sql, house.connection, { key, type, object_id, as_of: new Date(second * 1_000), body }))

const payout = {
  id: 'po_1',
  object: 'payout',
  amount: 4825,
  currency: 'usd',
  status: 'pending',
  created: 200,
  arrival_date: 300,
  automatic: true,
  method: 'standard',
  type: 'bank_account',
  description: null,
  statement_descriptor: null,
  balance_transaction: 'txn_po',
  failure_balance_transaction: null as string | null,
  failure_code: null as string | null,
  failure_message: null,
  original_payout: null,
  reversed_by: null,
  reconciliation_status: 'in_progress',
  trace_id: null,
  metadata: {},
}

it('a payout that failed after it was paid ends failed in any order, and names the row that changed it', async () => {
  const failed = { ...payout, status: 'failed', failure_code: 'account_closed', failure_balance_transaction: 'txn_back' }
  await house.deliver(house.eventOf('payout.failed', 400, failed))
  await house.deliver(house.eventOf('payout.paid', 300, { ...payout, status: 'paid' }))
  await house.deliver(house.eventOf('payout.created', 200, payout))
  await house.drain()
  expect(
    await house.rows(
      'SELECT p.status, p.failure_balance_transaction_id, e.type FROM payout p JOIN inbox_event e ON e.bucket = p.inbox_bucket AND e.id = p.inbox_id',
    ),
  ).toEqual([{ status: 'failed', failure_balance_transaction_id: 'txn_back', type: expect.stringMatching(/^payout\./) }])
})

it('a payment that was told of before the session of its attempt is explained anew when that becomes known', async () => {
  const { intent, session } = cardPayment(house)
  const record = async () => (await house.rows(`SELECT stripe_ids ->> 'session' AS session FROM reconciliation`))[0]
  await house.owner.query(`UPDATE checkout_attempt SET state = 'creating', session_id = NULL, session_status = NULL, opened_at = NULL`)
  await house.deliver(house.eventOf('payment_intent.created', 100, intent))
  await house.drain()
  expect(await record()).toEqual({ session: null })
  await house.owner.query(`UPDATE checkout_attempt SET state = 'open', session_id = $1, opened_at = now()`, [session.id])
  await stripeSays('read:req_session', 'checkout.session.read', session.id, 200, { ...session, status: 'open', payment_status: 'unpaid', payment_intent: null })
  await house.drain()
  expect(await record()).toEqual({ session: session.id })
})

it('account events ask for one read; what it says is kept with the connection', async () => {
  await house.deliver(house.eventOf('account.updated', 100, { id: house.account, object: 'account', charges_enabled: true }))
  await house.deliver(house.eventOf('capability.updated', 101, { id: 'card_payments', object: 'capability', account: house.account }))
  await house.drain()
  expect(await house.rows('SELECT object_id FROM object_read')).toEqual([{ object_id: house.account }])
  expect(await house.rows('SELECT charges_enabled FROM connection')).toEqual([{ charges_enabled: null }])
  await stripeSays('read:req_account', 'account.read', house.account, 200, {
    id: house.account,
    object: 'account',
    charges_enabled: false,
    payouts_enabled: true,
    requirements: { disabled_reason: 'requirements.past_due' },
  })
  await house.drain()
  expect(await house.rows('SELECT charges_enabled, payouts_enabled, disabled_reason FROM connection')).toEqual([
    { charges_enabled: false, payouts_enabled: true, disabled_reason: 'requirements.past_due' },
  ])
})

it('a charge that says more was refunded than its refunds do is read once, and its refunds with it', async () => {
  const { intent, charge } = cardPayment(house)
  const refunded = { ...charge, amount_refunded: 700 }
  await house.deliver(house.eventOf('payment_intent.succeeded', 101, { ...intent, status: 'succeeded', amount_received: 5000, latest_charge: charge.id }))
  await house.deliver(house.eventOf('charge.succeeded', 101, charge))
  await house.drain()
  expect(await house.rows(`SELECT object_id FROM object_read WHERE reason = 'refunds_differ'`)).toEqual([])
  await house.deliver(house.eventOf('charge.refunded', 150, refunded))
  await house.drain()
  expect(await house.rows('SELECT object_id, reason FROM object_read')).toEqual([{ object_id: charge.id, reason: 'refunds_differ' }])

  const refund = {
    id: 're_9',
    object: 'refund',
    charge: charge.id,
    payment_intent: intent.id,
    amount: 700,
    currency: 'usd',
    status: 'succeeded',
    created: 149,
    metadata: null,
  }
  await stripeSays('read:req_charge', 'charge.read', charge.id, 200, { ...refunded, refunds: { object: 'list', has_more: false, data: [refund] } })
  await house.drain()
  expect(await house.rows('SELECT amount_refunded FROM payment')).toEqual([{ amount_refunded: 700n }])
  expect(await house.rows('SELECT object_id FROM object_read')).toEqual([])

  // Failed after the read: no snapshot of the charge tells of it.
  await house.deliver(house.eventOf('refund.failed', 250, { ...refund, status: 'failed', failure_reason: 'lost_or_stolen_card' }))
  await house.drain()
  expect(await house.rows('SELECT object_id, reason FROM object_read')).toEqual([{ object_id: charge.id, reason: 'refunds_differ' }])
  await stripeSays('read:req_charge_again', 'charge.read', charge.id, 300, {
    ...charge,
    refunds: { object: 'list', has_more: false, data: [{ ...refund, status: 'failed' }] },
  })
  await house.drain()
  expect(await house.rows('SELECT amount_refunded_reported FROM charge')).toEqual([{ amount_refunded_reported: 0n }])
  expect(await house.rows('SELECT object_id FROM object_read')).toEqual([])
})

it('a charge that was waited for and comes refunded asks for the refund that nobody told us of', async () => {
  const { intent, charge } = cardPayment(house)
  await house.deliver(house.eventOf('payment_intent.succeeded', 101, { ...intent, status: 'succeeded', amount_received: 5000, latest_charge: charge.id }))
  await house.drain()
  expect(await house.rows('SELECT object_id, reason FROM object_read')).toEqual([{ object_id: charge.id, reason: 'unknown_object' }])
  await house.deliver(house.eventOf('charge.refunded', 150, { ...charge, amount_refunded: 700 }))
  await house.drain()
  expect(await house.rows('SELECT object_id, reason FROM object_read')).toEqual([{ object_id: charge.id, reason: 'refunds_differ' }])
})

it('one account has at most a quarter of a batch while three others wait, wherever they live', async () => {
  const plant = (scope: string, bucket: number, count: number) =>
    house.owner.query(
      `INSERT INTO inbox_event (bucket, id, scope, event_id, kind, mode, account_id, type, created_at, body, body_sha256, received_at)
       SELECT $2, gen_random_uuid(), $1, $1 || n, 'delivery', 'test', $1, 'charge.updated', now(), '\\x00', '\\x00', now() FROM generate_series(1, $3) n`,
      [scope, bucket, count],
    )
  await plant('acct_noisy:test', 3, 500)
  await plant('acct_same_bucket:test', 3, 2)
  await plant('acct_b:test', 4, 2)
  await plant('acct_c:test', 9, 300)
  const chosen = await selectPending(workerPool(), [3, 4, 9], 200)
  const by = (scope: string) => chosen.filter((row) => row.scope.startsWith(scope)).length
  expect([by('acct_noisy'), by('acct_same_bucket'), by('acct_b'), by('acct_c')]).toEqual([50, 2, 2, 50])
  expect((await selectPending(workerPool(), [9], 200)).length).toBe(200)
})

it('money that moved for a refund nobody told us of asks for that refund, unless it is told meanwhile', async () => {
  const { intent, charge, transaction } = cardPayment(house)
  await house.deliver(house.eventOf('payment_intent.succeeded', 101, { ...intent, status: 'succeeded', amount_received: 5000, latest_charge: charge.id }))
  await house.deliver(house.eventOf('charge.succeeded', 101, charge))
  await house.drain()
  await house.book([
    { ...transaction, id: 'txn_refund', type: 'refund', reporting_category: 'refund', amount: -700, fee: 0, net: -700, source: 're_lost', fee_details: [] },
  ])
  await house.drain()
  expect(await house.rows('SELECT object_id, reason FROM object_read')).toEqual([{ object_id: 're_lost', reason: 'unknown_source' }])

  const refund = {
    id: 're_lost',
    object: 'refund',
    charge: charge.id,
    payment_intent: intent.id,
    amount: 700,
    currency: 'usd',
    status: 'succeeded',
    created: 149,
    metadata: null,
  }
  await house.deliver(house.eventOf('refund.created', 150, { ...refund, balance_transaction: 'txn_refund' }))
  await house.drain()
  expect(await house.rows('SELECT object_id FROM object_read')).toEqual([])
  expect(await house.rows('SELECT amount_refunded FROM payment')).toEqual([{ amount_refunded: 700n }])
})

it('a refund of no payment (of what a customer has in cash at Stripe) asks for nothing: no read says whose it is', async () => {
  const refund = { id: 're_cash', object: 'refund', charge: null, payment_intent: null, amount: 700, currency: 'eur', status: 'pending', created: 149 }
  await house.deliver(house.eventOf('refund.created', 150, { ...refund, metadata: null }))
  await house.drain()
  expect(await house.rows('SELECT object_id, reason FROM object_read')).toEqual([])
  await stripeSays('read:req_cash', 'refund.read', refund.id, 200, { ...refund, status: 'succeeded', metadata: null })
  await house.drain()
  expect(await house.rows('SELECT object_id, reason FROM object_read')).toEqual([])
  expect(await house.rows('SELECT status FROM refund')).toEqual([{ status: 'succeeded' }])
})

it('a payout whose money is found to have come back is read, unless that was told meanwhile', async () => {
  const { transaction } = cardPayment(house)
  const moved = (id: string, amount: number) => ({ ...transaction, ...{ id, type: 'payout', amount, fee: 0, net: amount, source: 'po_1', fee_details: [] } })
  const wanted = () => house.rows('SELECT object_id, reason FROM object_read')
  await house.deliver(house.eventOf('payout.paid', 300, { ...payout, status: 'paid' }))
  await house.book([moved('txn_po', -4825)])
  await house.drain()
  expect(await wanted()).toEqual([])
  await house.book([moved('txn_back', 4825)])
  await house.drain()
  expect(await wanted()).toEqual([{ object_id: 'po_1', reason: 'money_moved' }])
  await house.deliver(house.eventOf('payout.failed', 400, { ...payout, status: 'failed', failure_balance_transaction: 'txn_back' }))
  await house.drain()
  expect(await wanted()).toEqual([])
})

const reopenAttempt = () =>
  house.owner.query(
    `UPDATE checkout_attempt SET state = 'open', session_status = 'open', session_payment_status = 'unpaid', session_as_of = NULL, payment_intent_id = NULL, ended_at = NULL`,
  )

it('a copied label is found out when the session names another payment, however late', async () => {
  await reopenAttempt()
  const { intent, events } = cardPayment(house)
  await house.deliver(house.eventOf('payment_intent.succeeded', 90, { ...intent, id: 'pi_copy', status: 'succeeded', amount_received: 5000 }))
  await house.drain()
  const standing = () => house.rows('SELECT stripe_id, origin, attribution FROM payment ORDER BY stripe_id')
  expect(await standing()).toEqual([{ stripe_id: 'pi_copy', origin: 'checkout', attribution: 'none' }])
  for (const event of events) await house.deliver(event)
  await house.drain()
  expect(await standing()).toEqual([
    { stripe_id: 'pi_copy', origin: 'foreign', attribution: 'withheld' },
    { stripe_id: 'pi_house', origin: 'checkout', attribution: 'proven' },
  ])
  expect(await house.rows(`SELECT type FROM exception WHERE state = 'open'`)).toEqual([{ type: 'wrong_store' }])
})

it('a delayed payment that failed is known by the event alone, also when another API release tells it', async () => {
  await reopenAttempt()
  const session = {
    id: house.session,
    object: 'checkout.session',
    client_reference_id: `att_${house.attempt.replaceAll('-', '')}`,
    status: 'complete',
    payment_status: 'unpaid',
    payment_intent: 'pi_house',
    amount_total: 5000,
    currency: 'usd',
    expires_at: 90_000,
  }
  const failed = { ...house.eventOf('checkout.session.async_payment_failed', 200, session), api_version: '2025-08-27.basil' }
  await house.deliver(failed)
  await house.drain()
  expect(await house.rows('SELECT state FROM checkout_attempt')).toEqual([{ state: 'failed' }])
  expect(await house.rows('SELECT object_id, reason FROM object_read WHERE object_id LIKE $1', ['cs_%'])).toEqual([
    { object_id: house.session, reason: 'other_api_release' },
  ])
})

it('that the authorisation of a charge of its own expired is known by the event alone, also when another API release tells it', async () => {
  const { charge } = cardPayment(house)
  const authorised = { ...charge, payment_intent: null, captured: false, amount_captured: 0 }
  await house.deliver(house.eventOf('charge.succeeded', 101, authorised))
  const expired = house.eventOf('charge.expired', 700, { ...authorised, amount_captured: null })
  await house.deliver({ ...expired, api_version: '2024-06-20' })
  await house.drain()
  await stripeSays('read:req_expired', 'charge.read', charge.id, 800, authorised)
  await house.drain()
  expect(await house.rows('SELECT status FROM payment')).toEqual([{ status: 'canceled' }])
})

it('what another API release said is read, also when older and younger events tell of the object meanwhile', async () => {
  const { intent, charge } = cardPayment(house)
  const succeeded = { ...intent, status: 'succeeded', amount_received: 5000, latest_charge: charge.id }
  const wanted = () => house.rows('SELECT object_id, reason FROM object_read WHERE object_id = $1', [intent.id])
  await house.deliver({ ...house.eventOf('payment_intent.succeeded', 102, succeeded), api_version: '2025-08-27.basil' })
  await house.drain()
  expect(await wanted()).toEqual([{ object_id: intent.id, reason: 'other_api_release' }])
  await house.deliver(house.eventOf('charge.succeeded', 101, charge))
  await house.drain()
  expect(await wanted()).toEqual([{ object_id: intent.id, reason: 'other_api_release' }])
  await house.deliver(house.eventOf('payment_intent.created', 100, intent))
  await house.drain()
  expect(await house.rows('SELECT status FROM payment')).toEqual([{ status: 'requires_payment_method' }])
  expect(await wanted()).toEqual([{ object_id: intent.id, reason: 'other_api_release' }])
})

it('a body that is no text is set aside; what came with it is folded', async () => {
  await house.deliver(house.eventOf('payout.created', 200, payout))
  await house.owner.query(
    `INSERT INTO inbox_event (bucket, id, scope, event_id, kind, endpoint_id, mode, account_id, type, created_at, body, body_sha256, received_at)
     SELECT bucket, gen_random_uuid(), scope, 'evt_noise', kind, endpoint_id, mode, account_id, 'charge.updated', created_at, '\\xff00'::bytea, '\\x00', received_at FROM inbox_event`,
  )
  await house.drain()
  expect(await house.rows('SELECT type, state, reason FROM inbox_event ORDER BY type')).toEqual([
    { type: 'charge.updated', state: 'quarantined', reason: 'body_unreadable' },
    { type: 'payout.created', state: 'applied', reason: null },
  ])
})

it('a lane takes a few buckets of a backlog, and all that wait when they fit into one batch; a batch gives them back', async () => {
  await house.owner.query(
    `INSERT INTO inbox_event (bucket, id, scope, event_id, kind, mode, account_id, type, created_at, body, body_sha256, received_at)
     SELECT n, gen_random_uuid(), 'acct_' || n, 'evt_' || n, 'delivery', 'test', 'acct_' || n, 'charge.updated', now(), '{}', '\\x00', now() FROM generate_series(1, 20) n`,
  )
  const few = await acquireLeases(workerPool(), 'one', 8, 19)
  const rest = await acquireLeases(workerPool(), 'two', 8, 20)
  expect([few.length, rest.length]).toEqual([8, 12])
  expect(new Set([...few, ...rest].map((lease) => lease.bucket)).size).toBe(20)
  await releaseLeases(workerPool(), 'one', few)
  await releaseLeases(workerPool(), 'two', rest)
  await house.drain()
  expect(await house.rows(`SELECT count(*)::int AS held FROM inbox_lease WHERE owner IS NOT NULL`)).toEqual([{ held: 0 }])
  expect(await house.rows(`SELECT count(*)::int AS waiting FROM inbox_event WHERE state = 'pending'`)).toEqual([{ waiting: 0 }])
})
