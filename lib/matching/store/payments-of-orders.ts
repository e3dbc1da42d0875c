import type { Sql } from '@/lib/db/pools'

/** The payments that an attempt, a match or a store's claim ties to these orders of one tenant. */
export async function paymentsOfOrders(sql: Sql, tenantId: string, orderIds: string[]): Promise<string[]> {
  const result = await sql.query(
    `SELECT p.id FROM payment p JOIN checkout_attempt a ON a.tenant_id = p.tenant_id AND a.id = p.attempt_id WHERE p.tenant_id = $1 AND a.order_id = ANY($2::uuid[])
     UNION SELECT m.payment_id FROM match m WHERE m.tenant_id = $1 AND m.order_id = ANY($2::uuid[]) AND m.state = 'active'
     UNION SELECT p.id FROM order_payment_claim c JOIN payment p ON p.tenant_id = c.tenant_id AND (p.stripe_id = c.reference OR p.latest_charge_id = c.reference) WHERE c.tenant_id = $1 AND c.order_id = ANY($2::uuid[])
     UNION SELECT h.payment_id FROM order_payment_claim c JOIN "order" o ON o.tenant_id = c.tenant_id AND o.id = c.order_id JOIN store s ON s.tenant_id = o.tenant_id AND s.id = o.store_id
              JOIN charge h ON h.tenant_id = c.tenant_id AND h.connection_id = s.connection_id AND h.stripe_id = c.reference WHERE c.tenant_id = $1 AND c.order_id = ANY($2::uuid[])
     ORDER BY 1`,
    [tenantId, orderIds],
  )
  return (result.rows as { id: string }[]).map((row) => row.id)
}
