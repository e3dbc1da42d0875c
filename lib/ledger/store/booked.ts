import type { Sql } from '@/lib/db/pools'

/** Which of these balance transactions of a connection are in the ledger, and in which state. */
export async function selectBooked(
  sql: Sql,
  connection: { tenant_id: string; id: string },
  ids: readonly string[],
): Promise<{ stripe_id: string; status: string }[]> {
  const result = await sql.query(
    `SELECT b.stripe_id, b.status FROM unnest($3::text[]) k(stripe_id) CROSS JOIN LATERAL (
       SELECT * FROM balance_transaction t WHERE t.tenant_id = $1 AND t.connection_id = $2 AND t.stripe_id = k.stripe_id OFFSET 0) b ORDER BY 1`,
    [connection.tenant_id, connection.id, ids],
  )
  return result.rows as { stripe_id: string; status: string }[]
}
