import { exponentOf } from './currency'

export type DecimalResult = { ok: true; minor: bigint } | { ok: false; problem: 'not_a_decimal' | 'too_many_decimals' | 'too_large' }

/**
 * A shop's decimal text in major units -> minor units, by string arithmetic alone. Trailing zeros beyond the
 * currency's decimals are accepted ("10.500" in USD is 10.50); any other further digit is a problem, never rounded.
 */
export function parseDecimal(text: string, currency: string): DecimalResult {
  const found = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text.trim())
  if (!found) return { ok: false, problem: 'not_a_decimal' }
  const exponent = exponentOf(currency)
  const fraction = (found[3] ?? '').replace(/0+$/, '')
  if (fraction.length > exponent) return { ok: false, problem: 'too_many_decimals' }
  const digits = `${found[2]}${fraction.padEnd(exponent, '0')}`.replace(/^0+(?=\d)/, '')
  if (digits.length > 18) return { ok: false, problem: 'too_large' }
  const minor = BigInt(digits)
  return { ok: true, minor: found[1] === '-' ? -minor : minor }
}

/** Minor units -> plain decimal text in major units with exactly the currency's decimals ("-0.05", "1200"). For files. */
export function toDecimal(minor: bigint, currency: string): string {
  const exponent = exponentOf(currency)
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0')
  const whole = digits.slice(0, digits.length - exponent)
  const fraction = exponent === 0 ? '' : `.${digits.slice(-exponent)}`
  return `${minor < 0n ? '-' : ''}${whole}${fraction}`
}

/** Minor units -> grouped text with the code ("1,234.50 USD"). For screens. */
export function formatMinor(minor: bigint, currency: string): string {
  return `${groupMinor(minor, currency)} ${currency.toUpperCase()}`
}

/** The figure alone, grouped: "1,234.50". A true minus sign, so that columns of figures align. */
export function groupMinor(minor: bigint, currency: string): string {
  const plain = toDecimal(minor < 0n ? -minor : minor, currency)
  const [whole = '', fraction] = plain.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${minor < 0n ? '\u2212' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`
}
