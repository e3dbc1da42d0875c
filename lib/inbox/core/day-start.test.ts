import { expect, it } from 'vitest'
import { dayStart } from './day-start'

it('finds where a day begins in a zone, also on days that the clock makes longer or shorter', () => {
  const at = (day: string, zone: string, days = 0) => dayStart(day, zone, days).toISOString()
  expect(at('2026-11-20', 'Europe/Berlin')).toBe('2026-11-19T23:00:00.000Z')
  expect(at('2026-07-01', 'Europe/Berlin')).toBe('2026-06-30T22:00:00.000Z')
  expect(at('2026-11-20', 'UTC')).toBe('2026-11-20T00:00:00.000Z')
  expect(at('2026-11-20', 'America/St_Johns')).toBe('2026-11-20T03:30:00.000Z')
  // The clock goes back on 25 October: that day has 25 hours.
  expect(at('2026-10-25', 'Europe/Berlin')).toBe('2026-10-24T22:00:00.000Z')
  expect(at('2026-10-25', 'Europe/Berlin', 1)).toBe('2026-10-25T23:00:00.000Z')
})
