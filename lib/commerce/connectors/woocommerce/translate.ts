import { isCurrency } from '@/lib/money/core/currency'
import { parseDecimal, toDecimal } from '@/lib/money/core/decimal'
import { cleanOrNull, cleanText, type OrderProblem, type Standing, type StoreClaim, type StoreLine, type StoreOrder } from '../../contract'
import type { WooOrder } from './schema'

/** Where the Stripe gateways keep their ids: woocommerce-gateway-stripe and WooPayments. The charge is in transaction_id. */
const metaKeys = new Set(['_stripe_intent_id', '_intent_id', '_charge_id', '_stripe_charge_id'])
const stripeId = /^(pi|ch|py)_[A-Za-z0-9_]{1,200}$/

/**
 * WooCommerce's order -> ours. Pure. A currency that is no ISO code is kept in `total_text` and stands as `xxx` (ISO's
 * "no currency"), with the problem `unknown_currency`.
 */
export function translateOrder(woo: WooOrder): StoreOrder {
  const code = woo.currency.trim().toLowerCase()
  const known = isCurrency(code)
  const currency = known ? code : 'xxx'
  const total = known ? amountOf(woo.total, currency) : { minor: null, problem: 'unknown_currency' as const }
  const paid_at = dateOf(woo.date_paid_gmt)
  return {
    external_id: woo.id,
    display_number: cleanOrNull(woo.number, 255) ?? woo.id,
    status: cleanText(woo.status, 100),
    standing: standingOf(woo, paid_at),
    currency,
    total: total.minor,
    total_text: cleanText(known ? woo.total : `${woo.total} ${woo.currency}`, 100),
    problem: total.problem,
    customer_name: cleanOrNull([woo.billing?.first_name, woo.billing?.last_name].filter(Boolean).join(' ') || woo.billing?.company, 1000),
    customer_email: cleanOrNull(woo.billing?.email, 320),
    payment_method: cleanOrNull(woo.payment_method_title || woo.payment_method, 255),
    placed_at: dateOf(woo.date_created_gmt),
    paid_at,
    modified_at: dateOf(woo.date_modified_gmt),
    lines: linesOf(woo, currency),
    claims: claimsOf(woo, paid_at),
  }
}

function amountOf(text: string, currency: string): { minor: bigint; problem: null } | { minor: null; problem: OrderProblem } {
  const parsed = parseDecimal(text, currency)
  return parsed.ok ? { minor: parsed.minor, problem: null } : { minor: null, problem: parsed.problem }
}

function standingOf(woo: WooOrder, paidAt: Date | null): Standing {
  switch (woo.status) {
    case 'trash':
      return 'deleted'
    case 'cancelled':
      return 'canceled'
    case 'refunded':
      return 'refunded'
    case 'processing':
    case 'completed':
      return 'paid'
    case 'pending':
    case 'failed':
    case 'on-hold':
    case 'checkout-draft':
    case 'auto-draft':
      return paidAt !== null && woo.status === 'on-hold' ? 'paid' : 'open'
    default:
      return paidAt !== null ? 'paid' : woo.needs_payment === true ? 'open' : 'unclassified'
  }
}

/**
 * Items stand at their price before discount, one negative line per coupon, a further one for what was taken off by
 * hand, taxes apart: so the lines add up to the total. Where one figure cannot be read the line keeps its text.
 */
function linesOf(woo: WooOrder, currency: string): StoreLine[] {
  const line = (
    kind: StoreLine['kind'],
    id: string | null | undefined,
    name: string,
    fallback: string,
    text: string,
    more: { sku?: string; quantity?: string } = {},
  ): StoreLine => ({
    external_id: id ?? null,
    kind,
    name: cleanOrNull(name, 2000) ?? fallback,
    sku: cleanOrNull(more.sku, 255),
    quantity: cleanText(more.quantity ?? '1', 40),
    total: amountOf(text, currency).minor,
    total_text: cleanText(text, 100),
  })
  const coupons = woo.coupon_lines.map((coupon) => line('discount', coupon.id, coupon.code, 'Discount', negated(coupon.discount)))
  const off = sum(woo.line_items.map((item) => difference(item.subtotal, item.total, currency)))
  const byCoupon = sum(coupons.map((coupon) => coupon.total))
  const byHand = off === null || byCoupon === null ? 0n : off + byCoupon
  return [
    ...woo.line_items.map((item) => line('item', item.id, item.name, 'Item', item.subtotal, item)),
    ...woo.shipping_lines.map((item) => line('shipping', item.id, item.method_title, 'Shipping', item.total)),
    ...woo.fee_lines.map((item) => line('fee', item.id, item.name, 'Fee', item.total)),
    ...coupons,
    ...(byHand === 0n
      ? []
      : [
          {
            external_id: null,
            kind: 'discount' as const,
            name: 'Discount',
            sku: null,
            quantity: '1',
            total: -byHand,
            total_text: toDecimal(-byHand, currency),
          },
        ]),
    ...woo.tax_lines.flatMap((tax) => [
      line('tax', tax.id, tax.label || tax.rate_code, 'Tax', tax.tax_total),
      ...(isZero(tax.shipping_tax_total) ? [] : [line('tax', tax.id, `${tax.label || tax.rate_code} on shipping`, 'Tax on shipping', tax.shipping_tax_total)]),
    ]),
  ]
}

function difference(before: string, after: string, currency: string): bigint | null {
  const [a, b] = [amountOf(before, currency).minor, amountOf(after, currency).minor]
  return a === null || b === null ? null : a - b
}

function sum(amounts: (bigint | null)[]): bigint | null {
  return amounts.reduce<bigint | null>((total, amount) => (total === null || amount === null ? null : total + amount), 0n)
}

function negated(text: string): string {
  const bare = text.trim()
  return isZero(bare) ? bare : bare.startsWith('-') ? bare.slice(1) : `-${bare}`
}

function isZero(text: string): boolean {
  return /^[+-]?0*(\.0*)?$/.test(text.trim())
}

/** Any transaction id counts, of whatever processor; from the metadata only Stripe's own ids. */
function claimsOf(woo: WooOrder, paid_at: Date | null): StoreClaim[] {
  const gateway = cleanOrNull(woo.payment_method, 100)
  const references = new Set<string>()
  const transaction = cleanOrNull(woo.transaction_id, 256)
  if (transaction !== null && transaction.length <= 255) references.add(transaction)
  for (const { key, value } of woo.meta_data) if (metaKeys.has(key) && typeof value === 'string' && stripeId.test(value)) references.add(value)
  return [...references].map((reference) => ({ reference, gateway, paid_at }))
}

/** WooCommerce writes UTC without a zone: `2026-09-21T10:11:12`. */
function dateOf(text: string | null | undefined): Date | null {
  const found = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d+)?Z?$/.exec(text ?? '')
  if (!found) return null
  const date = new Date(`${found[1]}Z`)
  return Number.isNaN(date.getTime()) ? null : date
}
