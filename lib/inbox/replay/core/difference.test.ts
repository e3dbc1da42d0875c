import { expect, it } from 'vitest'
import { differenceBetween, type StoredState } from './difference'

const match = (payment_id: string, amount: bigint) => ({ table: 'match', payment_id, key: 'order-1', row: { payment_id, amount, order_id: 'order-1' } })

it('tells two payments apart that are matched with one order', () => {
  const state: StoredState = [match('p1', 500n), match('p2', 700n)]
  expect(differenceBetween(state, [...state].reverse())).toEqual([])
  expect(differenceBetween(state, [match('p1', 500n), match('p2', 800n)]).map(({ payment_id, fields }) => ({ payment_id, fields }))).toEqual([
    { payment_id: 'p2', fields: { 'match.amount': ['700', '800'] } },
  ])
})
