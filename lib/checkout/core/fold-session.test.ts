import fc from 'fast-check'
import type Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import type { Snapshot } from '@/lib/inbox/core/standing'
import { publicId } from '@/lib/kernel/public-id'
import type { AttemptRow } from './attempt'
import { isLive, liveStates, type AttemptState } from './attempt-state'
import { foldSession } from './fold-session'

const id = '01900000-0000-7000-8000-000000000001'
const start = Date.UTC(2026, 10, 21, 10) / 1000
const at = (second: number) => new Date((start + second) * 1000)

const attempt = (more: Partial<AttemptRow> = {}): AttemptRow => ({
  tenant_id: id,
  id,
  mode: 'live',
  store_id: id,
  order_id: id,
  connection_id: id,
  state: 'open',
  reason: null,
  amount: 1000n,
  currency: 'usd',
  order_revision: 1,
  generation: 1,
  session_id: 'cs_1',
  client_secret_sealed: null,
  session_status: null,
  session_payment_status: null,
  session_expires_at: null,
  session_as_of: null,
  payment_intent_id: null,
  return_url: null,
  created_by: 'test',
  created_at: at(0),
  opened_at: at(0),
  ended_at: null,
  ...more,
})

type News = { session: Stripe.Checkout.Session; snapshot: Snapshot }
const session = (
  status: 'open' | 'complete' | 'expired',
  payment_status: 'paid' | 'unpaid' | 'no_payment_required',
  intent: string | null,
): Stripe.Checkout.Session =>
  ({
    id: 'cs_1',
    object: 'checkout.session',
    status,
    payment_status,
    payment_intent: intent,
    client_reference_id: publicId('attempt', id),
    expires_at: start + 86_400,
    amount_total: 1000,
    currency: 'usd',
  }) as Stripe.Checkout.Session
const event = (type: string, second: number, carried: Stripe.Checkout.Session): News => ({
  session: carried,
  snapshot: { kind: 'delivery', type: `checkout.session.${type}`, created: at(second), as_of: null, previous: null },
})
const read = (second: number, carried: Stripe.Checkout.Session, kind: 'read' | 'reply' = 'read'): News => ({
  session: carried,
  snapshot: { kind, type: `checkout.session.${kind}`, created: at(second), as_of: at(second), previous: null },
})

const opened = read(0, session('open', 'unpaid', null), 'reply')
const unpaid = session('complete', 'unpaid', 'pi_1')
const paid = session('complete', 'paid', 'pi_1')

/** What Stripe really sends for one session, in its order, reads of ours between. */
const families: Record<string, { news: News[]; ends: AttemptState }> = {
  'paid at once': { news: [opened, event('completed', 10, paid), read(10, paid), read(20, paid)], ends: 'paid' },
  'delayed, paid': {
    news: [
      opened,
      read(5, session('open', 'unpaid', null)),
      event('completed', 10, unpaid),
      read(11, unpaid),
      event('async_payment_succeeded', 90, paid),
      read(90, paid),
    ],
    ends: 'paid',
  },
  'delayed, failed': { news: [opened, event('completed', 10, unpaid), event('async_payment_failed', 90, unpaid), read(91, unpaid)], ends: 'failed' },
  'delayed, failed in the same second': { news: [opened, event('completed', 10, unpaid), event('async_payment_failed', 10, unpaid)], ends: 'failed' },
  'under way': { news: [opened, event('completed', 10, unpaid), read(11, unpaid)], ends: 'processing' },
  expired: { news: [opened, event('expired', 50, session('expired', 'unpaid', null)), read(51, session('expired', 'unpaid', null))], ends: 'expired' },
  'expired and complete, which cannot be': {
    news: [event('expired', 50, session('expired', 'unpaid', null)), event('completed', 50, unpaid), read(60, session('expired', 'unpaid', null))],
    ends: 'expired',
  },
  'expired and paid, which cannot be': {
    news: [event('expired', 50, session('expired', 'unpaid', null)), event('completed', 50, paid), read(60, paid)],
    ends: 'paid',
  },
}

