/**
 * Money rules of the sandbox, in minor units.
 * Currencies: docs.stripe.com/currencies. Settlement stays in the charge's currency.
 */
const ZERO_DECIMAL = new Set(['bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf'])
const THREE_DECIMAL = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd'])

/** Digits after the decimal point in Stripe's amounts. */
export function decimals(currency: string): 0 | 2 | 3 {
  if (ZERO_DECIMAL.has(currency)) return 0
  return THREE_DECIMAL.has(currency) ? 3 : 2
}

/** For messages: `$20.00`, `¥2000`, `20.00 SEK`. */
export function formatAmount(amount: number, currency: string): string {
  const symbol = { usd: '$', eur: '€', gbp: '£', jpy: '¥' }[currency]
  const digits = decimals(currency)
  const number = (amount / 10 ** digits).toFixed(digits)
  return symbol === undefined ? `${number} ${currency.toUpperCase()}` : `${symbol}${number}`
}

/** Smallest charge, about 0.50 USD. */
export function minimumAmount(currency: string): number {
  const known: Readonly<Record<string, number>> = { usd: 50, eur: 50, gbp: 30, jpy: 50, krw: 500, sek: 300, nok: 300, dkk: 250, huf: 17500, isk: 10000 }
  return known[currency] ?? (decimals(currency) === 0 ? 50 : decimals(currency) === 3 ? 500 : 50)
}

export const MAXIMUM_AMOUNT = 99_999_999

interface Rate {
  /** Hundredths of a percent of the amount. */
  readonly bps: number
  readonly fixed: number
  readonly cap?: number
}

const CARD_RATES: Readonly<Record<string, Rate>> = {
  usd: { bps: 290, fixed: 30 },
  cad: { bps: 290, fixed: 30 },
  aud: { bps: 170, fixed: 30 },
  eur: { bps: 150, fixed: 25 },
  gbp: { bps: 150, fixed: 20 },
  jpy: { bps: 360, fixed: 0 },
}

function rateFor(method: string, currency: string): Rate {
  if (method === 'us_bank_account') return { bps: 80, fixed: 0, cap: 500 }
  if (method === 'sepa_debit') return { bps: 0, fixed: 35 }
  return CARD_RATES[currency] ?? { bps: 290, fixed: decimals(currency) === 0 ? 0 : decimals(currency) === 3 ? 300 : 30 }
}

/**
 * Processing fee of a payment: cards 2.9 % + 0.30 (usd, cad and currencies not named), 1.5 % + 0.25 (eur),
 * 1.5 % + 0.20 (gbp), 1.7 % + 0.30 (aud), 3.6 % (jpy); US bank account 0.8 % up to 5.00; SEPA debit 0.35.
 * Rounded half up.
 */
export function processingFee(method: string, currency: string, amount: number): number {
  const rate = rateFor(method, currency)
  const fee = Math.floor((amount * rate.bps + 5000) / 10_000) + rate.fixed
  return Math.min(fee, rate.cap ?? fee, amount)
}

/** Fee for receiving a dispute: 15.00 usd, 20.00 eur and gbp, 1300 jpy, else 15 units. Not given back. */
export function disputeFee(currency: string): number {
  const known: Readonly<Record<string, number>> = { usd: 1500, eur: 2000, gbp: 2000, jpy: 1300 }
  return known[currency] ?? 15 * 10 ** decimals(currency)
}
