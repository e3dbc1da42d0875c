import type { Sql } from '@/lib/db/pools'
import { reconcilePayments } from './reconcile-payments'
import { paymentsOfOrders } from './store/payments-of-orders'
import { ordersToExplainAgain } from './store/orders-to-explain-again'

/**
 * Explains anew every payment that an attempt, a match or a store's claim ties to these orders: their store said
 * something new. Runs in the caller's transaction.
 */
export async function reconcileOrders(sql: Sql, tenantId: string, orderIds: string[]): Promise<void> {
  if (orderIds.length === 0) return
  await reconcilePayments(sql, tenantId, await paymentsOfOrders(sql, tenantId, orderIds))
}

/**
 * A store was read, and these of its orders say what they said before: payments that wait for just such a reading are
 * explained anew. Without it one whose order was read a moment too early by a slow clock would wait for ever.
 */
export async function reconcileOrdersReadAgain(sql: Sql, store: { tenant_id: string; store_id: string }, externalIds: string[]): Promise<void> {
  if (externalIds.length > 0) await reconcileOrders(sql, store.tenant_id, await ordersToExplainAgain(sql, store, externalIds))
}
