import type { Sql } from '@/lib/db/pools'

/** Of these orders of a store, those with a payment whose explanation waits for a reading of the order after the payment. */
export async function ordersNotReadSince(sql: Sql, store: { tenant_id: string; store_id: string }, externalIds: string[]): Promise<string[]> {
  const { rows } = await sql.query({
    name: 'orders_not_read_since',
    text: `SELECT DISTINCT o.id FROM "order" o JOIN reconciliation r ON r.tenant_id = o.tenant_id AND r.order_id = o.id
            WHERE o.tenant_id = $1 AND o.store_id = $2 AND o.external_id = ANY($3::text[]) AND r.order_evidence->>'reason' = 'order_not_read_since' ORDER BY o.id`,
    values: [store.tenant_id, store.store_id, externalIds],
  })
  return (rows as { id: string }[]).map((row) => row.id)
}
