import type { Sql } from '@/lib/db/pools'

/**
 * Of these orders of a store, those with a payment whose explanation a reading changes although it says what the one
 * before said: it waits for a reading after the payment, or it says that the order is gone, which is back as it was.
 */
export async function ordersToExplainAgain(sql: Sql, store: { tenant_id: string; store_id: string }, externalIds: string[]): Promise<string[]> {
  const { rows } = await sql.query({
    name: 'orders_to_explain_again',
    text: `SELECT DISTINCT o.id FROM "order" o JOIN reconciliation r ON r.tenant_id = o.tenant_id AND r.order_id = o.id
            WHERE o.tenant_id = $1 AND o.store_id = $2 AND o.external_id = ANY($3::text[])
              AND (r.order_evidence->>'reason' = 'order_not_read_since'
                OR (o.deleted_at IS NULL AND EXISTS (SELECT 1 FROM exception x WHERE x.tenant_id = r.tenant_id AND x.payment_id = r.payment_id AND x.state = 'open'
                     AND x.type = 'paid_but_order_cancelled' AND x.detail->>'store_deleted_at' IS NOT NULL))) ORDER BY o.id`,
    values: [store.tenant_id, store.store_id, externalIds],
  })
  return (rows as { id: string }[]).map((row) => row.id)
}
