import type { Sql } from '@/lib/db/pools'
import { reconcilePayments } from './reconcile-payments'
import { paymentsOfOrders } from './store/payments-of-orders'

/**
 * Explains anew every payment that an attempt, a match or a store's claim ties to these orders: their store said
 * something new. Runs in the caller's transaction.
 */
export async function reconcileOrders(sql: Sql, tenantId: string, orderIds: string[]): Promise<void> {
  if (orderIds.length === 0) return
  await reconcilePayments(sql, tenantId, await paymentsOfOrders(sql, tenantId, orderIds))
}
