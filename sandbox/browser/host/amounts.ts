// https://docs.stripe.com/currencies#zero-decimal and #three-decimal
const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '))
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '))
// Sent with two decimals although they have none: https://docs.stripe.com/currencies#special-cases
const TWO_DECIMAL_BY_HISTORY = new Set(['isk', 'ugx'])

/** Number of decimals between Stripe's minor units and one unit of the currency: 0, 2 or 3. */
export function currencyExponent(currency: string): 0 | 2 | 3 {
  const code = currency.toLowerCase()
  if (ZERO_DECIMAL.has(code)) return 0
  return THREE_DECIMAL.has(code) ? 3 : 2
}

/** Shifts whole minor units into a decimal string without floating point: (-5, 2) -> "-0.05". */
export function decimalString(minor: number, exponent: number): string {
  const sign = minor < 0 ? '-' : ''
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0')
  if (exponent === 0) return sign + digits
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

/** An amount as a buyer reads it ("$10.00", "¥1,200", "KWD 1.250"), by the currency's own decimals. */
export function displayAmount(minor: number, currency: string, locale: string): string {
  const exponent = currencyExponent(currency)
  const shown = TWO_DECIMAL_BY_HISTORY.has(currency.toLowerCase()) ? 0 : exponent
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: shown,
    maximumFractionDigits: exponent,
  })
  return format.format(decimalString(minor, exponent) as `${number}`)
}

/** `{minorUnitsAmount, amount}` as every amount of a browser session is shaped. */
export function checkoutAmount(minor: number, currency: string, locale: string) {
  return { minorUnitsAmount: minor, amount: displayAmount(minor, currency, locale) }
}
