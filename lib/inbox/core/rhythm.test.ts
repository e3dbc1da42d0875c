import { describe, expect, it } from 'vitest'
import { judgeSilence, rhythmOf } from './rhythm'

const minute = 60_000
const hour = 60 * minute
const at = (...minutes: number[]) => minutes.map((each) => new Date(Date.UTC(2026, 10, 20) + each * minute))

describe('the rhythm of deliveries', () => {
  it('takes what comes within a minute as one burst, in any order', () => {
    const times = at(0, 0.1, 0.2, 4, 4.1, 8, 12, 12.3, 16, 20, 500)
    expect(rhythmOf(times, null).usual_ms).toBeCloseTo(3.9 * minute, -4)
    expect(rhythmOf(times, null).longest_ms).toBe(480 * minute)
    expect(rhythmOf([...times].reverse(), null)).toEqual(rhythmOf(times, null))
    expect(rhythmOf(times, 500 * minute).longest_ms).toBe(500 * minute)
  })

  it('says nothing of a rhythm that too few deliveries show', () => {
    expect(rhythmOf([], null)).toEqual({ usual_ms: null, longest_ms: null })
    expect(rhythmOf(at(0, 5, 10), null)).toEqual({ usual_ms: null, longest_ms: 5 * minute })
  })
})

describe('a pause', () => {
  const rhythm = { usual_ms: 4 * minute, longest_ms: 8 * hour }
  it.each([
    [null, 'never'],
    [2 * minute, 'as_usual'],
    [29 * minute, 'as_usual'],
    [41 * minute, 'quiet'],
    [11.9 * hour, 'quiet'],
    [12.1 * hour, 'silent'],
  ] as const)('of %s ms is %s', (since, verdict) => {
    expect(judgeSilence(since, rhythm)).toBe(verdict)
  })

  it('alarms nobody within half an hour, however busy an account is', () => {
    expect(judgeSilence(20 * minute, { usual_ms: minute, longest_ms: 2 * minute })).toBe('as_usual')
    expect(judgeSilence(31 * minute, { usual_ms: minute, longest_ms: 2 * minute })).toBe('silent')
  })

  it('is worth a look after a day when there is nothing to compare it with', () => {
    expect(judgeSilence(23 * hour, { usual_ms: null, longest_ms: null })).toBe('as_usual')
    expect(judgeSilence(25 * hour, { usual_ms: null, longest_ms: null })).toBe('quiet')
  })
})
