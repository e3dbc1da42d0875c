import type { Address, MetaEntry, Note, Order, Refund, Shop, ShopWebhook } from './shop-types'
import { formatMinor } from './shop-money'
import { gmtDate, localDate } from './shop-dates'
import { totalsOf } from './order-totals'

const symbols: Record<string, string> = { USD: '$', EUR: '€', GBP: '£', JPY: '¥', CHF: 'CHF', KWD: 'د.ك', AUD: '$', CAD: '$', SEK: 'kr' }

/** Base address of a shop, without a trailing slash. */
export type ShopUrl = string

function dates(name: string, ms: number | null, zone: string): Record<string, string | null> {
  return { [name]: ms === null ? null : localDate(ms, zone), [`${name}_gmt`]: ms === null ? null : gmtDate(ms) }
}

function links(url: ShopUrl, path: string, collection: string): Record<string, unknown> {
  const api = `${url}/wp-json/wc/v3`
  return { self: [{ href: `${api}/${path}` }], collection: [{ href: `${api}/${collection}` }] }
}

const metaJson = (meta: MetaEntry[]) => meta.map((m) => ({ id: m.id, key: m.key, value: m.value }))

function billingJson(address: Address): Address {
  return { ...address, email: address.email ?? '', phone: address.phone ?? '' }
}

function shippingJson(address: Address): Omit<Address, 'email'> {
  const { email: _email, ...rest } = address
  return { ...rest, phone: address.phone ?? '' }
}

/** An order as `GET /wp-json/wc/v3/orders/<id>` answers it: decimal strings, local and UTC dates. */
export function orderJson(shop: Shop, order: Order, refunds: Refund[], url: ShopUrl): Record<string, unknown> {
  const money = (minor: number) => formatMinor(minor, order.currency)
  const totals = totalsOf(order)
  const rate = order.tax_lines[0]
  const taxes = (total: number, subtotal?: number) => (rate ? [{ id: rate.rate_id, total: money(total), subtotal: money(subtotal ?? total) }] : [])
  return {
    id: order.id,
    parent_id: 0,
    status: order.status,
    currency: order.currency,
    version: '9.9.5',
    prices_include_tax: order.prices_include_tax,
    ...dates('date_created', order.created_ms, shop.timezone),
    ...dates('date_modified', order.modified_ms, shop.timezone),
    discount_total: money(totals.discount_total),
    discount_tax: money(totals.discount_tax),
    shipping_total: money(totals.shipping_total),
    shipping_tax: money(totals.shipping_tax),
    cart_tax: money(totals.cart_tax),
    total: money(totals.total),
    total_tax: money(totals.total_tax),
    customer_id: order.customer_id,
    order_key: order.order_key,
    billing: billingJson(order.billing),
    shipping: shippingJson(order.shipping),
    payment_method: order.payment_method,
    payment_method_title: order.payment_method_title,
    transaction_id: order.transaction_id,
    customer_ip_address: order.customer_ip_address,
    customer_user_agent: 'Mozilla/5.0',
    created_via: order.created_via,
    customer_note: order.customer_note,
    ...dates('date_completed', order.completed_ms, shop.timezone),
    ...dates('date_paid', order.paid_ms, shop.timezone),
    cart_hash: '',
    number: order.number,
    meta_data: metaJson(order.meta_data),
    line_items: order.line_items.map((l) => ({
      id: l.id,
      name: l.name,
      product_id: l.product_id,
      variation_id: l.variation_id,
      quantity: l.quantity,
      tax_class: '',
      subtotal: money(l.subtotal),
      subtotal_tax: money(l.subtotal_tax),
      total: money(l.total),
      total_tax: money(l.total_tax),
      taxes: taxes(l.total_tax, l.subtotal_tax),
      meta_data: [],
      sku: l.sku,
      // WooCommerce answers the unit price as a bare number; nobody should compute with it.
      price: l.quantity === 0 ? 0 : Number((Number(money(l.total)) / l.quantity).toFixed(6)),
      image: { id: '', src: '' },
      parent_name: null,
    })),
    tax_lines: order.tax_lines.map((t) => ({
      id: t.id,
      rate_code: t.rate_code,
      rate_id: t.rate_id,
      label: t.label,
      compound: false,
      tax_total: money(totals.cart_tax),
      shipping_tax_total: money(totals.shipping_tax),
      rate_percent: t.rate_percent,
      meta_data: [],
    })),
    shipping_lines: order.shipping_lines.map((s) => ({
      id: s.id,
      method_title: s.method_title,
      method_id: s.method_id,
      instance_id: '1',
      total: money(s.total),
      total_tax: money(s.total_tax),
      taxes: taxes(s.total_tax),
      meta_data: [],
    })),
    fee_lines: order.fee_lines.map((f) => ({
      id: f.id,
      name: f.name,
      tax_class: '',
      tax_status: 'taxable',
      amount: money(f.total),
      total: money(f.total),
      total_tax: money(f.total_tax),
      taxes: taxes(f.total_tax),
      meta_data: [],
    })),
    coupon_lines: order.coupon_lines.map((c) => ({
      id: c.id,
      code: c.code,
      discount: money(c.discount),
      discount_tax: money(c.discount_tax),
      meta_data: [],
    })),
    refunds: refunds.map((r) => ({ id: r.id, reason: r.reason, total: `-${money(r.amount)}` })),
    payment_url: `${url}/checkout/order-pay/${order.id}/?pay_for_order=true&key=${order.order_key}`,
    is_editable: order.status === 'pending' || order.status === 'on-hold',
    needs_payment: (order.status === 'pending' || order.status === 'failed') && totals.total > 0,
    needs_processing: true,
    currency_symbol: symbols[order.currency] ?? order.currency,
    _links: links(url, `orders/${order.id}`, 'orders'),
  }
}

