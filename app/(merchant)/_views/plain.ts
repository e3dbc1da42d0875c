import type { MoneyView } from '@/components/money/view'

/** Minor units and a currency as they travel to a screen. */
export function money(minor: string | bigint | number, currency: string): MoneyView {
  return { minor: String(minor), currency }
}

/** As `money`, or null when there is no amount. */
export function maybeMoney(minor: string | bigint | null, currency: string | null): MoneyView | null {
  return minor === null || currency === null ? null : money(minor, currency)
}

/** ISO text, or null. */
export function iso(at: Date | null): string | null {
  return at === null ? null : at.toISOString()
}

/** Stripe's and the stores' own words, as people read them: `requested_by_customer` is "Requested by customer". */
export function plainWords(code: string): string {
  const text = code.replaceAll('_', ' ').replaceAll('-', ' ').trim()
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
