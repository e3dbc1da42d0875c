import type { Sql } from '@/lib/db/pools'
import type { Connection } from '@/lib/connections/core/connection'

/**
 * Balance transactions that charges, refunds and disputes of a connection name and the ledger lacks, although what names
 * them was made before `until` (and, of refunds, after `since`: a payment without its fee is known by that, whatever its
 * age). At most `limit`.
 */
export async function selectLacking(sql: Sql, connection: Connection, range: { since: Date; until: Date }, limit: number): Promise<string[]> {
  const { rows } = await sql.query({
    name: 'select_lacking',
    text: `SELECT n.id FROM (
         SELECT c.balance_transaction_id AS id FROM payment p JOIN charge c ON c.tenant_id = p.tenant_id AND c.payment_id = p.id
          WHERE p.tenant_id = $1 AND p.mode = $2 AND p.fee_state = 'pending' AND p.connection_id = $3 AND p.created_at < $5
         UNION
         SELECT unnest(ARRAY[f.balance_transaction_id, f.failure_balance_transaction_id]) FROM refund f
          WHERE f.tenant_id = $1 AND f.mode = $2 AND f.created_at >= $4 AND f.created_at < $5 AND f.connection_id = $3
         UNION
         SELECT unnest(d.legs) FROM dispute d WHERE d.tenant_id = $1 AND d.connection_id = $3 AND d.created_at < $5) n
      WHERE n.id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM balance_transaction b WHERE b.tenant_id = $1 AND b.connection_id = $3 AND b.stripe_id = n.id)
      ORDER BY n.id LIMIT $6`,
    values: [connection.tenant_id, connection.mode, connection.id, range.since, range.until, limit],
  })
  return (rows as { id: string }[]).map((row) => row.id)
}
