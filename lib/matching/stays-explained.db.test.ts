import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { StoreOrder } from '@/lib/commerce/contract'
import { findStore } from '@/lib/commerce/store/store-row'
import { takeReading } from '@/lib/commerce/take-reading'
import { onWorker } from '@/lib/db/executor'
import { inWorkerTransaction } from '@/lib/db/pools'
import { cardPayment, openHouse, type House } from '@/lib/inbox/inbox-house.test-support'
import { replayById } from '@/lib/inbox/replay/queries'
import { replayStep } from '@/lib/inbox/replay/replay-step'
import { startReplay } from '@/lib/inbox/replay/start-replay'
import { newId, publicId } from '@/lib/kernel/id'
import { lockTenants } from './lock-tenants'
import { reconcilePayments } from './reconcile-payments'

vi.setConfig({ testTimeout: 120_000 })

let house: House
beforeAll(async () => {
  house = await openHouse()
  await house.owner.query(
    `INSERT INTO store_connection (tenant_id, store_id, base_url, credentials_sealed, write_back) VALUES ($1, $2, 'http://127.0.0.1:9', 'x', true)`,
    [house.tenant, house.store],
  )
})
afterAll(() => house.close())
beforeEach(() => asAtFirst())

async function asAtFirst(): Promise<void> {
  await house.owner.query(
    'TRUNCATE inbox_event, object_read, payment_transition, charge, refund, dispute, balance_transaction, reconciliation, match, effect, exception, payment, order_payment_claim, order_line CASCADE',
  )
  await house.owner.query('DELETE FROM checkout_attempt WHERE id <> $1', [house.attempt])
  await house.owner.query('DELETE FROM order_revision WHERE NOT (order_id = $1 AND revision = 1)', [house.order])
  await house.owner.query('DELETE FROM "order" WHERE id <> $1', [house.order])
  await house.owner.query(
    `UPDATE checkout_attempt SET state = 'open', session_id = $1, payment_intent_id = NULL, session_status = 'open', session_payment_status = NULL, session_as_of = NULL, ended_at = NULL`,
    [house.session],
  )
  await house.owner.query(
    `UPDATE "order" SET read_at = to_timestamp(50), payment_state = 'unpaid', matched_amount = 0, deleted_at = NULL, status = 'pending', total = 5000, content_hash = 'a', revision = 1, paid_at = NULL`,
  )
}

const tables = ['payment', 'reconciliation', 'match', 'exception', 'effect', '"order"']
const everything = async () => {
  const found: string[] = []
  for (const table of tables) {
    const rows = await house.rows<{ row: unknown }>(`SELECT to_jsonb(t) - 'updated_at' AS row FROM ${table} t`)
    found.push(...rows.map(({ row }) => `${table} ${JSON.stringify(row)}`).sort())
  }
  return found
}
/** Explains every payment anew: what is stored must be what that says already. */
async function expectExplained(because: string): Promise<void> {
  const before = await everything()
  const payments = await house.rows<{ id: string }>('SELECT id FROM payment ORDER BY id')
  await inWorkerTransaction((sql) =>
    reconcilePayments(
      sql,
      house.tenant,
      payments.map(({ id }) => id),
    ),
  )
  expect(await everything(), because).toEqual(before)
  expect(await house.rows(`SELECT type, reason FROM inbox_event WHERE state = 'quarantined'`), because).toEqual([])
}

/** The store says this of an order at this second; null: it has no such order. */
async function read(second: number, order: Partial<StoreOrder> | null, external_id = '41'): Promise<void> {
  const whole: StoreOrder | null =
    order === null
      ? null
      : ({
          ...{
            external_id,
            display_number: `LS-${external_id}`,
            status: 'pending',
            standing: 'open',
            currency: 'usd',
            total: 5000n,
            total_text: '50.00',
            problem: null,
          },
          ...{ customer_name: null, customer_email: null, payment_method: null, placed_at: null, paid_at: null, modified_at: null, lines: [], claims: [] },
          ...order,
        } as StoreOrder)
  await inWorkerTransaction(async (sql) => {
    await lockTenants(sql, [house.tenant])
    const store = await findStore(onWorker(sql), house.tenant, house.store)
    if (!store) throw new Error('there is no store')
    await takeReading(sql, store, external_id, { order: whole, read_at: new Date(second * 1000) }, 'sync')
  })
}
const paidWith = (...references: string[]): Partial<StoreOrder> => ({
  ...{ status: 'processing', standing: 'paid', paid_at: new Date(104_000) },
  claims: references.map((reference) => ({ reference, gateway: 'x', paid_at: null })),
})
const hear = async (...events: object[]) => {
  for (const event of events) await house.deliver(event)
  await house.drain()
}
const disputeOf = (of: string, id: string, status: string, amount: number) => ({
  ...{ id: `du_${of}_${id}`, object: 'dispute', charge: `ch_${of}`, payment_intent: `pi_${of}`, amount, currency: 'usd', created: 300, reason: 'fraudulent' },
  ...{ status, balance_transactions: [{ id: `txn_du_${of}_${id}`, amount: -amount }] },
  evidence_details: { due_by: 900, has_evidence: false, past_due: false, submission_count: 0 },
})
const open = () => house.rows(`SELECT type, amount_at_risk FROM exception WHERE state = 'open' ORDER BY type`)

