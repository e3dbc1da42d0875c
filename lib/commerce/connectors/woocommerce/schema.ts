import { z } from 'zod'

/** What we take from WooCommerce's REST API v3. Shops differ: figures come as text or number, fields are missing, plugins add more. */
const text = z.union([z.string(), z.number()]).transform(String)
const id = z.union([z.string(), z.number().int()]).transform(String).pipe(z.string().min(1).max(255))
const optional = text.nullish().transform((value) => value ?? '')
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? [])

export const wooOrder = z.object({
  id,
  number: text.nullish(),
  status: z.string().min(1).max(100),
  currency: z.string(),
  total: text,
  needs_payment: z.boolean().nullish(),
  date_created_gmt: z.string().nullish(),
  date_modified_gmt: z.string().nullish(),
  date_paid_gmt: z.string().nullish(),
  payment_method: optional,
  payment_method_title: optional,
  transaction_id: optional,
  billing: z.object({ first_name: optional, last_name: optional, company: optional, email: optional }).partial().nullish(),
  meta_data: list(z.object({ key: z.string(), value: z.unknown() })),
  line_items: list(z.object({ id: id.nullish(), name: optional, sku: optional, quantity: text, subtotal: text, total: text })),
  shipping_lines: list(z.object({ id: id.nullish(), method_title: optional, total: text })),
  fee_lines: list(z.object({ id: id.nullish(), name: optional, total: text })),
  coupon_lines: list(z.object({ id: id.nullish(), code: optional, discount: text })),
  tax_lines: list(z.object({ id: id.nullish(), label: optional, rate_code: optional, tax_total: text, shipping_tax_total: optional })),
})
export type WooOrder = z.output<typeof wooOrder>

/** The fields of an order that we ask for: a shop's plugins can make the rest very large. */
export const orderFields = Object.keys(wooOrder.shape).join(',')

export const wooNote = z.object({ id, note: optional })
export const wooWebhook = z.object({ id, topic: z.string(), delivery_url: z.string(), status: z.string() })
export const wooError = z.object({ code: z.string().max(100) })
