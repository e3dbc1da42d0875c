import { config } from '@/lib/config/config'
import { onWorker } from '@/lib/db/executor'
import { inWorkerTransaction } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { codeOf, Fault } from '@/lib/kernel/fault'
import { newId, secretBytes } from '@/lib/kernel/id'
import type { Mode } from '@/lib/kernel/mode'
import { seal } from '@/lib/kernel/seal'
import { isCurrency } from '@/lib/money/core/currency'
import { connectorFor } from './connectors'
import { ability, can } from './contract'
import { credentialsPlace, webhookSecretPlace } from './core/places'
import { registerStoreWebhooks } from './register-store-webhooks'
import type { StoreRow } from './core/store'
import { insertStore } from './store/store-row'

export type NewStore = {
  tenant_id: string
  mode: Mode
  name: string
  platform: string
  /** The connection that collects for it; of the same tenant and mode. */
  connection_id: string
  /** Lower-case ISO code. */
  currency: string
  /** IANA name. */
  time_zone: string
  /** Host names under which its customers see it; its own address is added. */
  hosts: string[]
  /** Where it answers, with a path when it lives under one. */
  base_url: string
  credentials: Record<string, string>
  /** May we mark its orders paid and write notes? */
  write_back: boolean
  /** How far back to read its orders at first; null for all. */
  sync_from?: Date | null
}

/**
 * Connects a store; an operator's verb, on the worker role. The credentials are tried before anything is kept, and bound
 * to the origin of the address. Then the store is asked to tell us about its orders.
 * @throws Fault `invalid_field`, `platform_unknown`, `connection_not_found`, and those of the contract and lib/outbound. When
 *   only the webhooks could not be made, the store is kept, `webhooks` is null and `registerStoreWebhooks` can be tried again.
 */
export async function createStore(input: NewStore): Promise<{ store_id: string; webhooks: string[] | null }> {
  const connector = connectorFor(input.platform)
  const base_url = baseUrlOf(input.base_url)
  check(input)
  connector.checkCredentials(input.credentials)
  const credentials = { ...input.credentials, origin: new URL(base_url).origin }
  if (can(connector, 'listChangedOrders')) await ability(connector, 'listChangedOrders')({ base_url, credentials }, clock.now(), null)

  const now = clock.now()
  const key = { tenant_id: input.tenant_id, store_id: newId() }
  const row: Parameters<typeof insertStore>[1] = {
    ...key,
    mode: input.mode,
    name: input.name.trim(),
    platform: input.platform,
    state: 'active',
    connection_id: input.connection_id,
    currency: input.currency,
    time_zone: input.time_zone,
    hosts: [...new Set([new URL(base_url).hostname, ...input.hosts.map((host) => host.toLowerCase())])],
    created_at: now,
    base_url,
    write_back: input.write_back,
    credentials_sealed: seal(config().secret, credentialsPlace(key), JSON.stringify(credentials)),
    webhook_secret_sealed: seal(config().secret, webhookSecretPlace(key), secretBytes(32).toString('base64url')),
    sync_from: input.sync_from ?? null,
    next_sync_at: now,
  }
  await inWorkerTransaction((sql) => insertStore(onWorker(sql), row)).catch((error: unknown) => {
    if (codeOf(error) === '23503')
      throw new Fault('connection_not_found', 422, 'There is no such Stripe connection of this tenant in this mode.', {
        field: 'connection_id',
        remedy: 'A live store needs a live connection, a test store a test connection.',
      })
    throw error
  })
  return { store_id: key.store_id, webhooks: await tryWebhooks(row) }
}

async function tryWebhooks(row: Pick<StoreRow, 'tenant_id' | 'store_id'>): Promise<string[] | null> {
  try {
    return await registerStoreWebhooks(row)
  } catch {
    return null
  }
}

/** @throws Fault `invalid_field`. */
function baseUrlOf(text: string): string {
  if (!URL.canParse(text))
    throw new Fault('invalid_field', 400, 'The address of the store is not complete.', { field: 'base_url', remedy: 'Enter it with https:// in front.' })
  const url = new URL(text)
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

function check(input: NewStore): void {
  const wrong = (field: string, message: string) => new Fault('invalid_field', 400, message, { field })
  if (input.name.trim() === '' || input.name.length > 120) throw wrong('name', 'The name of a store has 1 to 120 characters.')
  if (!isCurrency(input.currency)) throw wrong('currency', 'The currency is a lower-case ISO code of three letters.')
  if (!Intl.supportedValuesOf('timeZone').includes(input.time_zone) && input.time_zone !== 'UTC')
    throw wrong('time_zone', 'The time zone is an IANA name such as Europe/Berlin.')
}
