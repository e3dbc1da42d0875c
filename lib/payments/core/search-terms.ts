import { parsePublicId } from '@/lib/kernel/public-id'
import { parseDecimal } from '@/lib/money/core/decimal'
import { stripeIdKind } from '@/lib/stripe/core/ids'

/** One way to read what a person typed into the search box. Several may fit ("4242" is a card or an order); their finds are put together. */
export type SearchTerm =
  | { by: 'payment' | 'order' | 'attempt'; id: string }
  | { by: 'stripe_id'; id: string; kind: 'payment_intent' | 'charge' | 'refund' | 'dispute' | 'checkout_session' | 'balance_transaction' }
  | { by: 'email'; email: string }
  /** Display number or the store's own id, lower case, with and without a leading `#`. */
  | { by: 'order_number'; numbers: string[] }
  | { by: 'card'; last4: string; amount: AmountTerm | null }
  | { by: 'amount'; amount: AmountTerm }

/** A typed amount in minor units, for each number of decimals that it fits; with a currency when one was typed. */
export type AmountTerm = { minor: { 0?: bigint; 2?: bigint; 3?: bigint }; currency: string | null }

const longest = 200
const stripeKinds = new Set(['payment_intent', 'charge', 'refund', 'dispute', 'checkout_session', 'balance_transaction'])

/**
 * Reads the search box: ids of ours and of Stripe's, e-mail addresses, order numbers, the last four digits of a card,
 * amounts ("50.00", "50 usd") and the last four digits with an amount. No reading at all gives an empty list: nothing is found.
 */
export function readSearch(typed: string): SearchTerm[] {
  const text = typed.trim().slice(0, longest)
  if (text === '') return []
  for (const by of ['payment', 'order', 'attempt'] as const) {
    const id = parsePublicId(by, text)
    if (id !== null) return [{ by, id }]
  }
  const kind = stripeIdKind(text)
  if (kind !== null && stripeKinds.has(kind)) return [{ by: 'stripe_id', id: text, kind: kind as 'payment_intent' }]
  if (/^\S+@\S+$/.test(text)) return [{ by: 'email', email: text.toLowerCase() }]

  const terms: SearchTerm[] = []
  const bare = text.toLowerCase().replace(/^#/, '')
  if (bare !== '') terms.push({ by: 'order_number', numbers: [bare, `#${bare}`] })
  if (/^\d{4}$/.test(text)) terms.push({ by: 'card', last4: text, amount: null })
  const whole = readAmount(text)
  if (whole !== null) terms.push({ by: 'amount', amount: whole })
  const pair = /^(\d{4})\s+(.+)$/.exec(text)
  const beside = pair === null ? null : readAmount(pair[2] ?? '')
  if (pair !== null && beside !== null) terms.push({ by: 'card', last4: pair[1] ?? '', amount: beside })
  return terms
}

/** "50", "1,234.50", "50.00 USD", "usd 50"; null for everything else. */
export function readAmount(text: string): AmountTerm | null {
  const found = /^(?:([a-z]{3})\s*)?(\d[\d,]*(?:\.\d{1,3})?)(?:\s*([a-z]{3}))?$/i.exec(text.trim())
  if (found === null || (found[1] !== undefined && found[3] !== undefined)) return null
  const decimal = (found[2] ?? '').replace(/,(?=\d{3}(?:\D|$))/g, '')
  const minor: AmountTerm['minor'] = {}
  for (const [decimals, example] of [
    [0, 'jpy'],
    [2, 'usd'],
    [3, 'kwd'],
  ] as const) {
    const read = parseDecimal(decimal, example)
    if (read.ok) minor[decimals] = read.minor
  }
  if (Object.keys(minor).length === 0) return null
  return { minor, currency: (found[1] ?? found[3])?.toLowerCase() ?? null }
}
