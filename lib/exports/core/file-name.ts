/**
 * `nordlicht_payments_live_2026-11-01_to_2026-11-21_Europe-Berlin.csv`: whose, what, which mode, which days of which
 * zone. Letters, digits, `-` and `_` only, so that every system keeps it. `today` ends an open span.
 */
export function exportFileName(of: {
  tenant: string
  kind: string
  mode: string
  from: string | null
  to: string | null
  today: string
  zone: string
}): string {
  const span = of.from === null && of.to === null ? `until_${of.today}` : `${of.from === null ? '' : `${of.from}_`}to_${of.to ?? of.today}`
  return `${[of.tenant, of.kind, of.mode, span, of.zone.replaceAll('/', '-')].join('_').replace(/[^A-Za-z0-9_-]/g, '')}.csv`
}

/** `2026-11-21`: the day of an instant in a zone. */
export function dayIn(zone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}`
}
