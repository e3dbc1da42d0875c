import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { familyNames, historyOf } from './histories'
import { caseOf, describeCase, judge, reduce } from './judge'
import { Life } from './life'
import { chargeOf, disputeOf, intentOf, refundOf } from './objects'
import { runThrough } from './product'
import { seededRandom } from './random'
import { inOrder, type Step } from './schedule'

/** A short run of `npm run sim -- --core`: other cases every time, each named by what failed. */
describe('any order, any repetition, any moment of a read ends the same, as Stripe says it, and a replay changes nothing', () => {
  it.each(familyNames)('%s', (family) => {
    fc.assert(
      fc.property(fc.noBias(fc.maxSafeNat()), (number) => {
        const found = caseOf(family, String(number))
        const { verdict } = judge(found)
        if (verdict) throw new Error([`${family}#${number}: ${verdict.kind}`, ...verdict.words, ...describeCase(reduce(found, verdict))].join('\n'))
      }),
      { numRuns: 8 },
    )
  })
})

/** What once ended in two ways, as small as it gets. `order`: how the events came, by the order in which they were told. */
const regressions: { name: string; order: number[]; tell: (life: Life) => void }[] = [
  {
    name: 'the outcome of a pending charge stood after it had failed',
    order: [0, 1],
    tell: (life) => {
      const charge = life.make(chargeOf('py_1', life.second, { status: 'pending' }))
      life.tell('charge.pending', charge)
      life.change(charge, { status: 'failed', failure_code: 'declined', outcome: { type: 'issuer_declined', network_status: 'declined_by_network' } })
      life.tell('charge.failed', charge)
    },
  },
  {
    name: 'an older reason for waiting replaced the newer one of a refund',
    order: [1, 0],
    tell: (life) => {
      life.make(chargeOf('ch_1', life.second, {}))
      const refund = life.make(refundOf('re_1', life.second, { charge: 'ch_1', pending_reason: 'charge_pending' }))
      life.tell('refund.created', refund)
      life.second += 1
      life.change(refund, { pending_reason: 'processing' })
      life.tell('refund.updated', refund)
    },
  },
  {
    name: 'the first known address of a charge stood for ever',
    order: [1, 0],
    tell: (life) => {
      const charge = life.make(chargeOf('ch_1', life.second, { receipt_email: 'a@shop.test' }))
      life.tell('charge.succeeded', charge)
      life.second += 1
      life.change(charge, { receipt_email: 'b@shop.test' })
      life.tell('charge.updated', charge)
    },
  },
  {
    name: 'that money was given back was known by the event type alone',
    order: [0],
    tell: (life) => {
      life.make(chargeOf('ch_1', life.second, {}))
      const legs = [
        { id: 'txn_1', amount: -5000 },
        { id: 'txn_2', amount: 5000 },
      ]
      life.tell('charge.dispute.closed', life.make(disputeOf('dp_1', life.second, { charge: 'ch_1', status: 'won', balance_transactions: legs })))
    },
  },
  {
    name: 'an intent that had succeeded kept the time of a cancellation that never was',
    order: [0, 1],
    tell: (life) => {
      const intent = life.make(intentOf('pi_1', life.second, { status: 'succeeded', amount_received: 5000 }))
      life.tell('payment_intent.succeeded', intent)
      life.second += 1
      life.tellFalsely('payment_intent.canceled', intent, { status: 'canceled', canceled_at: life.second, cancellation_reason: 'expired' })
    },
  },
  {
    name: 'a value that went and came back within a second was settled by the value before it',
    order: [0, 2, 1],
    tell: (life) => {
      const charge = life.make(chargeOf('ch_1', life.second, { captured: true }))
      for (const amount_refunded of [1000, 0, 1000]) {
        life.change(charge, { amount_refunded })
        life.tell('charge.updated', charge)
      }
    },
  },
]

describe('what once went wrong, or nearly', () => {
  it.each(regressions)('not: $name', ({ order, tell }) => {
    const life = new Life(seededRandom('regression'), { burst: 1, otherApi: 0, newWords: false })
    tell(life)
    const history = { family: 'regression', versions: life.versions, told: life.told, attempts: [], silent: life.silent, otherApi: false }
    expect(judge({ history, steps: order.map((index) => ({ kind: 'event' as const, index })) }).verdict).toBeNull()
  })
  it('not: a read that was made earlier and folded later had the last word on a waiting refund', () => {
    const life = new Life(seededRandom('regression'), { burst: 1, otherApi: 0, newWords: false })
    life.make(chargeOf('ch_1', life.second, {}))
    const refund = life.make(refundOf('re_1', life.second, { charge: 'ch_1' }))
    life.tell('refund.created', refund)
    const [seq, second] = [life.told[0]?.seq ?? 0, life.second + 1]
    life.second += 10
    life.change(refund, { status: 'requires_action' })
    life.tell('refund.updated', refund)
    const history = { family: 'regression', versions: life.versions, told: life.told, attempts: [], silent: false, otherApi: false }
    const steps: Step[] = [
      { kind: 'event', index: 0 },
      { kind: 'read', id: 're_1', as: 'reply', seq, second, delay: 2 },
      { kind: 'event', index: 1 },
    ]
    expect(judge({ history, steps }).verdict).toBeNull()
  })
})

describe('the histories', () => {
  it('are the same for the same seed and others for another', () => {
    expect(historyOf('all at once', '7')).toEqual(historyOf('all at once', '7'))
    expect(historyOf('all at once', '7').told).not.toEqual(historyOf('all at once', '8').told)
  })
  it('end in rows of every table', () => {
    const ends = ['all at once', 'dispute with appeal'].map((family) => {
      const history = historyOf(family, '11')
      return runThrough(history, inOrder(history)).end
    })
    for (const table of ['payments', 'charges', 'refunds', 'disputes', 'payouts', 'transactions', 'attempts'])
      expect(
        ends.some((end) => Object.keys(end[table] ?? {}).length > 0),
        table,
      ).toBe(true)
  })
})
