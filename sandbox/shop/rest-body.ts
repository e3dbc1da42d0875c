import { z } from 'zod'
import type { OrderChange } from './update-order'
import type { NewOrder } from './create-order'
import type { NewRefund } from './refund-order'
import { orderStatuses, type Shop } from './shop-types'
import { parseDecimal } from './shop-money'
import { ShopError } from './shop-world'

const text = z.coerce.string()
const address = z
  .object({
    first_name: text,
    last_name: text,
    company: text,
    address_1: text,
    address_2: text,
    city: text,
    state: text,
    postcode: text,
    country: text,
    email: text,
    phone: text,
  })
  .partial()
const decimal = z.union([z.string(), z.number()]).transform(String)
const meta = z.array(z.object({ id: z.coerce.number().int().optional(), key: text.optional(), value: z.unknown() }))

const orderBody = z
  .object({
    status: z.enum(orderStatuses),
    currency: z.string().length(3),
    customer_id: z.coerce.number().int(),
    customer_note: text,
    billing: address,
    shipping: address,
    payment_method: text,
    payment_method_title: text,
    transaction_id: text,
    set_paid: z.boolean(),
    meta_data: meta,
    line_items: z.array(
      z
        .object({
          id: z.coerce.number().int(),
          name: text,
          sku: text,
          product_id: z.coerce.number().int(),
          quantity: z.coerce.number().int().min(0),
          subtotal: decimal,
          total: decimal,
        })
        .partial(),
    ),
    shipping_lines: z.array(z.object({ id: z.coerce.number().int(), method_title: text, method_id: text, total: decimal }).partial()),
    fee_lines: z.array(z.object({ id: z.coerce.number().int(), name: text, total: decimal }).partial()),
    coupon_lines: z.array(z.object({ code: text, discount: decimal.optional() })),
  })
  .partial()

const refundBody = z.object({
  amount: decimal,
  reason: text.default(''),
  api_refund: z.boolean().default(true),
  api_restock: z.boolean().default(true),
  meta_data: z.array(z.object({ key: text, value: z.unknown() })).default([]),
  line_items: z
    .array(
      z.object({
        id: z.coerce.number().int(),
        quantity: z.coerce.number().int().default(0),
        refund_total: decimal.default('0'),
      }),
    )
    .default([]),
})

const noteBody = z.object({ note: text, customer_note: z.boolean().default(false), added_by_user: z.boolean().default(false) })

const webhookBody = z.object({
  name: text.default(''),
  topic: z.string(),
  delivery_url: z.string(),
  secret: text.default(''),
  status: z.enum(['active', 'paused', 'disabled']).default('active'),
})

/** WordPress's answer to a body or query that does not fit: 400 rest_invalid_param with one sentence per parameter. */
export function invalidParams(params: Record<string, string>): ShopError {
  return new ShopError(400, 'rest_invalid_param', `Invalid parameter(s): ${Object.keys(params).join(', ')}`, params)
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const params: Record<string, string> = {}
  for (const issue of result.error.issues) {
    const name = String(issue.path[0] ?? 'body')
    params[name] ??= `${issue.path.join('.') || 'body'}: ${issue.message}`
  }
  throw invalidParams(params)
}

function amount(value: string | undefined, currency: string, field: string): number | undefined {
  if (value === undefined) return undefined
  const minor = parseDecimal(value, currency)
  if (minor === null) throw invalidParams({ [field]: `${field} is not a decimal number.` })
  return minor
}

/** A PUT body to a change; absent fields stay as they are, read-only ones (date_paid, total) are ignored as in WooCommerce. */
export function readOrderChange(body: unknown, currency: string): OrderChange {
  const { coupon_lines: _coupons, line_items, shipping_lines, fee_lines, meta_data, ...rest } = read(orderBody, body)
  const cur = rest.currency ?? currency
  return {
    ...rest,
    ...(meta_data ? { meta_data: meta_data.map((m) => ({ ...m, value: m.value ?? null })) } : {}),
    ...(line_items
      ? {
          line_items: line_items.map((l) => ({
            ...l,
            subtotal: amount(l.subtotal, cur, 'line_items'),
            total: amount(l.total, cur, 'line_items'),
          })),
        }
      : {}),
    ...(shipping_lines ? { shipping_lines: shipping_lines.map((l) => ({ ...l, total: amount(l.total, cur, 'shipping_lines') })) } : {}),
    ...(fee_lines ? { fee_lines: fee_lines.map((l) => ({ ...l, total: amount(l.total, cur, 'fee_lines') })) } : {}),
  }
}

/** A POST body to a new order. Lines without a price cost nothing: the demo shops keep no catalogue to look one up. */
export function readNewOrder(body: unknown, shop: Shop): NewOrder {
  const input = read(orderBody, body)
  const currency = input.currency ?? shop.currency
  return {
    currency,
    status: input.status,
    customer_id: input.customer_id,
    customer_note: input.customer_note,
    billing: input.billing,
    shipping_address: input.shipping,
    payment_method: input.payment_method,
    payment_method_title: input.payment_method_title,
    transaction_id: input.transaction_id,
    set_paid: input.set_paid,
    meta_data: (input.meta_data ?? []).flatMap((m) => (m.key === undefined ? [] : [{ key: m.key, value: m.value }])),
    items: (input.line_items ?? []).map((l) => {
      const quantity = l.quantity ?? 1
      const subtotal = amount(l.subtotal ?? l.total, currency, 'line_items') ?? 0
      return { name: l.name ?? 'Item', sku: l.sku, product_id: l.product_id, quantity, unit_price: quantity > 0 ? Math.round(subtotal / quantity) : 0 }
    }),
    shipping: (input.shipping_lines ?? []).map((l) => ({
      title: l.method_title ?? 'Shipping',
      method_id: l.method_id,
      total: amount(l.total, currency, 'shipping_lines') ?? 0,
    })),
    fees: (input.fee_lines ?? []).map((l) => ({ name: l.name ?? 'Fee', total: amount(l.total, currency, 'fee_lines') ?? 0 })),
    coupons: (input.coupon_lines ?? []).map((l) => ({ code: l.code, discount: amount(l.discount, currency, 'coupon_lines') ?? 0 })),
  }
}

/** A POST body of /refunds. Without an amount WooCommerce answers 400, so does this. */
export function readNewRefund(body: unknown, currency: string): NewRefund {
  const input = read(refundBody, body)
  return {
    amount: amount(input.amount, currency, 'amount') ?? 0,
    reason: input.reason,
    api_refund: input.api_refund,
    meta_data: input.meta_data.map((m) => ({ key: m.key, value: m.value })),
    line_items: input.line_items.map((l) => ({ id: l.id, quantity: l.quantity, total: amount(l.refund_total, currency, 'line_items') ?? 0 })),
  }
}

export function readNewNote(body: unknown): { text: string; customer: boolean; byUser: boolean } {
  const input = read(noteBody, body)
  return { text: input.note, customer: input.customer_note, byUser: input.added_by_user }
}

export function readNewWebhook(body: unknown): z.infer<typeof webhookBody> {
  return read(webhookBody, body)
}
