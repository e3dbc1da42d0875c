import type { StoreOrder } from './order'

/**
 * What a revision keeps: the order whole, amounts as text of minor units, times as ISO text. `modified_at` is left out,
 * because stores touch it without changing anything, and `standing`, because it is our reading of `status` and `paid_at`.
 */
export function snapshotOf(order: StoreOrder): Record<string, unknown> {
  return {
    external_id: order.external_id,
    display_number: order.display_number,
    status: order.status,
    currency: order.currency,
    total: text(order.total),
    total_text: order.total_text,
    problem: order.problem,
    customer_name: order.customer_name,
    customer_email: order.customer_email,
    payment_method: order.payment_method,
    placed_at: order.placed_at?.toISOString() ?? null,
    paid_at: order.paid_at?.toISOString() ?? null,
    lines: order.lines.map((line) => ({
      external_id: line.external_id,
      kind: line.kind,
      name: line.name,
      sku: line.sku,
      quantity: line.quantity,
      total: text(line.total),
      total_text: line.total_text,
    })),
    claims: order.claims.map((claim) => ({ reference: claim.reference, gateway: claim.gateway, paid_at: claim.paid_at?.toISOString() ?? null })),
  }
}

function text(amount: bigint | null): string | null {
  return amount === null ? null : amount.toString()
}
