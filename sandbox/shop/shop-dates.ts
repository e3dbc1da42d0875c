/** WooCommerce writes dates twice: in the shop's zone and in UTC, both without offset and in whole seconds. */

const formats = new Map<string, Intl.DateTimeFormat>()

function formatFor(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  formats.set(timezone, made)
  return made
}

/** Unix milliseconds to `2026-09-21T10:11:12` in the given zone. */
export function localDate(ms: number, timezone: string): string {
  const part = Object.fromEntries(
    formatFor(timezone)
      .formatToParts(ms)
      .map((p) => [p.type, p.value]),
  )
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}`
}

/** Unix milliseconds to `2026-09-21T10:11:12` in UTC. */
export function gmtDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19)
}

/**
 * An ISO 8601 date as the list filters take it, to unix milliseconds. A date without offset is
 * the shop's local time unless `gmt`. Null when it cannot be read.
 */
export function parseDate(text: string, timezone: string, gmt: boolean): number | null {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?(Z|[+-]\d{2}:?\d{2})?$/.exec(text.trim())
  if (!match) return null
  const naive = Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}Z`)
  if (Number.isNaN(naive)) return null
  if (match[3]) {
    const absolute = Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}${match[3]}`)
    return Number.isNaN(absolute) ? null : absolute
  }
  if (gmt) return naive
  // The zone's offset depends on the instant sought: guess with the naive one, correct once for a clock change in between.
  const offset = (ms: number) => Date.parse(`${localDate(ms, timezone)}Z`) - Math.floor(ms / 1000) * 1000
  const guess = naive - offset(naive)
  return naive - offset(guess)
}
