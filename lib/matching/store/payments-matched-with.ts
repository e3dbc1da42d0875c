import type { Sql } from '@/lib/db/pools'
import type { PaymentKey } from './facts-by-payment'

/** The payments that are matched with these orders, of any tenants. */
export async function paymentsMatchedWith(sql: Sql, orders: readonly { tenant_id: string; id: string }[]): Promise<PaymentKey[]> {
  const result = await sql.query(
    `SELECT DISTINCT m.tenant_id, m.payment_id FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, order_id) CROSS JOIN LATERAL (
       SELECT * FROM match t WHERE t.tenant_id = k.tenant_id AND t.order_id = k.order_id AND t.state = 'active' OFFSET 0) m ORDER BY 1, 2`,
    [orders.map((order) => order.tenant_id), orders.map((order) => order.id)],
  )
  return result.rows as PaymentKey[]
}
