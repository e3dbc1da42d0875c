import { clock } from '@/lib/kernel/clock'
import { once } from '@/lib/kernel/once'
import type { Connection } from './core/connection'
import { selectConnection, updateRevoked } from './store/connections'

const rememberMs = 3_000

/** A connection for the worker's calls, remembered for 3 s of wall time; null when there is none. */
export async function findConnection(tenantId: string, id: string): Promise<Connection | null> {
  const remembered = once('connections', () => new Map<string, { row: Connection; until: number }>())
  const hit = remembered.get(id)
  if (hit && hit.until > clock.wallMs() && hit.row.tenant_id === tenantId) return hit.row
  const row = await selectConnection(tenantId, id)
  if (row) remembered.set(id, { row, until: clock.wallMs() + rememberMs })
  return row
}

/** Stripe said that our access was taken away: rows are kept, calls stop. */
export async function markRevoked(connection: Connection): Promise<void> {
  await mark(connection, clock.now())
}

/** Stripe answered for an account that had taken our access away: calls go on. */
export async function markActive(connection: Connection): Promise<void> {
  await mark(connection, null)
}

async function mark(connection: Connection, revokedAt: Date | null): Promise<void> {
  await updateRevoked(connection.tenant_id, connection.id, revokedAt)
  once('connections', () => new Map()).delete(connection.id)
}
