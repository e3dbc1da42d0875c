import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { isFault } from '@/lib/kernel/fault'
import type { StoredOrder } from './core/order'
import { orderNotFound, storeNotFound } from './errors'
import { fetchOrder } from './fetch-order'
import { keepReading } from './keep-orders'
import { recordAnswer, recordFailure } from './store-health'
import { findOrderByExternalId } from './store/read-orders'
import { findStore } from './store/store-row'

/**
 * Reads one order from its store, now, and stores it. For the web process (app role); not to be called inside a
 * transaction, because the store is asked in between. A paused store is asked all the same: somebody waits.
 * @param storeId uuid. @param externalId the store's own id of the order. @param cause why, kept with the revision.
 * @returns the order as stored, with its lines and claims; `deleted_at` is set when the store has it no more.
 * @throws Fault `store_not_found` (also when the store is of the other mode), `order_not_found`, and those of the contract and lib/outbound.
 */
export async function readOrder(scope: Scope, storeId: string, externalId: string, cause: string): Promise<StoredOrder> {
  const store = await withTenant(scope, (tx) => findStore(onTenant(tx), scope.tenant_id, storeId))
  if (store === null || store.mode !== scope.mode) throw storeNotFound()
  const reading = await fetchOrder(store, externalId).catch(async (error: unknown) => {
    if (isFault(error)) await withTenant(scope, (tx) => recordFailure(onTenant(tx), store, error))
    throw error
  })
  return withTenant(scope, async (tx) => {
    const db = onTenant(tx)
    await keepReading(db, store, externalId, reading, cause)
    await recordAnswer(db, store)
    const order = await findOrderByExternalId(db, scope.tenant_id, storeId, externalId)
    if (order === null) throw orderNotFound(externalId)
    return order
  })
}
