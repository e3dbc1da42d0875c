import type { Executor } from '@/lib/db/executor'
import type { Scope } from '@/lib/db/tenant'

/** Counted up to 1,000: beyond that nobody counts on a screen. */
export async function countSetAside(db: Executor, scope: Scope): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (
       SELECT 1 FROM connection c JOIN inbox_event e ON e.tenant_id = c.tenant_id AND e.connection_id = c.id
        WHERE c.tenant_id = $1::uuid AND c.mode = $2::text AND e.tenant_id = $1::uuid AND e.state = 'quarantined' LIMIT 1000) counted`,
    [scope.tenant_id, scope.mode],
  )
  return row?.count ?? 0
}

/** When the newest deliveries of each connection in use came, newest first: as many as a rhythm is read from. */
export async function selectHeardTimes(db: Executor, scope: Scope): Promise<{ connection_id: string; name: string; times: Date[] }[]> {
  return db.query(
    `SELECT c.id AS connection_id, c.name, ARRAY(${newestDeliveries(rhythmRows, 'e.received_at')}) AS times
       FROM connection c WHERE c.tenant_id = $1::uuid AND c.mode = $2::text AND c.state = 'active' ORDER BY c.name, c.id`,
    [scope.tenant_id, scope.mode],
  )
}

/** How many deliveries the rhythm of a connection is read from. */
export const rhythmRows = 500

/** The newest deliveries of connection `c` of tenant `$1`, newest first, straight from their index. */
export function newestDeliveries(limit: number, columns: string): string {
  return `SELECT ${columns} FROM inbox_event e WHERE e.tenant_id = $1::uuid AND e.connection_id = c.id AND e.kind = 'delivery' ORDER BY e.received_at DESC, e.id DESC LIMIT ${limit}`
}
