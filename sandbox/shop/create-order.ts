import { randomText } from '../core/ids'
import type { Address, Order, OrderStatus, Shop } from './shop-types'
import { decimalsOf, formatMinor, taxOn } from './shop-money'
import { spreadDiscount, totalsOf } from './order-totals'
import { completePayment, setStatus } from './order-status'
import { recordStatus } from './record-status'
import type { Actor, ShopWorld } from './shop-world'

/** Amounts in minor units of `currency`, without tax. */
export interface NewOrder {
  currency?: string
  status?: OrderStatus
  items: { name: string; sku?: string; product_id?: number; variation_id?: number; quantity: number; unit_price: number }[]
  shipping?: { title: string; method_id?: string; total: number }[]
  fees?: { name: string; total: number }[]
  coupons?: { code: string; discount: number }[]
  /** A percentage on lines, shipping and fees; no tax when absent. */
  tax?: { percent: number; label: string }
  billing?: Partial<Address>
  shipping_address?: Partial<Address>
  customer_id?: number
  customer_note?: string
  payment_method?: string
  payment_method_title?: string
  transaction_id?: string
  set_paid?: boolean
  meta_data?: { key: string; value: unknown }[]
  created_via?: string
  /** Sandbox milliseconds; an order in the past is possible. */
  created_ms?: number
  total_override?: number | null
  /** A display number of one's own, also one that another order already has. */
  number?: string
}

const noAddress: Address = {
  first_name: '',
  last_name: '',
  company: '',
  address_1: '',
  address_2: '',
  city: '',
  state: '',
  postcode: '',
  country: '',
  email: '',
  phone: '',
}

function address(input: Partial<Address> | undefined): Address {
  return { ...noAddress, ...input }
}

/** Places an order: takes its numbers, computes discounts and taxes line by line, records the history and tells the webhooks. */
export function createOrder(world: ShopWorld, shop: Shop, input: NewOrder, actor: Actor): Order {
  const currency = (input.currency ?? shop.currency).toUpperCase()
  const item = () => world.rows.take(shop.slug, 'next_item_id')
  const percent = input.tax?.percent ?? 0
  const subtotals = input.items.map((line) => line.unit_price * line.quantity)
  const discount = (input.coupons ?? []).reduce((sum, coupon) => sum + coupon.discount, 0)
  const off = spreadDiscount(subtotals, discount)
  const createdMs = input.created_ms ?? world.nowMs()
  const sequence = world.rows.take(shop.slug, 'next_order_number')
  const order: Order = {
    id: world.rows.take(shop.slug, 'next_post_id'),
    number: input.number ?? `${shop.number_prefix}${sequence}`,
    order_key: `wc_order_${randomText(13)}`,
    status: 'pending',
    currency,
    prices_include_tax: false,
    created_ms: createdMs,
    modified_ms: createdMs,
    paid_ms: null,
    completed_ms: null,
    created_via: input.created_via ?? (actor === 'api' ? 'rest-api' : 'checkout'),
    customer_id: input.customer_id ?? 0,
    customer_note: input.customer_note ?? '',
    customer_ip_address: '127.0.0.1',
    billing: address(input.billing),
    shipping: address(input.shipping_address ?? input.billing),
    payment_method: input.payment_method ?? '',
    payment_method_title: input.payment_method_title ?? '',
    transaction_id: input.transaction_id ?? '',
    line_items: input.items.map((line, i) => {
      const subtotal = subtotals[i] ?? 0
      const total = subtotal - (off[i] ?? 0)
      return {
        id: item(),
        name: line.name,
        product_id: line.product_id ?? 0,
        variation_id: line.variation_id ?? 0,
        sku: line.sku ?? '',
        quantity: line.quantity,
        subtotal,
        subtotal_tax: taxOn(subtotal, percent),
        total,
        total_tax: taxOn(total, percent),
      }
    }),
    shipping_lines: (input.shipping ?? []).map((line) => ({
      id: item(),
      method_title: line.title,
      method_id: line.method_id ?? 'flat_rate',
      total: line.total,
      total_tax: taxOn(line.total, percent),
    })),
    fee_lines: (input.fees ?? []).map((line) => ({ id: item(), name: line.name, total: line.total, total_tax: taxOn(line.total, percent) })),
    coupon_lines: (input.coupons ?? []).map((line) => ({
      id: item(),
      code: line.code,
      discount: line.discount,
      discount_tax: taxOn(line.discount, percent),
    })),
    tax_lines: input.tax
      ? [{ id: item(), rate_code: `${shop.country}-${input.tax.label.toUpperCase()}-1`, rate_id: 1, label: input.tax.label, rate_percent: percent }]
      : [],
    meta_data: (input.meta_data ?? []).map((meta) => ({ id: item(), key: meta.key, value: meta.value })),
    total_override: input.total_override ?? null,
  }
  world.rows.orders.put(shop.slug, order)
  world.note(shop, order.id, actor, 'created', {
    number: order.number,
    total: formatMinor(totalsOf(order).total, currency),
    currency,
    decimals: decimalsOf(currency),
  })
  const effect = input.set_paid === true ? completePayment(order, input.transaction_id ?? '', world.nowMs()) : null
  const wanted = effect ?? (input.status && input.status !== 'pending' ? setStatus(order, input.status, world.nowMs()) : null)
  if (wanted) {
    world.rows.orders.put(shop.slug, wanted.order)
    recordStatus(world, shop, wanted, actor)
  }
  world.tell(shop, 'order.created', order.id)
  return world.order(shop, order.id)
}
