import type { Executor } from '@/lib/db/executor'
import type { StoreRow } from './core/store'
import { findStoreOfOrder } from './store/store-row'

/** The store that an order of ours lives in, with the order's own id and number there; null when there is no such order. */
export async function orderAtStore(
  db: Executor,
  tenantId: string,
  orderId: string,
): Promise<(StoreRow & { external_id: string; display_number: string }) | null> {
  return findStoreOfOrder(db, tenantId, orderId)
}
