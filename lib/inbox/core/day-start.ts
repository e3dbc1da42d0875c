/**
 * The instant at which a day (`YYYY-MM-DD`) begins in an IANA zone; `days` later. Where the clock skips midnight, it is the
 * first instant of that day.
 */
export function dayStart(day: string, zone: string, days = 0): Date {
  const wall = Date.parse(`${day}T00:00:00Z`) + days * 86_400_000
  let at = wall
  // The offset at the guess corrects the guess; twice, because the first may lie on the other side of a change.
  for (let turn = 0; turn < 2; turn++) at = wall - offsetMs(zone, at)
  return new Date(at)
}

function offsetMs(zone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(new Date(at))
  const found = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(parts.find((part) => part.type === 'timeZoneName')?.value ?? '')
  if (!found?.[1]) return 0
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000
}
