import type { Settled } from './stripe-things'

/** Minor units of `to` for one minor unit of `from`: what this world's banks pay, fixed so that nobody needs a market. */
const rates: Record<string, number> = { 'jpy>usd': 0.66, 'kwd>usd': 0.325, 'jpy>eur': 0.61, 'kwd>eur': 0.3, 'eur>usd': 1.08, 'usd>eur': 0.92 }

/** Currencies that an account holds a balance in, by its own currency; the rest is converted. */
const held: Record<string, readonly string[]> = { usd: ['usd', 'eur'], eur: ['eur'] }

/** What reaches the balance for an amount (negative when it leaves it), without a fee. */
export function convert(own: string, amount: number, currency: string): Settled {
  if ((held[own] ?? []).includes(currency)) return { amount, fee: 0, currency, rate: null }
  const rate = rates[`${currency}>${own}`] ?? 1
  return { amount: Math.sign(amount) * Math.round(Math.abs(amount) * rate), fee: 0, currency: own, rate }
}

/** The same with the fee of a card payment: 2.9 % and 30 of the smallest units. */
export function settleCharge(own: string, amount: number, currency: string): Settled {
  const settled = convert(own, amount, currency)
  return { ...settled, fee: Math.min(settled.amount, Math.round(settled.amount * 0.029) + 30) }
}

/** A chargeback takes its fee at once. */
export function settleDispute(own: string, amount: number, currency: string): Settled {
  return { ...convert(own, -amount, currency), fee: 1500 }
}
