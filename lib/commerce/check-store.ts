import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { isFault } from '@/lib/kernel/fault'
import { ability, can } from './contract'
import { storeNotFound } from './errors'
import { openStore } from './fetch-order'
import { recordAnswer, recordFailure } from './store-health'
import { findStore } from './store/store-row'
import { tellReaders, wantSync } from './store/sync-state'

/**
 * Asks a store now whether it answers us, and has it read soon. For the web process; not to be called inside a transaction.
 * @throws Fault `store_not_found`; that the store does not answer is an answer.
 */
export async function checkStore(scope: Scope, storeId: string): Promise<{ ok: boolean; message: string }> {
  const store = await withTenant(scope, (tx) => findStore(onTenant(tx), scope.tenant_id, storeId))
  if (store === null || store.mode !== scope.mode) throw storeNotFound()
  try {
    const { connector, access } = openStore(store)
    if (can(connector, 'listChangedOrders')) await ability(connector, 'listChangedOrders')(access, clock.now(), null)
    await withTenant(scope, async (tx) => {
      const db = onTenant(tx)
      await recordAnswer(db, store)
      await wantSync(db, store, clock.now())
      await tellReaders(db)
    })
    return { ok: true, message: `${store.name} answers. Its orders are read now.` }
  } catch (error) {
    if (!isFault(error)) throw error
    await withTenant(scope, (tx) => recordFailure(onTenant(tx), store, error))
    return { ok: false, message: [error.message, error.remedy].filter(Boolean).join(' ') }
  }
}
