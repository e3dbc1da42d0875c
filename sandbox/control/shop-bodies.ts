import { z } from 'zod'
import type { NewOrder } from '../shop/create-order'
import { goods } from '../shop/demo-names'
import { priceIn } from '../shop/demo-order'
import { parseDecimal } from '../shop/shop-money'
import { orderStatuses, type Shop } from '../shop/shop-types'
import type { OrderChange } from '../shop/update-order'
import { ControlError } from './control-reply'

const decimal = z.string().regex(/^-?\d{1,10}(\.\d{1,3})?$/, 'a decimal string such as "19.99"')
const currency = z.string().regex(/^[A-Za-z]{3}$/, 'an ISO code such as EUR')
const text = z.string().max(2000)
const address = z
  .strictObject({
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
const meta = z.array(z.strictObject({ key: z.string(), value: z.unknown() }))

/** Amounts are decimal strings of the order's currency, without tax. What is left out is made up. */
export const orderInput = z.strictObject({
  seed: z.number().int().optional(),
  count: z.number().int().min(1).max(500).default(1),
  currency: currency.optional(),
  status: z.enum(orderStatuses).optional(),
  number: text.optional(),
  items: z
    .array(
      z.strictObject({
        name: text.min(1).optional(),
        sku: text.optional(),
        product_id: z.number().int().optional(),
        quantity: z.number().int().min(1).default(1),
        /** Left out: the demo catalogue's price of `sku`. */
        unit_price: decimal.optional(),
      }),
    )
    .min(1)
    .optional(),
  shipping: z.array(z.strictObject({ title: text, total: decimal })).optional(),
  fees: z.array(z.strictObject({ name: text, total: decimal })).optional(),
  coupons: z.array(z.strictObject({ code: text, discount: decimal })).optional(),
  tax: z
    .strictObject({ percent: z.number().min(0).max(100), label: text })
    .nullable()
    .optional(),
  billing: address.optional(),
  shipping_address: address.optional(),
  customer_note: text.optional(),
  meta_data: meta.optional(),
  /** ISO 8601 with offset or Z. */
  created_at: z.iso.datetime({ offset: true }).optional(),
  /** A total that the lines do not explain. */
  total: decimal.optional(),
})

export const orderChange = z
  .strictObject({
    status: z.enum(orderStatuses),
    total: decimal.nullable(),
    currency,
    number: text,
    transaction_id: text,
    customer_note: text,
    line_items: z.array(
      z.strictObject({
        id: z.number().int().optional(),
        name: text.optional(),
        quantity: z.number().int().min(0).optional(),
        subtotal: decimal.optional(),
        total: decimal.optional(),
      }),
    ),
    shipping_lines: z.array(z.strictObject({ id: z.number().int().optional(), method_title: text.optional(), total: decimal.optional() })),
    fee_lines: z.array(z.strictObject({ id: z.number().int().optional(), name: text.optional(), total: decimal.optional() })),
    billing: address,
    shipping: address,
    meta_data: meta,
  })
  .partial()

function minor(value: string, code: string, field: string): number {
  const amount = parseDecimal(value, code)
  if (amount === null) throw new ControlError(400, `${field}: not a decimal number`, { [field]: 'not a decimal number' })
  return amount
}

/** A line as given, or from the demo catalogue when it has only a `sku`. */
function itemOf(line: NonNullable<z.infer<typeof orderInput>['items']>[number], code: string): NewOrder['items'][number] {
  const known = goods.find(([, sku]) => sku === line.sku)
  const name = line.name ?? known?.[0]
  const price = line.unit_price === undefined ? (known === undefined ? undefined : priceIn(code, known[2])) : minor(line.unit_price, code, 'items')
  if (name === undefined || price === undefined) {
    throw new ControlError(400, 'items: a line needs name and unit_price, or a sku of the demo catalogue', {
      items: 'needs name and unit_price, or a known sku',
    })
  }
  return { name, sku: line.sku, product_id: line.product_id, quantity: line.quantity, unit_price: price }
}

/** The given parts of a new order in minor units; made-up lines go when lines are given. */
export function newOrderOf(input: z.infer<typeof orderInput>, shop: Shop): Partial<NewOrder> {
  const code = input.currency ?? shop.currency
  const { seed: _seed, count: _count, items, shipping, fees, coupons, tax, created_at, total, ...rest } = input
  const own = items !== undefined
  return {
    ...rest,
    ...(own ? { items: items.map((line) => itemOf(line, code)) } : {}),
    ...(own || shipping ? { shipping: (shipping ?? []).map((line) => ({ ...line, total: minor(line.total, code, 'shipping') })) } : {}),
    ...(own || fees ? { fees: (fees ?? []).map((line) => ({ ...line, total: minor(line.total, code, 'fees') })) } : {}),
    ...(own || coupons ? { coupons: (coupons ?? []).map((line) => ({ ...line, discount: minor(line.discount, code, 'coupons') })) } : {}),
    ...(own || tax !== undefined ? { tax: tax ?? undefined } : {}),
    ...(created_at === undefined ? {} : { created_ms: Date.parse(created_at) }),
    ...(total === undefined ? {} : { total_override: minor(total, code, 'total') }),
  }
}

/** A change in minor units of the currency the order then has. */
export function changeOf(input: z.infer<typeof orderChange>, currencyBefore: string): OrderChange {
  const code = input.currency ?? currencyBefore
  const { total, line_items, shipping_lines, fee_lines, meta_data, ...rest } = input
  const money = (value: string | undefined, field: string) => (value === undefined ? undefined : minor(value, code, field))
  return {
    ...rest,
    ...(meta_data ? { meta_data: meta_data.map((one) => ({ key: one.key, value: one.value ?? null })) } : {}),
    ...(total === undefined ? {} : { total_override: total === null ? null : minor(total, code, 'total') }),
    ...(line_items
      ? {
          line_items: line_items.map((line) => ({ ...line, subtotal: money(line.subtotal, 'line_items'), total: money(line.total, 'line_items') })),
        }
      : {}),
    ...(shipping_lines ? { shipping_lines: shipping_lines.map((line) => ({ ...line, total: money(line.total, 'shipping_lines') })) } : {}),
    ...(fee_lines ? { fee_lines: fee_lines.map((line) => ({ ...line, total: money(line.total, 'fee_lines') })) } : {}),
  }
}
