import { onTenant, onWorker } from '@/lib/db/executor'
import { inWorkerTransaction } from '@/lib/db/pools'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { isFault } from '@/lib/kernel/fault'
import { lockTenants } from '@/lib/matching/lock-tenants'
import type { StoredOrder } from './core/order'
import { orderNotFound, storeNotFound } from './errors'
import { fetchOrder } from './fetch-order'
import { recordAnswer, recordFailure } from './store-health'
import { findOrderByExternalId } from './store/read-orders'
import { findStore } from './store/store-row'
import { takeReading } from './take-reading'

/**
 * Reads one order from its store, now, and stores it, with what follows for its payments: nobody tells us a second time
 * of a change that this reading found. Not to be called inside a transaction, because the store is asked in between.
 * A paused store is asked all the same: somebody waits.
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
  await inWorkerTransaction(async (sql) => {
    await lockTenants(sql, [store.tenant_id])
    await takeReading(sql, store, externalId, reading, cause)
    await recordAnswer(onWorker(sql), store)
  })
  const order = await withTenant(scope, (tx) => findOrderByExternalId(onTenant(tx), scope.tenant_id, storeId, externalId))
  if (order === null) throw orderNotFound(externalId)
  return order
}
