import type { Faults, Random } from '../contract'

/**
 * Every fault that this world can cause, with a probability that suits a history in which it is on: of deliveries per
 * event, of calls per call. A seed turns a random subset on.
 */
export const usualFaults = {
  'delivery.duplicate': 0.12,
  'delivery.simultaneous': 0.08,
  'delivery.disorder': 0.15,
  'delivery.late': 0.05,
  'delivery.lost': 0.04,
  'delivery.wrong_secret': 0.03,
  'delivery.old_secret': 0.15,
  'delivery.other_mode': 0.02,
  'delivery.misrouted': 0.03,
  'delivery.other_release': 0.05,
  'delivery.thin': 0.02,
  'delivery.other_body': 0.02,
  'delivery.unknown_type': 0.03,
  'stripe.nothing': 0.04,
  'stripe.lost': 0.05,
  'stripe.failed': 0.04,
  'stripe.failed_after_effect': 0.04,
  'stripe.gateway': 0.03,
  'stripe.gateway_after_effect': 0.03,
  'stripe.unnamed': 0.03,
  'stripe.key_in_use': 0.03,
  'stripe.rate_limited': 0.03,
  'shop.nothing': 0.05,
  'shop.lost': 0.06,
  'shop.failed': 0.05,
  'shop.failed_after_effect': 0.04,
  'shop.web_page': 0.04,
  'shop.firewall': 0.03,
  'shop.other_order': 0.03,
} as const satisfies Faults

export type FaultName = keyof typeof usualFaults

export type Dice = {
  /** Is this fault met now? Counted when it is. `probability`: where it is likelier than usual, if it is on at all. */
  met(name: FaultName, probability?: number): boolean
  /** Counts something that people or banks did, so that a history shows what it was made of. */
  count(name: string): void
  hits(): Record<string, number>
  heal(): void
  readonly healed: boolean
}

export function createDice(random: Random, faults: Faults): Dice {
  const counts = new Map<string, number>()
  let healed = false
  const count = (name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1)
  return {
    met(name, likelier) {
      const usual = faults[name] ?? 0
      if (healed || usual === 0 || !random.chance(likelier ?? usual)) return false
      count(name)
      return true
    },
    count,
    hits: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    heal: () => void (healed = true),
    get healed() {
      return healed
    },
  }
}
