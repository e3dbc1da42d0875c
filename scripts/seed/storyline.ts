/** What happens to the demo's orders. Data alone: the same number gives the same story, so that two demos look alike. */
export type Ending =
  | { kind: 'paid'; card?: string }
  | { kind: 'abandoned' }
  | { kind: 'declined_then_paid' }
  | { kind: 'three_d_secure'; outcome: 'succeed' | 'fail' }
  | { kind: 'delayed'; succeeds: boolean }
  | { kind: 'cancelled_while_paying' }
  | { kind: 'two_tabs' }

export type Story = {
  ending: Ending
  /** What follows, and how many days later. */ later: ({ what: 'refund'; share: 'part' | 'all'; days: number } | { what: 'win' | 'lose'; days: number })[]
}

const visa = '4242424242424242'
const cards = [visa, '5555555555554444', visa, '378282246310005', visa, '6011111111111117']

/** Refund later fails by itself; the two dispute cards open a dispute right after success (docs.stripe.com/testing). */
const refundFails = '4000000000005126'
const disputed = '4000000000000259'

export function storyOf(index: number): Story {
  const paid = (later: Story['later'] = [], card = cards[index % cards.length]): Story => ({ ending: { kind: 'paid', card }, later })
  if (index === 3) return { ending: { kind: 'cancelled_while_paying' }, later: [] }
  if (index % 97 === 40) return paid([{ what: 'refund', share: 'all', days: 4 }], refundFails)
  if (index % 83 === 20) return paid([{ what: index % 2 === 0 ? 'win' : 'lose', days: 5 }], disputed)
  if (index % 83 === 61) return paid([], disputed)
  const beat = index % 30
  if (beat === 2 || beat === 17) return { ending: { kind: 'abandoned' }, later: [] }
  if (beat === 5) return { ending: { kind: 'declined_then_paid' }, later: [] }
  if (beat === 7 || beat === 22) return { ending: { kind: 'three_d_secure', outcome: 'succeed' }, later: [] }
  if (beat === 14) return { ending: { kind: 'three_d_secure', outcome: 'fail' }, later: [] }
  if (beat === 11) return { ending: { kind: 'delayed', succeeds: true }, later: [] }
  if (beat === 26) return { ending: { kind: 'delayed', succeeds: false }, later: [] }
  if (beat === 19) return { ending: { kind: 'two_tabs' }, later: [] }
  if (beat === 9) return paid([{ what: 'refund', share: 'part', days: 3 }])
  if (beat === 24) return paid([{ what: 'refund', share: 'all', days: 6 }])
  return paid()
}

/** Which of a tenant's stores the next order goes to: the first one sells most, the staging shop little. */
export function storeFor(index: number, stores: number): number {
  return [0, 0, 1, 0, 1, 0, 0, 1, 0, 2][index % 10]! % stores
}
