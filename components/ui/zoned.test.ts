import { describe, expect, it } from 'vitest'
import { clockText, dayHeading, exactText, momentText, relativeText, zoned, zoneName } from './zoned'

describe('times in a zone', () => {
  it('shows the wall clock of the zone with its offset of that day', () => {
    expect(exactText('2026-11-20T12:04:31Z', 'Europe/Berlin')).toBe('Fri 20 Nov 2026, 13:04:31 Berlin (UTC+1)')
    expect(exactText('2026-07-01T22:30:00Z', 'Europe/Berlin')).toBe('Thu 2 Jul 2026, 00:30:00 Berlin (UTC+2)')
    expect(exactText('2026-01-01T03:15:09Z', 'America/St_Johns')).toBe('Wed 31 Dec 2025, 23:45:09 St Johns (UTC-3:30)')
    expect(exactText('2026-11-20T12:04:31Z', 'UTC')).toBe('Fri 20 Nov 2026, 12:04:31 UTC')
    expect(zoned('2026-11-20T12:00:00Z', 'Asia/Kolkata').offset).toBe('UTC+5:30')
    expect(zoned('2026-11-20T12:00:00Z', 'Pacific/Auckland').offset).toBe('UTC+13')
    expect(zoneName('America/Argentina/Buenos_Aires')).toBe('Buenos Aires')
  })

  it('writes midnight as 00, and the year only when it is another', () => {
    expect(clockText('2026-11-19T23:00:00Z', 'Europe/Berlin')).toBe('00:00')
    expect(momentText('2026-11-19T23:00:00Z', 'Europe/Berlin', '2026-11-20T12:00:00Z')).toBe('20 Nov, 00:00')
    expect(momentText('2025-12-31T23:30:00Z', 'UTC', '2026-11-20T12:00:00Z')).toBe('31 Dec 2025, 23:30')
  })

  it('counts days by the calendar of the zone, over a change of the clock', () => {
    expect(dayHeading('2026-11-19T23:30:00Z', 'Europe/Berlin', '2026-11-20T12:00:00Z')).toBe('Today')
    expect(dayHeading('2026-11-19T22:30:00Z', 'Europe/Berlin', '2026-11-20T12:00:00Z')).toBe('Yesterday')
    expect(dayHeading('2026-10-24T22:30:00Z', 'Europe/Berlin', '2026-10-26T00:10:00Z')).toBe('Yesterday')
    expect(dayHeading('2026-11-18T12:00:00Z', 'Europe/Berlin', '2026-11-20T12:00:00Z')).toBe('Wed 18 Nov')
  })

  it('says how long ago without jumping back', () => {
    const now = '2026-11-20T12:00:00Z'
    const ago = (seconds: number) => relativeText(new Date(Date.parse(now) - seconds * 1000).toISOString(), now)
    expect([0, 44, 45, 60, 3_569, 3_570, 84_599, 84_600, 130_000].map(ago)).toEqual([
      'just now',
      'just now',
      '1 min ago',
      '1 min ago',
      '59 min ago',
      '1 h ago',
      '23 h ago',
      '1 day ago',
      '2 days ago',
    ])
    expect(ago(-600)).toBe('in 10 min')
    expect(ago(-3)).toBe('just now')
  })
})
