import { withTenant, type Scope } from '@/lib/db/tenant'
import { selectMatchedOf } from './store/matched-of'

/** What of each payment is linked to an order: payment id to minor units as text. */
export async function matchedOf(scope: Scope, orderId: string): Promise<Map<string, string>> {
  const rows = await withTenant(scope, (tx) => selectMatchedOf(tx, scope, orderId))
  return new Map(rows.map((row) => [row.payment_id, row.amount.toString()]))
}
