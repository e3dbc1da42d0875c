/**
 * Decimals of a currency as WooCommerce shows them. Shops write what ISO 4217 says, which is not
 * always what Stripe takes (ISK and UGX are sent to Stripe with two decimals, shown here with none).
 */
const withoutDecimals = new Set(['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'UGX', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'])
const withThree = new Set(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'])

/** Digits after the point for an ISO currency code in any case. */
export function decimalsOf(currency: string): number {
  const code = currency.toUpperCase()
  if (withoutDecimals.has(code)) return 0
  return withThree.has(code) ? 3 : 2
}

/** Integer minor units to the decimal string WooCommerce answers with: 1999 USD is "19.99", 1999 JPY is "1999". */
export function formatMinor(minor: number, currency: string): string {
  const digits = decimalsOf(currency)
  const sign = minor < 0 ? '-' : ''
  const all = String(Math.abs(minor)).padStart(digits + 1, '0')
  return digits === 0 ? sign + all : `${sign}${all.slice(0, -digits)}.${all.slice(-digits)}`
}

/**
 * Decimal string to integer minor units, by string arithmetic.
 * Surplus decimals round half up, as WooCommerce does. Null when it is no number.
 */
export function parseDecimal(text: string, currency: string): number | null {
  const match = /^(-?)(\d{1,12})(?:\.(\d{0,8}))?$/.exec(text.trim())
  if (!match) return null
  const digits = decimalsOf(currency)
  const fraction = (match[3] ?? '').padEnd(digits + 1, '0')
  const kept = Number(`${match[2]}${fraction.slice(0, digits)}`)
  const rounded = kept + (fraction.charAt(digits) >= '5' ? 1 : 0)
  return match[1] === '-' && rounded !== 0 ? -rounded : rounded
}

/** Tax on a net amount, rounded half up to whole minor units. The rate is a percentage such as 19 or 7.7. */
export function taxOn(net: number, ratePercent: number): number {
  return Math.round((net * Math.round(ratePercent * 1000)) / 100_000)
}
