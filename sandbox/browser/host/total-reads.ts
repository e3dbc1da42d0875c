type Part = 'amount' | 'minorUnitsAmount' | 'currency' | 'divisor'

/** Remembers which parts of the total the page has read. */
export type TotalReads = {
  /** Notes the read and hands the value through. */
  note: <T>(part: Part, value: T) => T
  /**
   * Whether the page read `total.total.amount`, or all of total.total.minorUnitsAmount, currency and
   * minorUnitsAmountDivisor. Source: https://docs.stripe.com/js/custom_checkout/confirm
   */
  sufficient: () => boolean
}

/** Starts with nothing read. */
export function totalReads(): TotalReads {
  const seen = new Set<Part>()
  return {
    note: (part, value) => {
      seen.add(part)
      return value
    },
    sufficient: () => seen.has('amount') || (seen.has('minorUnitsAmount') && seen.has('currency') && seen.has('divisor')),
  }
}
