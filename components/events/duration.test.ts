import { expect, it } from 'vitest'
import { durationText } from './duration'

it('writes a time that passed with the unit that people compare by', () => {
  expect([-3, 0, 80, 999, 1_000, 1_449, 9_949, 12_300, 119_499, 120_000, 7_100_000, 7_200_000, 170_000_000, 172_800_000].map(durationText)).toEqual([
    '0 ms',
    '0 ms',
    '80 ms',
    '999 ms',
    '1.0 s',
    '1.4 s',
    '9.9 s',
    '12 s',
    '119 s',
    '2 min',
    '118 min',
    '2 h',
    '47 h',
    '2 days',
  ])
})
