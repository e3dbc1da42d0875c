/**
 * Minor-unit exponents of ISO 4217 as Stripe charges them (docs.stripe.com/currencies). ISK and UGX have no minor
 * unit in use but are sent with two decimals, the last two zero; HUF and TWD are charged with two decimals.
 */
const zeroDecimal = new Set(['bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf'])
const threeDecimal = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd'])
/** Amounts of these must be a multiple of this many minor units when Stripe charges them. */
const chargeStep: Record<string, bigint> = { isk: 100n, ugx: 100n, bhd: 10n, jod: 10n, kwd: 10n, omr: 10n, tnd: 10n }

/** Number of decimals of a currency (lower- or upper-case ISO code). */
export function exponentOf(currency: string): 0 | 2 | 3 {
  const code = currency.toLowerCase()
  return zeroDecimal.has(code) ? 0 : threeDecimal.has(code) ? 3 : 2
}

/** The smallest amount, in minor units, that Stripe can charge a multiple of. */
export function chargeStepOf(currency: string): bigint {
  return chargeStep[currency.toLowerCase()] ?? 1n
}

/** The currencies that have no decimals, or three; all others have two. For statements that format money themselves. */
export function currenciesWith(exponent: 0 | 3): string[] {
  return [...(exponent === 0 ? zeroDecimal : threeDecimal)]
}

export function isCurrency(text: string): boolean {
  return /^[a-z]{3}$/.test(text)
}
