import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { workerPool } from '@/lib/db/pools'
import { newId, publicId } from '@/lib/kernel/id'
import { reconcilePayments } from '@/lib/matching/reconcile-payments'
import { cardPayment, openHouse, type House } from '../inbox-house.test-support'
import { listReplays, replayById, type ReplayRow } from './queries'
import { replayStep } from './replay-step'
import { cancelReplay, startReplay } from './start-replay'

vi.setConfig({ testTimeout: 120_000 })

let house: House
const operator = { kind: 'operator' as const }
const scope = () => ({ tenant_id: house.tenant, mode: 'test' as const })

beforeAll(async () => {
  house = await openHouse()
  await liveALittle()
})
afterAll(() => house.close())

/** A card payment, a refund that fails later, a dispute, a decline, a payout, rows that are ignored, duplicates, late and early rows. */
async function liveALittle(): Promise<void> {
  const paid = cardPayment(house)
  const refund = {
    id: 're_1',
    object: 'refund',
    charge: 'ch_house',
    payment_intent: 'pi_house',
    amount: 700,
    currency: 'usd',
    status: 'succeeded',
    created: 110,
    reason: null,
    metadata: null,
    balance_transaction: 'txn_re',
  }
  const dispute = {
    id: 'dp_1',
    object: 'dispute',
    charge: 'ch_house',
    payment_intent: 'pi_house',
    amount: 5000,
    currency: 'usd',
    status: 'needs_response',
    created: 120,
    reason: 'fraudulent',
    balance_transactions: [{ id: 'txn_dp' }],
    evidence_details: { due_by: 900, has_evidence: false, past_due: false, submission_count: 0 },
  }
  const declined = { ...paid.intent, id: 'pi_declined', metadata: {}, created: 130 }
  const decline = {
    ...paid.charge,
    id: 'ch_declined',
    payment_intent: 'pi_declined',
    status: 'failed',
    captured: false,
    amount_captured: 0,
    failure_code: 'card_declined',
    created: 131,
    billing_details: { email: 'bob@example.com' },
  }
  const error = { code: 'card_declined', decline_code: 'generic_decline', message: 'Declined.' }
  const payout = {
    id: 'po_1',
    object: 'payout',
    amount: 4000,
    currency: 'usd',
    status: 'in_transit',
    automatic: true,
    method: 'standard',
    type: 'bank_account',
    arrival_date: 900,
    created: 200,
    description: 'STRIPE PAYOUT',
    statement_descriptor: null,
    balance_transaction: 'txn_po',
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    original_payout: null,
    reversed_by: null,
    reconciliation_status: 'in_progress',
    trace_id: null,
    metadata: {},
  }
  const events = [
    ...paid.events,
    house.eventOf('refund.created', 110, { ...refund, status: 'pending', balance_transaction: null }),
    house.eventOf('refund.updated', 110, refund, { data: { object: refund, previous_attributes: { status: 'pending' } } }),
    house.eventOf('charge.refunded', 110, { ...paid.charge, balance_transaction: 'txn_house', amount_refunded: 700 }),
    house.eventOf('refund.failed', 115, { ...refund, status: 'failed', failure_reason: 'lost_or_stolen_card' }),
    house.eventOf('charge.dispute.created', 120, dispute),
    house.eventOf('charge.dispute.funds_withdrawn', 120, dispute),
    house.eventOf('payment_intent.created', 130, declined),
    house.eventOf('charge.failed', 131, decline),
    house.eventOf('payment_intent.payment_failed', 131, { ...declined, last_payment_error: error, latest_charge: 'ch_declined' }),
    house.eventOf('payout.created', 200, { ...payout, status: 'pending' }),
    house.eventOf('payout.updated', 201, payout),
    house.eventOf('payout.paid', 203, { ...payout, status: 'paid', reconciliation_status: 'completed' }),
    house.eventOf('customer.created', 90, { id: 'cus_1', object: 'customer' }),
    house.eventOf('account.updated', 91, { id: house.account, object: 'account' }),
    house.eventOf('balance.available', 92, { object: 'balance' }),
    house.eventOf('charge.succeeded', 101, { ...paid.charge, id: 'ch_lone', payment_intent: null, billing_details: { email: 'eve@example.com' } }),
  ]
  // In an order that is not Stripe's, drained in between, some of it twice.
  for (const [index, event] of [...events].sort((a, b) => (((a.id > b.id ? 7 : 3) * a.created) % 5) - ((b.created * 3) % 5)).entries()) {
    await house.deliver(event)
    if (index % 4 === 0) await house.drain()
    if (index % 3 === 0) await house.deliver(event)
  }
  await house.drain()
  await house.book([paid.transaction])
  await house.drain()
  await house.book([{ ...paid.transaction, status: 'available' }])
  await house.drain()
}

