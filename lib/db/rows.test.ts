import { expect, it } from 'vitest'
import { rowsAsJson, toJson } from './rows'

it('says what JSON says, with amounts as text', () => {
  const value = {
    plain: 'pi_123 ~',
    awkward: ['"quoted"', 'back\\slash', 'line\nbreak', 'é', '\u2028', ''],
    nothing: null,
    left_out: undefined,
    numbers: [0, -1.5, 1e21, Number.NaN],
    yes: true,
    at: new Date(0),
    inside: { 'a "name"': [undefined, { deep: [] }] },
  }
  expect(JSON.parse(toJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
  expect(JSON.parse(toJson({ amount: 9_007_199_254_740_993n, of: [1n] }))).toEqual({ amount: '9007199254740993', of: ['1'] })
})

it('writes the named columns alone, and none that is null', () => {
  const rows = [
    { id: 'a', amount: 5n, note: null, other: 1 },
    { id: 'b', amount: 0n, note: 'x', other: 2 },
  ]
  expect(JSON.parse(rowsAsJson(rows, ['id', 'amount', 'note']))).toEqual([
    { id: 'a', amount: '5' },
    { id: 'b', amount: '0', note: 'x' },
  ])
  expect(rowsAsJson([], ['id'])).toBe('[]')
})
