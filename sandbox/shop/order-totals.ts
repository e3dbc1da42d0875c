import type { Order, Refund } from './shop-types'

export interface OrderTotals {
  discount_total: number
  discount_tax: number
  shipping_total: number
  shipping_tax: number
  cart_tax: number
  total_tax: number
  total: number
}

const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0)

/** The figures WooCommerce derives from an order's lines, in minor units. A total set by hand wins over the sum. */
export function totalsOf(order: Order): OrderTotals {
  const lines = sum(order.line_items.map((l) => l.total))
  const lineTax = sum(order.line_items.map((l) => l.total_tax))
  const shipping = sum(order.shipping_lines.map((l) => l.total))
  const shippingTax = sum(order.shipping_lines.map((l) => l.total_tax))
  const fees = sum(order.fee_lines.map((l) => l.total))
  const feeTax = sum(order.fee_lines.map((l) => l.total_tax))
  return {
    discount_total: sum(order.line_items.map((l) => l.subtotal - l.total)),
    discount_tax: sum(order.line_items.map((l) => l.subtotal_tax - l.total_tax)),
    shipping_total: shipping,
    shipping_tax: shippingTax,
    cart_tax: lineTax + feeTax,
    total_tax: lineTax + feeTax + shippingTax,
    total: order.total_override ?? lines + lineTax + shipping + shippingTax + fees + feeTax,
  }
}

/** What may still be refunded of an order, in minor units. */
export function remainingRefundable(order: Order, refunds: Refund[]): number {
  return totalsOf(order).total - sum(refunds.map((r) => r.amount))
}

/** Spreads a discount over lines in proportion, the last line taking the rounding, so that it sums exactly. */
export function spreadDiscount(subtotals: number[], discount: number): number[] {
  const all = sum(subtotals)
  const capped = Math.min(discount, all)
  if (all === 0) return subtotals.map(() => 0)
  const parts = subtotals.map((s) => Math.floor((s * capped) / all))
  let left = capped - sum(parts)
  return parts.map((part, i) => {
    const room = (subtotals[i] ?? 0) - part
    const extra = Math.min(left, room)
    left -= extra
    return part + extra
  })
}
