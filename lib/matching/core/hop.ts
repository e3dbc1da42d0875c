export const hopStates = ['proven', 'inferred', 'missing', 'not_due', 'not_applicable'] as const
export type HopState = (typeof hopStates)[number]

export function isHopState(text: unknown): text is HopState {
  return hopStates.some((state) => state === text)
}

/** One link of the chain: how sure it is, by which rule, on what evidence. */
export type Hop = { state: HopState; rule: string; evidence: Record<string, unknown> }
export type Hops = { order: Hop; store: Hop; balance: Hop; payout: Hop; bank: Hop }

export const words = ['unmatched', 'linked', 'confirmed', 'settled', 'paid_out', 'reconciled'] as const
export type Word = (typeof words)[number]

/** The word shown for a payment, derived from its hops: each word asks for all that the one before it did. */
export function wordOf(hops: Hops): Word {
  const steps: [Word, Hop][] = [
    ['linked', hops.order],
    ['confirmed', hops.store],
    ['settled', hops.balance],
    ['paid_out', hops.payout],
    ['reconciled', hops.bank],
  ]
  let word: Word = 'unmatched'
  for (const [next, hop] of steps) {
    if (hop.state !== 'proven' && !(next === 'reconciled' && hop.state === 'not_applicable')) break
    word = next
  }
  return word
}
