import { config } from '@/lib/config/config'
import { onTenant } from '@/lib/db/executor'
import { withTenant } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { Fault } from '@/lib/kernel/fault'
import { unseal } from '@/lib/kernel/seal'
import { connectorFor } from './connectors'
import { ability } from './contract'
import { webhookSecretPlace } from './core/places'
import { parseWebhookAddress } from './core/webhook-address'
import { storeNotFound } from './errors'
import { findStore } from './store/store-row'
import { markHeard, tellReaders, wantSync } from './store/sync-state'
import { writeSaidGone } from './store/write-orders'

/**
 * A store says that an order changed. Its signature is checked on the raw bytes with the secret of that store; then the
 * store is only marked to be read, by the worker and now: what the call says about the order is not taken from it.
 * @param address the last part of the address, see core/webhook-address.ts.
 * @throws Fault `store_not_found` 404, `signature_missing` and `signature_wrong` 401, `body_unreadable` 400, `store_without_secret` 503.
 */
export async function receiveStoreWebhook(
  address: string,
  raw: Buffer,
  header: (name: string) => string | null,
): Promise<{ outcome: 'ping' | 'ignored' | 'noted' }> {
  const key = parseWebhookAddress(address)
  if (key === null) throw storeNotFound()
  return withTenant(key, async (tx) => {
    const db = onTenant(tx)
    const store = await findStore(db, key.tenant_id, key.store_id)
    if (store === null) throw storeNotFound()
    if (store.webhook_secret_sealed === null)
      throw new Fault('store_without_secret', 503, 'This store has no webhook secret.', { remedy: 'Register its webhooks again.' })
    const secret = unseal(config().secret, webhookSecretPlace(key), store.webhook_secret_sealed)
    const said = ability(connectorFor(store.platform), 'verifyWebhook')({ raw, header, secret })
    if (said.kind === 'refused') throw refusal(said.reason)
    const now = clock.now()
    await markHeard(db, key, now)
    if (said.kind === 'ping' || said.kind === 'ignored') return { outcome: said.kind }
    if (said.kind === 'deleted') await writeSaidGone(db, key, said.external_id, now)
    await wantSync(db, key, now)
    await tellReaders(db)
    return { outcome: 'noted' }
  })
}

function refusal(reason: 'no_signature' | 'wrong_signature' | 'unreadable'): Fault {
  if (reason === 'unreadable') return new Fault('body_unreadable', 400, 'The body names no order.')
  const remedy = 'Register the webhooks of this store again, so that both sides have the same secret.'
  return reason === 'no_signature'
    ? new Fault('signature_missing', 401, 'The call is not signed.', { remedy })
    : new Fault('signature_wrong', 401, 'The signature does not fit the body.', { remedy })
}
