/** Words of stores for an order that nobody is to pay or deliver any more. */
const words = new Set(['cancelled', 'canceled', 'refunded', 'voided', 'trash', 'deleted'])

/** Whether the store has called the order off, as it was last read: by its own word for it, or because it has it no more. */
export function isCalledOff(order: { status: string; deleted_at: Date | null }): boolean {
  return order.deleted_at !== null || words.has(order.status.toLowerCase())
}
