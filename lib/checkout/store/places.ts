import type { Scope, Tx } from '@/lib/db/tenant'
import { isMode, type Mode } from '@/lib/kernel/mode'
import type { ConnectionKeys } from '@/lib/stripe/client'

/** A store and the Stripe account that it collects through. */
export type Place = {
  store: { id: string; name: string; mode: Mode; state: string; hosts: string[] }
  connection: ConnectionRow
}
export type ConnectionRow = ConnectionKeys & { publishable_key: string | null }

const connectionColumns = {
  tenant_id: true,
  id: true,
  mode: true,
  kind: true,
  account_id: true,
  state: true,
  keys_sealed: true,
  publishable_key: true,
} as const

/** Any mode, so that a key of the other mode gets a clear answer; null for a store of another tenant. */
export async function selectPlace(tx: Tx, scope: Scope, storeId: string): Promise<Place | null> {
  const found = await tx.store.findFirst({
    where: { tenant_id: scope.tenant_id, id: storeId },
    select: { id: true, name: true, mode: true, state: true, hosts: true, connection: { select: connectionColumns } },
  })
  if (found === null) return null
  const { connection, ...store } = found
  return { store: { ...store, mode: modeOf(store.mode) }, connection: { ...connection, mode: modeOf(connection.mode) } }
}

export async function selectConnection(tx: Tx, scope: Scope, id: string): Promise<ConnectionRow | null> {
  const found = await tx.connection.findFirst({ where: { tenant_id: scope.tenant_id, id, mode: scope.mode }, select: connectionColumns })
  return found && { ...found, mode: modeOf(found.mode) }
}

/** How the store names the order that we know by our own id. */
export async function selectOrderKey(tx: Tx, scope: Scope, orderId: string): Promise<{ external_id: string; store_id: string } | null> {
  return tx.order.findFirst({ where: { tenant_id: scope.tenant_id, id: orderId, mode: scope.mode }, select: { external_id: true, store_id: true } })
}

function modeOf(text: string): Mode {
  if (!isMode(text)) throw new Error('a row has a mode that the database should have refused')
  return text
}
