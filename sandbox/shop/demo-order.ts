import type { NewOrder } from './create-order'
import { goods, people, places } from './demo-names'
import { decimalsOf } from './shop-money'
import type { Shop } from './shop-types'

const taxes: Record<string, { percent: number; label: string }> = {
  DE: { percent: 19, label: 'MwSt.' },
  FR: { percent: 20, label: 'TVA' },
  GB: { percent: 20, label: 'VAT' },
  JP: { percent: 10, label: '消費税' },
  US: { percent: 8.25, label: 'Sales Tax' },
}

/** A price of the demo catalogue in the currency's minor units: yen are worth a hundredth, Kuwaiti dinars three dollars. */
export function priceIn(currency: string, hundredths: number): number {
  if (currency === 'JPY') return Math.round((hundredths * 1.5) / 10) * 10
  // Three-decimal amounts end in 0, else no card network takes them.
  if (decimalsOf(currency) === 3) return Math.round(hundredths / 3) * 10
  return hundredths
}

/** A plausible order of a made-up customer for this shop. All randomness comes from `random`. */
export function demoOrder(shop: Shop, random: () => number): NewOrder {
  const pick = <T>(list: readonly T[]): T => {
    const found = list[Math.floor(random() * list.length)]
    if (found === undefined) throw new Error('nothing to pick from')
    return found
  }
  const chance = (share: number) => random() < share
  const country = places[shop.country] && !chance(0.1) ? shop.country : pick(Object.keys(places))
  const [first_name, last_name] = pick(people)
  const where = pick(places[country] ?? places['US'] ?? [])
  const number = Math.floor(random() * 9000) + 1000
  const plain =
    first_name
      .normalize('NFD')
      .replace(/[^a-zA-Z]/g, '')
      .toLowerCase() || 'customer'
  const billing = { ...where, first_name, last_name, email: `${plain}.${number}@example.com`, phone: `+1 555 01${String(number).slice(0, 2)}` }
  const chosen = [...goods].sort(() => random() - 0.5).slice(0, 1 + Math.floor(random() * 4))
  const items = chosen.map(([name, sku, hundredths], i) => ({
    name,
    sku,
    product_id: 100 + goods.findIndex((g) => g[1] === sku),
    quantity: chance(0.25) ? 2 + Math.floor(random() * 3) : 1,
    unit_price: priceIn(shop.currency, hundredths),
    variation_id: i === 0 && chance(0.2) ? 900 + i : 0,
  }))
  const subtotal = items.reduce((sum, item) => sum + item.unit_price * item.quantity, 0)
  const unit = priceIn(shop.currency, 100)
  return {
    items,
    billing,
    shipping_address: chance(0.15) ? { ...billing, ...pick(places[country] ?? [where]) } : billing,
    shipping: chance(0.85) ? [{ title: chance(0.7) ? 'Standard shipping' : 'Express shipping', total: pick([4, 5, 6, 12]) * unit }] : [],
    coupons: chance(0.15) ? [{ code: pick(['welcome10', 'spring', 'thankyou']), discount: Math.floor(subtotal / 10 / unit) * unit }] : [],
    fees: chance(0.05) ? [{ name: 'Small order fee', total: 2 * unit }] : [],
    tax: decimalsOf(shop.currency) === 3 ? undefined : taxes[shop.country],
    customer_id: chance(0.4) ? number : 0,
    customer_note: chance(0.1)
      ? pick(['Please leave it with the neighbours 🙏', 'Klingel defekt, bitte anrufen.', 'Gift: no invoice in the parcel, please.'])
      : '',
    payment_method: 'matchbook',
    payment_method_title: 'Card or bank debit',
  }
}
