/** A demo shop. Keys are kept in clear because a person has to copy them out of the console. */
export interface Shop {
  id: string
  slug: string
  name: string
  /** Upper-case ISO code, as WooCommerce writes it. */
  currency: string
  /** IANA zone; WooCommerce's dates without `_gmt` are written in it. */
  timezone: string
  number_prefix: string
  country: string
  consumer_key: string
  consumer_secret: string
  permissions: 'read' | 'write' | 'read_write'
  /** Next number of the one sequence that orders and refunds draw from, like WordPress posts. */
  next_post_id: number
  next_order_number: number
  next_item_id: number
  next_note_id: number
  next_webhook_id: number
  created_ms: number
  /** How this shop asks its payment service for a link; null when nothing is installed. */
  payment_plugin: PaymentPlugin | null
}

/**
 * The shop's payment plugin: one HTTP call that turns an order into a link to pay.
 * Strings in `body` may hold {order_id}, {order_number}, {total}, {currency} and {slug}.
 */
export interface PaymentPlugin {
  url: string
  headers: Record<string, string>
  body: Record<string, unknown>
  /** Field of the answer that holds the link, dots for nesting. */
  link_field: string
}

export const orderStatuses = ['pending', 'processing', 'on-hold', 'completed', 'cancelled', 'refunded', 'failed', 'trash', 'checkout-draft'] as const
export type OrderStatus = (typeof orderStatuses)[number]

export interface MetaEntry {
  id: number
  key: string
  value: unknown
}

export interface Address {
  first_name: string
  last_name: string
  company: string
  address_1: string
  address_2: string
  city: string
  state: string
  postcode: string
  country: string
  email?: string
  phone?: string
}

/** Amounts are integers in the order currency's minor unit. `total` is after, `subtotal` before discounts; both without tax. */
export interface LineItem {
  id: number
  name: string
  product_id: number
  variation_id: number
  sku: string
  quantity: number
  subtotal: number
  subtotal_tax: number
  total: number
  total_tax: number
}

export interface ShippingLine {
  id: number
  method_title: string
  method_id: string
  total: number
  total_tax: number
}
export interface FeeLine {
  id: number
  name: string
  total: number
  total_tax: number
}
export interface CouponLine {
  id: number
  code: string
  discount: number
  discount_tax: number
}
export interface TaxLine {
  id: number
  rate_code: string
  rate_id: number
  label: string
  rate_percent: number
}

export interface Order {
  id: number
  number: string
  order_key: string
  status: OrderStatus
  currency: string
  prices_include_tax: boolean
  created_ms: number
  modified_ms: number
  paid_ms: number | null
  completed_ms: number | null
  created_via: string
  customer_id: number
  customer_note: string
  customer_ip_address: string
  billing: Address
  shipping: Address
  payment_method: string
  payment_method_title: string
  transaction_id: string
  line_items: LineItem[]
  shipping_lines: ShippingLine[]
  fee_lines: FeeLine[]
  coupon_lines: CouponLine[]
  tax_lines: TaxLine[]
  meta_data: MetaEntry[]
  /** A total written by hand (control API) that need not be the sum of the lines. */
  total_override: number | null
}

export interface Refund {
  id: number
  order_id: number
  created_ms: number
  amount: number
  reason: string
  refunded_payment: boolean
  meta_data: MetaEntry[]
  line_items: { id: number; refunded_item_id: number; quantity: number; total: number }[]
}

export interface Note {
  id: number
  order_id: number
  author: string
  created_ms: number
  note: string
  customer_note: boolean
  added_by_user: boolean
}

export interface ShopWebhook {
  id: number
  name: string
  status: 'active' | 'paused' | 'disabled'
  topic: string
  delivery_url: string
  secret: string
  failure_count: number
  created_ms: number
  modified_ms: number
}

/** What a test reads to assert "paid exactly once": every effect, in order, with what caused it. */
export interface HistoryEntry {
  seq: number
  order_id: number
  at_ms: number
  actor: 'api' | 'control' | 'shop'
  kind:
    | 'created'
    | 'update_requested'
    | 'status_changed'
    | 'marked_paid'
    | 'transaction_id_changed'
    | 'edited'
    | 'note_added'
    | 'refund_created'
    | 'refund_deleted'
    | 'deleted'
    | 'webhook_sent'
  detail: Record<string, unknown>
}
