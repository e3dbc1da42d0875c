import { config } from '@/lib/config/config'
import { clock } from '@/lib/kernel/clock'
import { unseal } from '@/lib/kernel/seal'
import { connectorFor } from './connectors'
import { replyUnreadable, type Connector, type StoreAccess } from './contract'
import type { StoreOrder } from './core/order'
import { credentialsPlace } from './core/places'
import type { StoreRow } from './core/store'

/** What a store answered when it was asked for one order: the order, or null when it has none. `read_at` is when it was asked. */
export type OrderReading = { order: StoreOrder | null; read_at: Date }

/** The connector of a store and its opened credentials. @throws Fault `sealed_secret_unreadable`, `platform_unknown`. */
export function openStore(store: Pick<StoreRow, 'tenant_id' | 'store_id' | 'platform' | 'base_url' | 'credentials_sealed'>): {
  connector: Connector
  access: StoreAccess
} {
  const credentials = JSON.parse(unseal(config().secret, credentialsPlace(store), store.credentials_sealed)) as StoreAccess['credentials']
  return { connector: connectorFor(store.platform), access: { base_url: store.base_url, credentials } }
}

/**
 * Asks the store itself, outside of any transaction. An answer about another order (a cache before the store) is none.
 * @throws Faults of the contract and of lib/outbound.
 */
export async function fetchOrder(store: StoreRow, externalId: string): Promise<OrderReading> {
  const { connector, access } = openStore(store)
  const read_at = clock.now()
  const order = await connector.readOrder(access, externalId)
  if (order !== null && order.external_id !== externalId) throw replyUnreadable(new URL(access.base_url).host, 'another order than the one that was asked for')
  return { order, read_at }
}
