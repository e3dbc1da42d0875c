import { describe, expect, it } from 'vitest'
import type { StoreOrder } from '@/lib/commerce/core/order'
import { decideMarkPaid } from './mark-paid'
import { noteText } from './note-text'
import { afterFailure, longestAwayMs, triesWhenPassing, triesWhenRefused, type Trouble } from './retry'

const order: StoreOrder = {
  external_id: '1',
  display_number: '1',
  status: 'pending',
  standing: 'open',
  currency: 'eur',
  total: 2000n,
  total_text: '20.00',
  problem: null,
  customer_name: null,
  customer_email: null,
  payment_method: null,
  placed_at: null,
  paid_at: null,
  modified_at: null,
  lines: [],
  claims: [],
}
const payment = { reference: 'pi_1', amount: 2000n, currency: 'eur', payment_id: 'p' }
const ours = [{ reference: 'pi_1', gateway: null, paid_at: null }]
const theirs = [{ reference: 'pi_2', gateway: null, paid_at: null }]
const at = new Date('2026-01-01T00:00:00Z')

describe('what to do about a paid order', () => {
  const table: [string, Partial<StoreOrder> | null, string, string | null][] = [
    ['waiting for it', {}, 'write', null],
    ['waiting, with the id of an abandoned try', { claims: theirs }, 'write', null],
    ['naming us but not paid yet', { claims: ours }, 'write', null],
    ['paid by us', { standing: 'paid', claims: ours, paid_at: at }, 'already', null],
    ['paid by us, though its total changed since', { standing: 'paid', claims: ours, paid_at: at, total: 1n }, 'already', null],
    ['paid by us and refunded in the store', { standing: 'refunded', claims: ours, paid_at: at }, 'already', null],
    ['refunded, never paid by us', { standing: 'refunded', claims: theirs, paid_at: at }, 'skip', null],
    ['paid by another', { standing: 'paid', claims: theirs }, 'skip', 'order_paid_elsewhere'],
    ['cancelled, even naming us', { standing: 'canceled', claims: ours, paid_at: at }, 'skip', null],
    ['in the trash', { standing: 'deleted' }, 'skip', null],
    ['gone', null, 'skip', null],
    ['unknown', { standing: 'unclassified' }, 'skip', 'order_status_unclassified'],
    ['one cent dearer', { total: 2001n }, 'skip', 'order_total_differs'],
    ['of an unreadable amount', { total: null, problem: 'too_many_decimals' }, 'skip', 'order_total_differs'],
    ['in another currency', { currency: 'usd' }, 'skip', 'order_total_differs'],
  ]
  it.each(table)('an order %s', (_, change, act, finding) => {
    const decision = decideMarkPaid(change === null ? null : { ...order, ...change }, payment, false)
    expect([decision.act, decision.act === 'skip' ? decision.finding : null]).toEqual([act, finding])
  })
})

describe('what to do once all of the money went back', () => {
  const table: [string, Partial<StoreOrder> | null, string][] = [
    ['waiting for it', {}, 'payment_refunded'],
    ['paid by us', { standing: 'paid', claims: ours, paid_at: at }, 'already'],
    ['paid by another', { standing: 'paid', claims: theirs }, 'payment_refunded'],
    ['cancelled', { standing: 'canceled' }, 'payment_refunded'],
    ['gone', null, 'payment_refunded'],
  ]
  it.each(table)('an order %s', (_, change, expected) => {
    const decision = decideMarkPaid(change === null ? null : { ...order, ...change }, payment, true)
    expect(decision.act === 'skip' ? decision.reason : decision.act).toBe(expected)
    if (decision.act === 'skip') expect(decision.finding).toBeNull()
  })
})

describe('what follows a failed try', () => {
  const now = new Date('2026-01-10T00:00:00Z')
  const ago = (ms: number) => new Date(now.getTime() - ms).toISOString()
  const after = (trouble: Trouble, attempts: number, away: { tries: number; since: string | null } | null = null, jitter = 0) =>
    afterFailure(trouble, { attempts, away }, now, jitter)

  it('waits longer each time, up to a quarter of an hour', () => {
    expect([1, 2, 3, 9, 10, 50].map((n) => after('passing', n))).toEqual(
      [2, 4, 8, 512, 900, 900].map((waitSeconds) => ({ state: 'queued', waitSeconds, away: null })),
    )
    expect(after('passing', 3, null, 1)).toMatchObject({ state: 'queued', waitSeconds: 6 })
    expect(after('away', 600, { tries: 599, since: ago(1) })).toMatchObject({ waitSeconds: 900 })
  })

  it('gives up after so many tries, or once the store has been away for days', () => {
    expect([
      after('refused', triesWhenRefused - 1).state,
      after('refused', triesWhenRefused).state,
      after('passing', triesWhenPassing - 1).state,
      after('passing', triesWhenPassing).state,
      after('away', 5000, { tries: 4999, since: ago(longestAwayMs - 1) }).state,
      after('away', 2, { tries: 1, since: ago(longestAwayMs) }).state,
    ]).toEqual(['queued', 'dead', 'queued', 'dead', 'queued', 'dead'])
  })

  it('counts an outage from its first failure, and its tries for nothing else', () => {
    expect(after('away', 1).away).toEqual({ tries: 1, since: now.toISOString() })
    expect(after('away', 3, { tries: 2, since: ago(500) }).away).toEqual({ tries: 3, since: ago(500) })
    // The store is back and says no: that is the first refusal, and an outage that follows is another one.
    const back = after('refused', 301, { tries: 300, since: ago(86_400_000) })
    expect(back).toEqual({ state: 'queued', waitSeconds: 2, away: { tries: 300, since: null } })
    expect(after('away', 302, back.away).away).toEqual({ tries: 301, since: now.toISOString() })
  })
})

it('writes notes in exact amounts', () => {
  expect(noteText({ note: 'refund', status: 'failed', reference: 're_1', amount: 1200n, currency: 'jpy', failure_reason: 'expired_or_canceled_card' })).toBe(
    'Matchbook: the refund of 1,200 JPY failed at Stripe (expired or canceled card); the money is still here (re_1).',
  )
  expect(noteText({ note: 'dispute', status: 'needs_response', reference: 'du_1', amount: 123456n, currency: 'eur', reason: 'product_not_received' })).toBe(
    "Matchbook: the customer's bank disputes 1,234.56 EUR (product not received); status of the dispute: needs response (du_1).",
  )
})