const fold = (from: AttemptRow, news: News[]): AttemptRow =>
  news.reduce<AttemptRow>((row, { session, snapshot }) => foldSession(row, session, snapshot).row ?? row, from)

describe('any order, any repetition', () => {
  for (const [name, { news, ends }] of Object.entries(families)) {
    for (const from of [
      attempt(),
      attempt({ state: 'creating', session_id: null, opened_at: null }),
      attempt({ state: 'expired', ended_at: at(40) }),
      attempt({ state: 'canceled', session_id: null, ended_at: at(1) }),
    ]) {
      it(`${name}, from ${from.state}`, () => {
        const expected = fold(from, news)
        if (from.state === 'open') expect(expected.state).toBe(ends)
        const arrivals = fc.shuffledSubarray([...news.keys(), ...news.keys(), ...news.keys()], { minLength: news.length * 3, maxLength: news.length * 3 })
        fc.assert(
          fc.property(
            arrivals,
            (order) =>
              void expect(
                fold(
                  from,
                  order.map((index) => news[index] as News),
                ),
              ).toEqual(expected),
          ),
          { numRuns: 300 },
        )
      })
    }
  }

  it('no news brings an ended attempt back to a place that another may hold by now', () => {
    const all = Object.values(families).flatMap(({ news }) => news)
    const ended = fc.constantFrom<AttemptState>('expired', 'canceled', 'failed', 'paid')
    fc.assert(
      fc.property(
        ended,
        fc.array(fc.constantFrom(...all), { minLength: 1, maxLength: 8 }),
        (state, news) => void expect(isLive(fold(attempt({ state, ended_at: at(40) }), news).state)).toBe(false),
      ),
    )
    expect(liveStates).toEqual(['creating', 'open', 'processing'])
  })
})

it('takes the time of the event that ended it, whatever a later read says', () => {
  const { news } = families['paid at once'] as { news: News[] }
  expect(fold(attempt(), [...news].reverse()).ended_at).toEqual(at(10))
})

it('asks once when complete and expired are both told, and not again after the answer', () => {
  const expired = foldSession(attempt(), session('expired', 'unpaid', null), event('expired', 50, paid).snapshot).row as AttemptRow
  const both = foldSession(expired, paid, event('completed', 50, paid).snapshot)
  expect(both).toMatchObject({ reads: ['expired_and_complete'], alarm: 'expired_and_complete', row: { state: 'paid' } })
  const answered = foldSession(both.row, paid, read(60, paid).snapshot)
  expect(answered.reads).toEqual([])
  expect(foldSession(answered.row, session('expired', 'unpaid', null), event('expired', 50, paid).snapshot).reads).toEqual([])
})

it('learns the payment from the session, and asks when two are named', () => {
  const row = fold(attempt(), [opened, event('completed', 10, unpaid)])
  expect(row.payment_intent_id).toBe('pi_1')
  const other = { ...paid, payment_intent: 'pi_0' } as Stripe.Checkout.Session
  expect(foldSession(row, other, event('async_payment_succeeded', 90, other).snapshot)).toMatchObject({
    reads: ['two_ids'],
    row: { payment_intent_id: 'pi_1' },
  })
  expect(foldSession(row, other, read(95, other).snapshot)).toMatchObject({ reads: [], row: { payment_intent_id: 'pi_0' } })
})

it('a session of nobody and another session of ours change nothing; money on the latter is an alarm', () => {
  expect(foldSession(null, paid, event('completed', 10, paid).snapshot)).toEqual({ row: null, reads: [], note: 'foreign_session' })
  const other = { ...paid, id: 'cs_2' } as Stripe.Checkout.Session
  const row = attempt()
  expect(foldSession(row, other, event('completed', 10, other).snapshot)).toEqual({ row, reads: [], note: 'other_session', alarm: 'other_session_paid' })
})

it('an open session is no news for an attempt that is being made', () => {
  const row = attempt({ state: 'creating', session_id: null })
  expect(foldSession(row, session('open', 'unpaid', null), opened.snapshot).row).toMatchObject({ state: 'creating', session_id: null, session_status: 'open' })
})
