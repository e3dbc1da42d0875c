import type Stripe from 'stripe'
import { newId } from '../../core/ids'
import { find, ownedBy, type Call } from '../call'
import { invalidParam, notModelled } from '../protocol/errors'
import { applyMetadata } from '../protocol/params'
import type { WireLineItem, WirePrice } from '../tables'
import type { LineItemParams } from './params'

function productFor(call: Call, data: NonNullable<LineItemParams['price_data']>, path: string): { id: string; name: string } {
  if ((data.product === undefined) === (data.product_data === undefined)) {
    throw invalidParam(`${path}[product]`, 'You must specify either `product` or `product_data` when creating a price.', 'parameter_missing')
  }
  if (data.product !== undefined) return find(call, call.tables.product, 'product', data.product, `${path}[product]`).object
  const given = data.product_data
  const now = call.world.clock.now()
  const object = {
    id: newId('prod', 14),
    object: 'product',
    active: true,
    created: now,
    default_price: null,
    description: given?.description ?? null,
    images: given?.images ?? [],
    livemode: call.livemode,
    marketing_features: [],
    metadata: applyMetadata({}, given?.metadata),
    name: given?.name ?? '',
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: given?.tax_code ?? null,
    tax_details: null,
    type: 'service',
    unit_label: given?.unit_label ?? null,
    updated: now,
    url: null,
  } satisfies Stripe.Product
  call.tables.product.put(ownedBy(call, object))
  return object
}

/** One line with the price and product Stripe makes for its price_data. */
function buildLine(call: Call, item: LineItemParams, index: number): WireLineItem {
  const path = `line_items[${index}]`
  if (item.price !== undefined) throw notModelled(`${path}[price]`, 'stored prices; use price_data')
  if (item.tax_rates !== undefined) throw notModelled(`${path}[tax_rates]`, 'tax rates')
  const data = item.price_data
  if (data === undefined) throw invalidParam(path, `Missing required param: ${path}[price_data].`, 'parameter_missing')
  if (data.recurring !== undefined) throw notModelled(`${path}[price_data][recurring]`, 'recurring prices')
  if (data.unit_amount_decimal !== undefined) throw notModelled(`${path}[price_data][unit_amount_decimal]`, 'fractions of a minor unit')
  if (data.unit_amount === undefined) {
    throw invalidParam(`${path}[price_data][unit_amount]`, `Missing required param: ${path}[price_data][unit_amount].`, 'parameter_missing')
  }
  const quantity = item.quantity ?? 1
  if (quantity < 1) throw invalidParam(`${path}[quantity]`, 'This value must be greater than or equal to 1.', 'parameter_invalid_integer')
  const product = productFor(call, data, `${path}[price_data]`)
  const price: WirePrice = {
    id: newId('price', 24),
    object: 'price',
    active: false,
    billing_scheme: 'per_unit',
    created: call.world.clock.now(),
    currency: data.currency,
    custom_unit_amount: null,
    livemode: call.livemode,
    lookup_key: null,
    metadata: {},
    nickname: null,
    product: product.id,
    recurring: null,
    tax_behavior: data.tax_behavior ?? 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: 'one_time',
    unit_amount: data.unit_amount,
    unit_amount_decimal: String(data.unit_amount),
  }
  const amount = data.unit_amount * quantity
  return {
    id: newId('li', 24),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: data.currency,
    description: product.name,
    metadata: applyMetadata({}, item.metadata),
    price,
    quantity,
  } satisfies WireLineItem
}

/** The lines of a session; all in one currency. */
export function buildLines(call: Call, items: readonly LineItemParams[]): { lines: WireLineItem[]; currency: string; total: number } {
  const currency = items[0]?.price_data?.currency
  for (const [index, item] of items.entries()) {
    if (item.price_data !== undefined && item.price_data.currency !== currency) {
      throw invalidParam(`line_items[${index}][price_data][currency]`, `All line items must have the same currency.`)
    }
  }
  const lines = items.map((item, index) => buildLine(call, item, index))
  return { lines, currency: currency ?? '', total: lines.reduce((sum, line) => sum + line.amount_total, 0) }
}
