import { onWorker } from '@/lib/db/executor'
import type { Sql } from '@/lib/db/pools'
import { reconcileOrders, reconcileOrdersReadAgain } from '@/lib/matching/reconcile-orders'
import type { StoreRow } from './core/store'
import type { OrderReading } from './fetch-order'
import { closeReadable, keepReading } from './keep-orders'

/**
 * Stores one answer of a store about one order, and what follows from it: payments of an order that changed, and those
 * that waited for a reading, are explained anew. Nobody tells us of the change a second time. The caller holds the
 * tenant's lock (`lockTenants`) in the transaction of the worker's role.
 * @param cause why it was read: checkout, webhook, effect, by_hand
 */
export async function takeReading(sql: Sql, store: StoreRow, externalId: string, reading: OrderReading, cause: string): Promise<void> {
  const db = onWorker(sql)
  const changed = await keepReading(db, store, externalId, reading, cause)
  if (reading.order !== null) await closeReadable(db, store, [reading.order], changed)
  await reconcileOrders(sql, store.tenant_id, changed)
  await reconcileOrdersReadAgain(sql, store, [externalId])
}
