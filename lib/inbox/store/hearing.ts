import type { Executor } from '@/lib/db/executor'
import type { Scope } from '@/lib/db/tenant'

export async function selectLastHeard(db: Executor, scope: Scope): Promise<{ connection_id: string; name: string; at: Date | null }[]> {
  return db.query(
    `SELECT c.id AS connection_id, c.name, (
              SELECT e.received_at FROM inbox_event e WHERE e.tenant_id = c.tenant_id AND e.connection_id = c.id AND e.kind = 'delivery' ORDER BY e.received_at DESC, e.id DESC LIMIT 1) AS at
       FROM connection c WHERE c.tenant_id = $1::uuid AND c.mode = $2::text AND c.state = 'active' ORDER BY c.name, c.id`,
    [scope.tenant_id, scope.mode],
  )
}
