import type { Order, Shop } from './shop-types'
import { taxOn } from './shop-money'
import type { ShopWorld } from './shop-world'

/** Amounts in minor units. A line with an id changes that line, `quantity: 0` removes it, a line without id is added. */
export interface LineChanges {
  line_items?: { id?: number; name?: string; sku?: string; product_id?: number; quantity?: number; subtotal?: number; total?: number }[]
  shipping_lines?: { id?: number; method_title?: string; method_id?: string; total?: number }[]
  fee_lines?: { id?: number; name?: string; total?: number }[]
}

/** Applies line changes and computes the taxes of what changed. A total set by hand falls away, as the shop then recalculates. */
export function editLines(world: ShopWorld, shop: Shop, before: Order, change: LineChanges): Order {
  if (!change.line_items && !change.shipping_lines && !change.fee_lines) return before
  const percent = before.tax_lines[0]?.rate_percent ?? 0
  const id = () => world.rows.take(shop.slug, 'next_item_id')
  const order: Order = { ...before, total_override: null }
  for (const line of change.line_items ?? []) {
    const old = order.line_items.find((l) => l.id === line.id)
    if (old && line.quantity === 0) {
      order.line_items = order.line_items.filter((l) => l !== old)
      continue
    }
    const quantity = line.quantity ?? old?.quantity ?? 1
    const unit = old && old.quantity > 0 ? old.subtotal / old.quantity : 0
    const subtotal = line.subtotal ?? line.total ?? Math.round(unit * quantity)
    const total = line.total ?? subtotal
    const next = {
      id: old?.id ?? id(),
      name: line.name ?? old?.name ?? 'Item',
      product_id: line.product_id ?? old?.product_id ?? 0,
      variation_id: old?.variation_id ?? 0,
      sku: line.sku ?? old?.sku ?? '',
      quantity,
      subtotal,
      subtotal_tax: taxOn(subtotal, percent),
      total,
      total_tax: taxOn(total, percent),
    }
    order.line_items = old ? order.line_items.map((l) => (l === old ? next : l)) : [...order.line_items, next]
  }
  for (const line of change.shipping_lines ?? []) {
    const old = order.shipping_lines.find((l) => l.id === line.id)
    const total = line.total ?? old?.total ?? 0
    const next = {
      id: old?.id ?? id(),
      method_title: line.method_title ?? old?.method_title ?? 'Shipping',
      method_id: line.method_id ?? old?.method_id ?? 'flat_rate',
      total,
      total_tax: taxOn(total, percent),
    }
    order.shipping_lines = old ? order.shipping_lines.map((l) => (l === old ? next : l)) : [...order.shipping_lines, next]
  }
  for (const line of change.fee_lines ?? []) {
    const old = order.fee_lines.find((l) => l.id === line.id)
    const total = line.total ?? old?.total ?? 0
    const next = { id: old?.id ?? id(), name: line.name ?? old?.name ?? 'Fee', total, total_tax: taxOn(total, percent) }
    order.fee_lines = old ? order.fee_lines.map((l) => (l === old ? next : l)) : [...order.fee_lines, next]
  }
  return order
}
