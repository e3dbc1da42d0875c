import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { families, type Family, type FamilyEvent } from './families.test-support'
import type { Item, Resolved } from './contents'
import { foldItem } from './fold-item'
import { emptyWorkingSet } from './working-set'

/**
 * Any order and any repetition of a family of events gives the same end state, once the reads that the fold asked for
 * are answered with what Stripe says then.
 */
const runsPerFamily = 150

function item(object: FamilyEvent['object'], event: { type: string; second: number; previous?: Record<string, unknown>; read?: boolean }): Item {
  const at = new Date(event.second * 1000)
  const row = { tenant_id: 't', connection_id: 'c', mode: 'live', bucket: 1, id: 'i', kind: event.read ? 'read' : 'delivery' } as Resolved
  return {
    row,
    object: structuredClone(object),
    snapshot: { kind: event.read ? 'read' : 'delivery', type: event.type, created: at, as_of: event.read ? at : null, previous: event.previous ?? null },
  }
}

/** Folds, then answers every wanted read with the family's last snapshot of that object until nothing is wanted. */
function endState(family: Family, order: FamilyEvent[]): unknown {
  const set = emptyWorkingSet()
  const wanted = new Set<string>()
  const fold = (one: Item) => foldItem(set, one).wants.forEach((want) => wanted.add(want.object_id))
  for (const event of order) fold(item(event.object, event))
  const last = new Map(family.events.map((event) => [event.object.id, event.object]))
  for (let round = 0, second = 2_000; wanted.size > 0; round++, second += 10) {
    if (round > 5) throw new Error(`reads never settle: ${[...wanted].join(', ')}`)
    const ask = [...wanted].sort()
    wanted.clear()
    for (const id of ask) {
      const object = last.get(id)
      if (object) fold(item(object, { type: `${object.object}.read`, second, read: true }))
    }
  }
  const known = (row: { stripe_id: string }) => [
    row.stripe_id,
    Object.fromEntries(Object.entries(row).filter(([name]) => !['id', 'payment_id', 'snapshot_at', 'read_as_of', 'updated_at'].includes(name))),
  ]
  const rows = (map: Map<string, { stripe_id: string }>) =>
    Object.fromEntries([...map.values()].map(known).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)))
  return { payments: rows(set.payments), charges: rows(set.charges), refunds: rows(set.refunds), disputes: rows(set.disputes) }
}

describe.each(families)('$name', (family) => {
  it('ends the same in any order, with any repetition', () => {
    const want = endState(family, family.events)
    const indexes = family.events.map((_, index) => index)
    const orders = fc
      .tuple(fc.shuffledSubarray(indexes, { minLength: indexes.length }), fc.array(fc.constantFrom(...indexes), { maxLength: 6 }))
      .chain(([all, repeated]) => fc.shuffledSubarray([...all, ...repeated], { minLength: all.length + repeated.length }))
    fc.assert(
      fc.property(orders, (order) => {
        expect(
          endState(
            family,
            order.flatMap((index) => family.events[index] ?? []),
          ),
        ).toEqual(want)
      }),
      { numRuns: runsPerFamily },
    )
  })
})

describe('what a family ends with', () => {
  const end = (name: string) => {
    const family = families.find((candidate) => candidate.name === name)
    if (!family) throw new Error(name)
    return endState(family, [...family.events].reverse()) as Record<string, Record<string, Record<string, unknown>>>
  }

  it('a failed refund is failed, the other stands', () => {
    expect(end('two refunds, one failing after it succeeded').refunds).toMatchObject({
      re_1: { status: 'failed', failure_balance_transaction_id: 'txn_f1' },
      re_2: { status: 'succeeded', amount: 1000n },
    })
  })
  it('an appeal that was won ends won, with both legs', () => {
    expect(end('disputed, lost, appealed, won').disputes).toMatchObject({
      dp_1: { status: 'won', legs: ['txn_d1', 'txn_d2'], funds_withdrawn: true, funds_reinstated: true },
    })
  })
  it('a partial capture captured what it captured', () => {
    expect(end('authorised, captured in part')).toMatchObject({
      payments: { pi_1: { status: 'succeeded', amount_captured: 3000n, amount_capturable: 0n } },
      charges: { ch_1: { amount_captured: 3000n } },
    })
  })
  it('a charge of its own that was released took no money and waits for none', () => {
    expect(end('a charge without a payment, authorised and released')).toMatchObject({ payments: { ch_1: { status: 'canceled' } } })
  })
  it('a delayed payment that failed took no money', () => {
    expect(end('delayed, failing in the end')).toMatchObject({
      payments: { pi_1: { status: 'requires_payment_method', amount_captured: 0n } },
      charges: { ch_1: { status: 'failed', captured: false, amount_captured: 0n } },
    })
  })
})
