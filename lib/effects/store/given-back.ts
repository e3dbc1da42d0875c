import type { Sql } from '@/lib/db/pools'

/** The condition, for a row `p` of `payment`: something was taken, and all of it went back to the payer. Disputes are not refunds. */
export const givenBack = 'p.amount_captured > 0 AND p.amount_refunded >= p.amount_captured'

/** Whether nothing is left of a payment, as our books know it now. False for a payment that is not stored. */
export async function isGivenBack(sql: Sql, tenantId: string, paymentId: string): Promise<boolean> {
  const { rowCount } = await sql.query(`SELECT 1 FROM payment p WHERE p.tenant_id = $1 AND p.id = $2 AND ${givenBack}`, [tenantId, paymentId])
  return rowCount === 1
}