describe('what is stored is what explaining again would say', () => {
  it('while one payment has several disputes that were won and not reinstated: one finding says it of all', async () => {
    await hear(...cardPayment(house).events)
    await house.answer(disputeOf('house', '1', 'won', 2000))
    await house.answer(disputeOf('house', '2', 'won', 1000))
    await expectExplained('two disputes')
    expect(await open()).toEqual([{ type: 'dispute_won_not_reinstated', amount_at_risk: 3000n }])
  })

  it('when an order is gone and comes back as it was', async () => {
    await read(60, paidWith('pi_house'))
    await hear(...cardPayment(house).events)
    expect(await open()).toEqual([])
    await read(3000, null)
    expect(await open()).toEqual([{ type: 'paid_but_order_cancelled', amount_at_risk: 5000n }])
    await read(3060, paidWith('pi_house'))
    expect(await open()).toEqual([])
    await expectExplained('back again')
  })

  it('when an order that costs something else is read once more, as it was', async () => {
    await read(60, { total: 6000n, total_text: '60.00' })
    await hear(...cardPayment(house).events)
    await read(2000, { total: 6000n, total_text: '60.00' })
    expect(await open()).toEqual([{ type: 'amount_differs', amount_at_risk: 1000n }])
    await read(2060, { total: 6000n, total_text: '60.00' })
    await expectExplained('read again')
  })

  it('when a store names a try of a payment that is not its last', async () => {
    const { intent, charge } = cardPayment(house)
    await house.owner.query(`UPDATE checkout_attempt SET session_id = 'cs_other'`)
    await hear(
      house.eventOf('charge.failed', 100, { ...charge, id: 'ch_first', status: 'failed', captured: false, amount_captured: 0 }),
      house.eventOf('charge.succeeded', 101, charge),
      house.eventOf('payment_intent.succeeded', 101, { ...intent, metadata: {}, status: 'succeeded', amount_received: 5000, latest_charge: 'ch_house' }),
    )
    await read(3000, paidWith('ch_first'))
    await expectExplained('another try')
  })

  it('when what an exception says was bent, a replay tells so and makes it straight', async () => {
    await read(60, { total: 6000n, total_text: '60.00' })
    await hear(...cardPayment(house).events)
    await read(2000, { total: 6000n, total_text: '60.00' })
    const replay = async (dry_run: boolean) => {
      const scope = { tenant_id: house.tenant, mode: 'test' as const }
      const { id } = await startReplay(scope, { filter: { all: true }, dry_run, actor: { kind: 'operator' } })
      while (await replayStep(id)) continue
      return (await replayById(scope, id))?.difference
    }
    expect(await replay(true)).toMatchObject({ payments: [] })
    await house.owner.query(`UPDATE exception SET amount_at_risk = 1 WHERE state = 'open'`)
    const seen = await replay(true)
    expect(seen?.payments.map(({ fields }) => fields)).toEqual([{ 'exception.amount_differs.amount_at_risk': ['1', '1000'] }])
    expect(await replay(false)).toEqual(seen)
    expect(await open()).toEqual([{ type: 'amount_differs', amount_at_risk: 1000n }])
    expect(await replay(true)).toMatchObject({ payments: [] })
  })
})

describe('whatever comes, in whatever order and batches', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('explaining again changes nothing (seed %i)', async (seed) => {
    const pick = dice(seed)
    const acts = await life(pick)
    for (let round = 1; acts.length > 0; round++) {
      for (const act of acts.splice(0, pick([1, 1, 2, 4, 9]))) await act()
      await house.drain()
      await expectExplained(`round ${round}`)
    }
  })
})

type Pick = <T>(of: readonly T[]) => T

function dice(seed: number): Pick {
  let state = seed * 7919
  return (of) => {
    state = (state * 1103515245 + 12345) & 0x7fffffff
    return of[Math.floor((state / 0x7fffffff) * of.length)] as (typeof of)[number]
  }
}

