import type { Shop } from './shop-types'
import { statusTitle, type StatusEffect } from './order-status'
import { addNote } from './add-note'
import type { Actor, ShopWorld } from './shop-world'

/** Writes a status change into the history and, as WooCommerce does, as a note on the order. */
export function recordStatus(world: ShopWorld, shop: Shop, effect: StatusEffect, actor: Actor): void {
  const { order, changed } = effect
  if (changed) {
    world.note(shop, order.id, actor, 'status_changed', { from: changed.from, to: changed.to })
    addNote(
      world,
      shop,
      order,
      { text: `Order status changed from ${statusTitle(changed.from)} to ${statusTitle(changed.to)}.`, customer: false, byUser: false },
      'shop',
    )
  }
  if (effect.marked_paid) world.note(shop, order.id, actor, 'marked_paid', { status: order.status, transaction_id: order.transaction_id })
}
