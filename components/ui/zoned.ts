const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const

const formats = new Map<string, Intl.DateTimeFormat>()

// Only digits and the offset are taken from Intl: names differ between the server's and the browser's data.
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  })
  formats.set(zone, made)
  return made
}

/** An instant as the clock on the wall of a zone shows it. */
export type Zoned = {
  year: number
  month: number
  day: number
  weekday: string
  hour: string
  minute: string
  second: string
  /** `UTC`, `UTC+1`, `UTC-3:30` */
  offset: string
}

/** Takes an ISO instant apart in an IANA zone. */
export function zoned(at: string, zone: string): Zoned {
  const parts = new Map<string, string>()
  for (const part of formatOf(zone).formatToParts(new Date(at))) parts.set(part.type, part.value)
  const year = Number(parts.get('year'))
  const month = Number(parts.get('month'))
  const day = Number(parts.get('day'))
  const offset = (parts.get('timeZoneName') ?? 'GMT')
    .replace('GMT', 'UTC')
    .replace(/([+-])0?(\d+):00$/, '$1$2')
    .replace(/([+-])0(\d:)/, '$1$2')
  return {
    year,
    month,
    day,
    weekday: DAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? '',
    hour: parts.get('hour') ?? '00',
    minute: parts.get('minute') ?? '00',
    second: parts.get('second') ?? '00',
    offset,
  }
}

/** The zone as people say it: `Europe/Berlin` is `Berlin`. */
export function zoneName(zone: string): string {
  return zone.split('/').at(-1)?.replaceAll('_', ' ') ?? zone
}

function monthName(month: number): string {
  return MONTHS[month - 1] ?? ''
}

/** `20 Nov`, with the year when it is not the year of `now`. */
export function dayText(at: string, zone: string, now: string): string {
  const then = zoned(at, zone)
  const year = zoned(now, zone).year
  return `${then.day} ${monthName(then.month)}${then.year === year ? '' : ` ${then.year}`}`
}

/** `13:04`, or `13:04:31` with seconds. */
export function clockText(at: string, zone: string, seconds = false): string {
  const then = zoned(at, zone)
  return seconds ? `${then.hour}:${then.minute}:${then.second}` : `${then.hour}:${then.minute}`
}

/** `20 Nov, 13:04`. */
export function momentText(at: string, zone: string, now: string): string {
  return `${dayText(at, zone, now)}, ${clockText(at, zone)}`
}

/** `Fri 20 Nov 2026, 13:04:31 Berlin (UTC+1)`: nothing left to guess. */
export function exactText(at: string, zone: string): string {
  const then = zoned(at, zone)
  const place = zone === 'UTC' ? 'UTC' : `${zoneName(zone)} (${then.offset})`
  return `${then.weekday} ${then.day} ${monthName(then.month)} ${then.year}, ${then.hour}:${then.minute}:${then.second} ${place}`
}

/** `Today`, `Yesterday`, `Fri 20 Nov`: headings of a list by day. */
export function dayHeading(at: string, zone: string, now: string): string {
  const then = zoned(at, zone)
  const today = zoned(now, zone)
  const apart = Math.round((Date.UTC(today.year, today.month - 1, today.day) - Date.UTC(then.year, then.month - 1, then.day)) / 86_400_000)
  if (apart === 0) return 'Today'
  if (apart === 1) return 'Yesterday'
  return `${then.weekday} ${dayText(at, zone, now)}`
}

/** `just now`, `4 min ago`, `in 3 days`. */
export function relativeText(at: string, now: string): string {
  const seconds = Math.round((Date.parse(at) - Date.parse(now)) / 1000)
  const size = Math.abs(seconds)
  if (size < 45) return seconds > 5 ? 'in a moment' : 'just now'
  const [count, unit] =
    size < 3_570
      ? [Math.round(size / 60), 'min']
      : size < 84_600
        ? [Math.round(size / 3_600), 'h']
        : [Math.round(size / 86_400), Math.round(size / 86_400) === 1 ? 'day' : 'days']
  return seconds < 0 ? `${count} ${unit} ago` : `in ${count} ${unit}`
}
