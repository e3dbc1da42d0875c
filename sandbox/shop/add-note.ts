import type { Note, Order, Shop } from './shop-types'
import type { Actor, ShopWorld } from './shop-world'

export interface NewNote {
  text: string
  /** Sent to the customer by the real shop. */
  customer: boolean
  byUser: boolean
}

/** Adds a note to an order. Each call adds one: like the real shop, there is no idempotency. */
export function addNote(world: ShopWorld, shop: Shop, order: Order, input: NewNote, actor: Actor): Note {
  const note = world.rows.notes.put(shop.slug, {
    id: world.rows.take(shop.slug, 'next_note_id'),
    order_id: order.id,
    author: input.byUser ? 'admin' : 'WooCommerce',
    created_ms: world.nowMs(),
    note: input.text,
    customer_note: input.customer,
    added_by_user: input.byUser,
  })
  world.note(shop, order.id, actor, 'note_added', { id: note.id, note: note.note, customer_note: note.customer_note })
  return note
}
