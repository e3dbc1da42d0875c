import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exponentOf } from './currency'
import { formatMinor, groupMinor, parseDecimal, toDecimal } from './decimal'

const currencies = fc.constantFrom('usd', 'eur', 'jpy', 'krw', 'kwd', 'bhd', 'isk', 'huf', 'vnd')

describe('decimal text and minor units', () => {
  it('round-trips every amount in 0-, 2- and 3-decimal currencies', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), currencies, (minor, currency) => {
        expect(parseDecimal(toDecimal(minor, currency), currency)).toEqual({ ok: true, minor })
      }),
      { numRuns: 5000 },
    )
  })

  it('agrees with an independent table of what a text is worth', () => {
    const table: [string, string, bigint | string][] = [
      ['10', 'usd', 1000n],
      ['10.5', 'usd', 1050n],
      ['10.500', 'usd', 1050n],
      ['0.05', 'usd', 5n],
      ['-0.05', 'eur', -5n],
      ['10.505', 'usd', 'too_many_decimals'],
      ['1200', 'jpy', 1200n],
      ['1200.00', 'jpy', 1200n],
      ['1200.5', 'jpy', 'too_many_decimals'],
      ['1.234', 'kwd', 1234n],
      ['1.2345', 'kwd', 'too_many_decimals'],
      ['1,200.00', 'usd', 'not_a_decimal'],
      ['', 'usd', 'not_a_decimal'],
      ['1e3', 'usd', 'not_a_decimal'],
      ['.5', 'usd', 'not_a_decimal'],
      ['99999999999999999999', 'usd', 'too_large'],
    ]
    for (const [text, currency, want] of table) {
      const got = parseDecimal(text, currency)
      expect([text, currency, got.ok ? got.minor : got.problem]).toEqual([text, currency, want])
    }
  })

  it('shows exactly the decimals of the currency', () => {
    expect(formatMinor(123450n, 'usd')).toBe('1,234.50 USD')
    expect(formatMinor(1200n, 'jpy')).toBe('1,200 JPY')
    expect(groupMinor(-1234567n, 'kwd')).toBe('\u22121,234.567')
    expect(exponentOf('JPY')).toBe(0)
  })
})
