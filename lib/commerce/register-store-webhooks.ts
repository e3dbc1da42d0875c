import { config } from '@/lib/config/config'
import { onWorker } from '@/lib/db/executor'
import { workerPool } from '@/lib/db/pools'
import { isFault } from '@/lib/kernel/fault'
import { unseal } from '@/lib/kernel/seal'
import { ability } from './contract'
import { webhookSecretPlace } from './core/places'
import { webhookAddress } from './core/webhook-address'
import { storeNotFound } from './errors'
import { openStore } from './fetch-order'
import { recordFailure } from './store-health'
import { findStore } from './store/store-row'

/**
 * Makes the store call us when an order changes; asking twice is asking once. Worker role.
 * @returns the topics. @throws Fault `store_not_found`, `store_cannot`, and those of the contract and lib/outbound, which are
 *   also noted on the store.
 */
export async function registerStoreWebhooks(key: { tenant_id: string; store_id: string }): Promise<string[]> {
  const db = onWorker(workerPool())
  const store = await findStore(db, key.tenant_id, key.store_id)
  if (store === null || store.webhook_secret_sealed === null) throw storeNotFound()
  const secret = unseal(config().secret, webhookSecretPlace(key), store.webhook_secret_sealed)
  const { connector, access } = openStore(store)
  try {
    return await ability(connector, 'registerWebhooks')(access, { url: `${config().origin}/api/webhooks/stores/${webhookAddress(key)}`, secret })
  } catch (error) {
    if (isFault(error)) await recordFailure(db, key, error)
    throw error
  }
}