/** A refund as `GET /orders/<id>/refunds/<id>` answers it; `amount` is positive, totals of its items negative. */
export function refundJson(shop: Shop, order: Order, refund: Refund, url: ShopUrl): Record<string, unknown> {
  const money = (minor: number) => formatMinor(minor, order.currency)
  return {
    id: refund.id,
    parent_id: order.id,
    ...dates('date_created', refund.created_ms, shop.timezone),
    amount: money(refund.amount),
    reason: refund.reason,
    refunded_by: 1,
    refunded_payment: refund.refunded_payment,
    meta_data: metaJson(refund.meta_data),
    line_items: refund.line_items.map((l) => ({
      id: l.id,
      quantity: -l.quantity,
      total: money(-l.total),
      total_tax: money(0),
      meta_data: [{ id: l.id, key: '_refunded_item_id', value: String(l.refunded_item_id) }],
    })),
    shipping_lines: [],
    tax_lines: [],
    fee_lines: [],
    _links: {
      ...links(url, `orders/${order.id}/refunds/${refund.id}`, `orders/${order.id}/refunds`),
      up: [{ href: `${url}/wp-json/wc/v3/orders/${order.id}` }],
    },
  }
}

/** A note as `GET /orders/<id>/notes` answers it. */
export function noteJson(shop: Shop, note: Note, url: ShopUrl): Record<string, unknown> {
  return {
    id: note.id,
    author: note.author,
    ...dates('date_created', note.created_ms, shop.timezone),
    note: note.note,
    customer_note: note.customer_note,
    _links: links(url, `orders/${note.order_id}/notes/${note.id}`, `orders/${note.order_id}/notes`),
  }
}

/** A webhook as `GET /webhooks/<id>` answers it; the secret is never read back. */
export function webhookJson(shop: Shop, hook: ShopWebhook, url: ShopUrl): Record<string, unknown> {
  const [resource, event] = hook.topic.split('.')
  return {
    id: hook.id,
    name: hook.name,
    status: hook.status,
    topic: hook.topic,
    resource,
    event,
    hooks: [`woocommerce_${event === 'created' ? 'new' : 'update'}_${resource}`],
    delivery_url: hook.delivery_url,
    ...dates('date_created', hook.created_ms, shop.timezone),
    ...dates('date_modified', hook.modified_ms, shop.timezone),
    _links: links(url, `webhooks/${hook.id}`, 'webhooks'),
  }
}
