export type Expiry = { month: number; year: number }
export type ExpiryState = 'complete' | 'incomplete' | 'invalid_month' | 'past_year' | 'past_month'

/**
 * Digits of an expiry out of whatever was typed, pasted or filled in: "1", "12/30", "12/2030", "2030-12", "4 / 31".
 * At most four digits MMYY; a first digit above 1 gets its leading zero, and 13 reads as 01/3.
 */
export function expiryDigits(text: string): string {
  const iso = /^\s*(\d{4})-(\d{1,2})\s*$/.exec(text)
  if (iso?.[1] && iso[2]) return iso[2].padStart(2, '0') + iso[1].slice(2)
  const parts = text.split('/')
  if (parts.length === 2) {
    const month = (parts[0] ?? '').replace(/\D/g, '')
    const year = (parts[1] ?? '').replace(/\D/g, '')
    const full = month.length === 1 && year !== '' ? `0${month}` : month
    return withLeadingZero(full + (year.length === 4 ? year.slice(2) : year)).slice(0, 4)
  }
  const digits = text.replace(/\D/g, '')
  if (digits.length === 6 && digits.slice(2, 4) === '20') return digits.slice(0, 2) + digits.slice(4)
  return withLeadingZero(digits).slice(0, 4)
}

function withLeadingZero(digits: string): string {
  if (/^[2-9]/.test(digits)) return `0${digits}`
  return /^1[3-9]/.test(digits) ? `0${digits}` : digits
}

/** "1230" -> "12 / 30". The separator shows as soon as the month is there, unless the buyer is deleting. */
export function formatExpiry(digits: string, deleting = false): string {
  if (digits.length < 2 || (digits.length === 2 && deleting)) return digits
  return `${digits.slice(0, 2)} / ${digits.slice(2)}`
}

/** MMYY digits as a date, or null while they are not a month and a year. */
export function parseExpiry(digits: string): Expiry | null {
  if (digits.length !== 4) return null
  const month = Number(digits.slice(0, 2))
  return month >= 1 && month <= 12 ? { month, year: 2000 + Number(digits.slice(2)) } : null
}

/** Judges MMYY digits by the month it is now (UTC). A card holds to the end of its month. */
export function expiryState(digits: string, now: Expiry): ExpiryState {
  if (digits.length >= 2 && !/^(0[1-9]|1[0-2])/.test(digits)) return 'invalid_month'
  const expiry = parseExpiry(digits)
  if (!expiry) return 'incomplete'
  if (expiry.year < now.year) return 'past_year'
  return expiry.year === now.year && expiry.month < now.month ? 'past_month' : 'complete'
}