/** Every row of the tenant in every table, with the transaction that wrote it: what a replay of healthy books may not touch. */
async function everything(withWriter = true): Promise<Record<string, string>> {
  const tables = await house.rows<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
      WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname NOT IN ('replay', 'activity') ORDER BY 1`,
  )
  const found: Record<string, string> = {}
  for (const { name } of tables) {
    const [row] = await house.rows<{ n: string; hash: string }>(
      `SELECT count(*)::text AS n, coalesce(md5(string_agg(${withWriter ? 't.xmin::text || t::text' : `(to_jsonb(t) - 'updated_at')::text`}, '|' ORDER BY t::text)), '') AS hash FROM "${name}" t`,
    )
    found[name] = `${row?.n} ${row?.hash}`
  }
  return found
}

async function run(filter: object, dry_run = false): Promise<ReplayRow> {
  const { id } = await startReplay(scope(), { filter, dry_run, actor: operator })
  while (await replayStep()) continue
  const done = await replayById(scope(), id)
  if (done === null) throw new Error('the replay is gone')
  expect([done.state, done.error, done.problems]).toEqual(['done', null, []])
  return done
}

const nothing = { payments: 0, others: 0, events: 0, effects: 0, exceptions_opened: 0, exceptions_closed: 0 }
const rowOf = async (table: string, stripeId: string) => (await house.rows(`SELECT * FROM ${table} WHERE stripe_id = $1`, [stripeId]))[0]

describe('of healthy books', () => {
  it('has something to stand on: every state and every kind of row', async () => {
    expect(await house.rows('SELECT DISTINCT state FROM inbox_event ORDER BY 1')).toEqual([{ state: 'applied' }, { state: 'ignored' }])
    expect(await house.rows('SELECT stripe_id, status FROM payment ORDER BY 1')).toEqual([
      { stripe_id: 'ch_lone', status: 'succeeded' },
      { stripe_id: 'pi_declined', status: 'requires_payment_method' },
      { stripe_id: 'pi_house', status: 'succeeded' },
    ])
    expect(await house.rows(`SELECT status FROM refund UNION ALL SELECT status FROM dispute UNION ALL SELECT status FROM payout`)).toEqual([
      { status: 'failed' },
      { status: 'needs_response' },
      { status: 'paid' },
    ])
  })

  it.each([{ all: true }, { states: ['applied'] }, { types: ['charge.*', 'refund.updated'] }, { payment: 'ch_house' }, { kinds: ['read'] }])(
    '%j changes no row of any table, not even who wrote it',
    async (filter) => {
      const before = await everything()
      const done = await run(filter)
      expect(await everything()).toEqual(before)
      expect(done.difference.counts).toEqual(nothing)
      expect(done.found).toBeGreaterThan(0)
      expect(done.folded).toBeGreaterThan(0)
    },
  )

  it('is recorded: who asked for what, and how it ended', async () => {
    const { id } = await run({ all: true }, true)
    const public_ = `rep_${id.replaceAll('-', '')}`
    expect(await house.rows('SELECT action, actor_kind FROM activity WHERE subject_id = $1 ORDER BY at, id', [public_])).toEqual([
      { action: 'replay.requested', actor_kind: 'operator' },
      { action: 'replay.finished', actor_kind: 'system' },
    ])
    expect((await listReplays(scope())).rows[0]?.id).toBe(id)
  })

  it('is listed a page at a time, there and back, without the weight of what it changed', async () => {
    for (let count = 0; count < 3; count++) await run({ all: true }, true)
    const all = await house.rows<{ id: string }>('SELECT id FROM replay ORDER BY created_at DESC, id DESC')
    const first = await listReplays(scope(), { size: 2 })
    const second = await listReplays(scope(), { size: 2, older: first.older })
    expect([...first.rows, ...second.rows].map((row) => row.id)).toEqual(all.slice(0, 4).map((row) => row.id))
    expect(first.newer).toBeNull()
    expect((await listReplays(scope(), { size: 2, newer: second.newer })).rows).toEqual(first.rows)
    expect(first.rows[0]).toMatchObject({ counts: nothing })
    expect(first.rows[0]).not.toHaveProperty('difference')
  })
})

/** A fault is planted; the dry run says what would change and changes nothing; the replay does exactly that. */
async function repairs(plant: string, filter: object, announced: Record<string, unknown>, asksAnew = false): Promise<void> {
  const healthy = await everything(false)
  await house.owner.query(plant)
  const bent = await everything()
  const dry = await run(filter, true)
  expect(await everything()).toEqual(bent)
  expect(dry.difference).toMatchObject(announced)
  const real = await run(filter)
  expect(real.difference).toEqual(dry.difference)
  const again = await everything(false)
  // What was bent and has a question open is asked about anew.
  expect(asksAnew ? { ...again, object_read: healthy.object_read } : again).toEqual(healthy)
  expect((await run(filter, true)).difference.counts).toEqual(nothing)
}

describe('after a fault', () => {
  it('sets right a payment whose amounts and status were bent upwards', async () => {
    await repairs(
      `UPDATE payment SET status = 'canceled', amount = 999999, amount_captured = 999999, canceled_at = now() WHERE stripe_id = 'pi_house'`,
      { all: true },
      {
        counts: { ...nothing, payments: 1 },
        payments: [
          {
            stripe_id: 'pi_house',
            fields: { 'payment.amount': ['999999', '5000'], 'payment.status': ['canceled', 'succeeded'], 'payment.amount_captured': ['999999', '5000'] },
          },
        ],
      },
    )
  })

  it('fills in what was lost of a charge, asked for by its payment', async () => {
    await repairs(
      `UPDATE charge SET balance_transaction_id = NULL, card_last4 = NULL WHERE stripe_id = 'ch_house'`,
      { payment: 'pi_house' },
      {
        payments: [
          { stripe_id: 'pi_house', fields: { 'charge.ch_house.balance_transaction_id': [null, 'txn_house'], 'charge.ch_house.card_last4': [null, '4242'] } },
        ],
      },
    )
  })

  it('tells a refund, a dispute and a payout anew', async () => {
    await repairs(
      `WITH a AS (UPDATE refund SET status = 'canceled', amount = 1), b AS (UPDATE dispute SET status = 'won', legs = '{txn_x}') UPDATE payout SET status = 'canceled', amount = 1`,
      { types: ['refund.created', 'charge.dispute.created', 'payout.*'] },
      { counts: { payments: 1, others: 1 } },
      true,
    )
  })

  it('leaves healthy payments of the same batch as they are: outcomes, transitions, questions', async () => {
    // As if this row had been folded after a later one, which left it nothing to tell.
    await house.owner.query(
      `UPDATE inbox_event SET state = 'ignored', reason = 'nothing_new' WHERE object_id = 'pi_declined' AND type = 'payment_intent.created'`,
    )
    await house.owner.query(
      `DELETE FROM payment_transition WHERE inbox_id IN (SELECT id FROM inbox_event WHERE object_id = 'pi_declined' AND type = 'payment_intent.created')`,
    )
    const [declined] = await house.rows<{ id: string }>(`SELECT id FROM payment WHERE stripe_id = 'pi_declined'`)
    await reconcilePayments(workerPool(), house.tenant, [declined?.id ?? ''])
    await repairs(`UPDATE payment SET description = 'bent' WHERE stripe_id = 'pi_house'`, { all: true }, { counts: { ...nothing, payments: 1 } })
  })

  it('folds rows that were set aside, and says what became of them', async () => {
    const fresh = { ...cardPayment(house).intent, id: 'pi_aside', metadata: {}, status: 'succeeded', amount_received: 5000, latest_charge: 'ch_aside' }
    const charge = { ...cardPayment(house).charge, id: 'ch_aside', payment_intent: 'pi_aside' }
    await house.deliver(house.eventOf('payment_intent.succeeded', 301, fresh))
    await house.deliver(house.eventOf('charge.succeeded', 301, charge))
    await house.owner.query(
      `UPDATE inbox_event SET state = 'quarantined', reason = 'fold_failed: a fault', tenant_id = $1, connection_id = $2 WHERE object_id IN ('pi_aside', 'ch_aside')`,
      [house.tenant, house.connection.id],
    )
    const dry = await run({ states: ['quarantined'], reasons: ['fold_failed'] }, true)
    expect(dry.difference).toMatchObject({
      counts: { payments: 1, events: 2 },
      events: [{ from: 'quarantined: fold_failed: a fault', to: 'applied' }, { to: 'applied' }],
      payments: [{ stripe_id: 'pi_aside', is_new: true, fields: { 'payment.status': [null, 'succeeded'], 'charge.ch_aside.amount_captured': [null, '5000'] } }],
    })
    expect(await rowOf('payment', 'pi_aside')).toBeUndefined()
    await run({ payment: 'pi_aside' })
    expect(await rowOf('payment', 'pi_aside')).toMatchObject({ status: 'succeeded', amount_captured: 5000n })
    expect(await house.rows(`SELECT state FROM inbox_event WHERE object_id IN ('pi_aside', 'ch_aside')`)).toEqual([{ state: 'applied' }, { state: 'applied' }])
    expect(
      await house.rows(`SELECT count(*)::int AS n FROM payment_transition t JOIN payment p ON p.id = t.payment_id WHERE p.stripe_id = 'pi_aside'`),
    ).toEqual([{ n: 2 }])
  })

  it('leaves aside what still cannot be folded, lists it, and folds the rest', async () => {
    await house.deliver(house.eventOf('payment_intent.created', 300, { ...cardPayment(house).intent, id: 'pi_aside', metadata: {}, amount: 1.5 }))
    await house.drain()
    await house.owner.query(`UPDATE payment SET amount = 7 WHERE stripe_id = 'pi_aside'`)
    const { id } = await startReplay(scope(), { filter: { payment: 'pi_aside' }, dry_run: false, actor: operator })
    while (await replayStep()) continue
    expect(await replayById(scope(), id)).toMatchObject({ state: 'done', failed: 1, problems: [{ type: 'payment_intent.created' }] })
    expect(await rowOf('payment', 'pi_aside')).toMatchObject({ amount: 5000n })
    expect(await house.rows(`SELECT count(*)::int AS n FROM inbox_event WHERE state = 'quarantined'`)).toEqual([{ n: 1 }])
    await house.owner.query(`DELETE FROM inbox_event WHERE state = 'quarantined'`)
  })
})

describe('asked for wrongly', () => {
  it.each([
    [{}, 'filter'],
    [{ typ: ['charge.*'] }, 'typ'],
    [{ event: 'what?' }, 'event'],
    [{ since: 'yesterday' }, 'since'],
    [{ since: '2026-11-21T10:00:00Z', until: '2026-11-20T10:00:00Z' }, 'until'],
    [{ states: ['pending'] }, 'states'],
    [{ payment: 'pay_1' }, 'payment'],
  ])('%j names the field %s and the remedy', async (filter, field) => {
    await expect(startReplay(scope(), { filter, dry_run: true, actor: operator })).rejects.toMatchObject({
      code: 'invalid_field',
      field,
      remedy: expect.stringMatching(/\w/),
    })
  })

  it.each([{ event: 'evt_nobody' }, { payment: 'pi_nobody' }])('%j is not stored', async (filter) => {
    await expect(startReplay(scope(), { filter, dry_run: true, actor: operator })).rejects.toMatchObject({ code: 'nothing_to_replay', status: 404 })
  })

  it('reaches only the rows that a mark or a connection names', async () => {
    const count = async (where: string) => Number((await house.rows<{ n: string }>(`SELECT count(*)::text AS n FROM inbox_event WHERE ${where}`))[0]?.n)
    const repeated = await count(`duplicate_count > 0 AND state <> 'pending'`)
    const all = await count(`state <> 'pending'`)
    expect([repeated > 0, repeated < all]).toEqual([true, true])
    expect((await run({ only: ['repeated'] }, true)).found).toBe(repeated)
    expect((await run({ only: ['alarm'] }, true)).found).toBe(0)
    expect((await run({ only: ['alarm', 'repeated'], connections: [publicId('connection', house.connection.id)] }, true)).found).toBe(repeated)
    await expect(startReplay(scope(), { filter: { connections: [publicId('connection', newId())] }, dry_run: true, actor: operator })).rejects.toMatchObject({
      code: 'invalid_field',
      field: 'connections',
    })
  })

  it('of another tenant or mode is not found', async () => {
    await expect(startReplay({ ...scope(), mode: 'live' }, { filter: { payment: 'pi_house' }, dry_run: true, actor: operator })).rejects.toMatchObject({
      code: 'nothing_to_replay',
    })
    const { id } = await startReplay(scope(), { filter: { all: true }, dry_run: true, actor: operator })
    expect(await replayById({ tenant_id: '01900000-0000-7000-8000-00000000000a', mode: 'test' }, id)).toBeNull()
    await cancelReplay(scope(), id, operator)
    await expect(cancelReplay(scope(), id, operator)).rejects.toMatchObject({ code: 'replay_over' })
    await replayStep()
    expect(await replayById(scope(), id)).toMatchObject({ state: 'canceled', found: 0 })
  })
})

describe('from the command line', () => {
  const command = (...args: string[]) =>
    new Promise<{ code: number | null; out: string }>((resolve) => {
      const child = spawn(process.execPath, ['scripts/run.mjs', 'replay', ...args], { env: process.env, stdio: ['ignore', 'pipe', 'pipe'] })
      let out = ''
      child.stdout.on('data', (part) => (out += String(part)))
      child.stderr.on('data', (part) => (out += String(part)))
      child.once('exit', (code) => resolve({ code, out }))
    })

  it('says what it can do, and what is wrong with what it is asked', async () => {
    const [slug] = (await house.rows<{ slug: string }>('SELECT slug FROM tenant')).map((row) => row.slug)
    const [help, unknown, nobody, empty] = await Promise.all([
      command('--help'),
      command('--tenant', slug ?? '', '--event', 'evt_1', '--typ', 'x'),
      command('--tenant', 'nobody', '--all'),
      command('--tenant', slug ?? '', '--mode', 'test'),
    ])
    expect(help).toMatchObject({ code: 0, out: expect.stringContaining('--apply') })
    expect(unknown).toMatchObject({ code: 1, out: expect.stringContaining('--typ') })
    expect(nobody).toMatchObject({ code: 1, out: expect.stringContaining('There is no tenant nobody.') })
    expect(empty).toMatchObject({ code: 1, out: expect.stringContaining('Name an event, a payment') })
  })

  it('tells what would change, asks, and does it', async () => {
    const [slug] = (await house.rows<{ slug: string }>('SELECT slug FROM tenant')).map((row) => row.slug)
    const about = ['--tenant', slug ?? '', '--mode', 'test', '--payment', 'pi_house']
    await house.owner.query(`UPDATE payment SET amount = 77 WHERE stripe_id = 'pi_house'`)
    const dry = await command(...about)
    expect(dry).toMatchObject({ code: 0, out: expect.stringContaining('payment.amount: 77 -> 5000') })
    expect(await rowOf('payment', 'pi_house')).toMatchObject({ amount: 77n })
    expect(await command(...about, '--apply', '--yes')).toMatchObject({ code: 0, out: expect.stringContaining('1 payments and 0 other rows changed') })
    expect(await rowOf('payment', 'pi_house')).toMatchObject({ amount: 5000n })
  })
})