/**
 * Three payments, two of which pay one order and one that came from elsewhere, with refunds that fail, disputes, and the
 * movements of their money; and two orders of which the store says now this, now that. Shuffled.
 */
async function life(pick: Pick): Promise<(() => Promise<unknown>)[]> {
  const attempt = newId()
  await house.owner.query(
    `INSERT INTO checkout_attempt (tenant_id, id, mode, store_id, order_id, connection_id, state, amount, currency, order_revision, session_id, session_status, pay_token_hash, created_by, created_at, opened_at)
     SELECT tenant_id, $1, mode, store_id, order_id, connection_id, 'canceled', amount, currency, order_revision, 'cs_again', 'open', '\\x01', created_by, created_at, opened_at FROM checkout_attempt`,
    [attempt],
  )
  type Family = { events: { type: string; data: { object: { metadata?: object } } }[]; transaction: object }
  const renamed = (...names: (readonly [string, string])[]) =>
    JSON.parse(names.reduce((text, [from, to]) => text.replaceAll(from, to), JSON.stringify(cardPayment(house)))) as Family
  const elsewhere = renamed(['_house', '_third'])
  const families = {
    house: renamed(),
    again: renamed([house.session, 'cs_again'], ['_house', '_again'], [house.labels.mb_attempt, publicId('attempt', attempt)]),
    third: {
      ...elsewhere,
      events: elsewhere.events
        .filter(({ type }) => type !== 'checkout.session.completed')
        .map((event) => ({ ...event, data: { object: { ...event.data.object, metadata: {} } } })),
    },
  }
  const acts: (() => Promise<unknown>)[] = []
  const maybe = (chance: number, act: () => Promise<unknown>) => {
    if (pick([...Array(10).keys()]) < chance * 10) acts.push(act)
  }
  for (const [of, { events, transaction }] of Object.entries(families)) {
    for (const event of events) acts.push(() => house.deliver(event))
    const refund = (id: string, created: number, status: string, amount: number) => {
      const back = status === 'failed' ? `txn_back_${of}` : null
      const object = {
        ...{ id: `re_${of}_${id}`, object: 'refund', charge: `ch_${of}`, payment_intent: `pi_${of}`, amount, currency: 'usd', status, created: 200 },
        ...{ metadata: {}, reason: null, balance_transaction: `txn_re_${of}_${id}`, failure_balance_transaction: back },
      }
      const event = house.eventOf(status === 'failed' ? 'refund.failed' : 'refund.created', created, object)
      maybe(0.5, () => house.deliver(event))
    }
    refund('1', 200, 'succeeded', pick([1000, 5000]))
    refund('1', 210, 'failed', 1000)
    refund('2', 205, 'pending', 500)
    for (const dispute of [disputeOf(of, '1', 'needs_response', 2000), disputeOf(of, '1', pick(['won', 'lost']), 2000), disputeOf(of, '2', 'won', 1000)])
      maybe(0.4, () => house.answer(dispute))
    const moved = (id: string, source: string, amount: number, type: string) => ({
      ...{ ...transaction, id, source, amount, fee: 0, net: amount, type, reporting_category: type, fee_details: [], created: 500 },
    })
    for (const row of [
      transaction,
      moved(`txn_re_${of}_1`, `re_${of}_1`, -1000, 'refund'),
      moved(`txn_back_${of}`, `re_${of}_1`, 1000, 'refund_failure'),
      moved(`txn_du_${of}_1`, `du_${of}_1`, -2000, 'dispute'),
      moved(`txn_won_${of}`, `du_${of}_1`, 2000, 'dispute_reversal'),
      moved(`txn_du_${of}_2`, `du_${of}_2`, -1000, 'dispute'),
    ])
      maybe(0.7, () => house.book([row]))
  }
  let second = 60
  for (let reading = 0; reading < 8; reading++)
    acts.push(async () => {
      second += pick([20, 1000])
      const said: (Partial<StoreOrder> | null)[] = [
        null,
        {},
        { total: 6000n, total_text: '60.00' },
        { total: null, total_text: 'many', problem: 'not_a_decimal' },
        { status: 'cancelled', standing: 'canceled' },
        paidWith(),
        paidWith('pi_house'),
        paidWith('pi_again'),
        paidWith('ch_third'),
        paidWith('pi_house', 'pi_again'),
        paidWith('ch_third', 'pi_third'),
      ]
      await read(second, pick(said), pick(['41', '42']))
    })
  return acts
    .map((act) => ({ act, at: pick([...Array(1000).keys()]) }))
    .sort((a, b) => a.at - b.at)
    .map(({ act }) => act)
}
