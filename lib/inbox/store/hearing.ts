import type { Executor } from '@/lib/db/executor'
import type { Scope } from '@/lib/db/tenant'

/** Times UTC. `rejected_*` only of an endpoint of the account's own: one that all share says nothing about one tenant. */
export type Hearing = {
  connection_id: string
  url: string | null
  api_version: string | null
  last_at: Date | null
  rejected_count: number
  last_rejected_at: Date | null
  last_rejection: string | null
  applied: number
  ignored: number
  quarantined: number
  waiting: number
}

const newest = `(SELECT e.received_at FROM inbox_event e WHERE e.tenant_id = c.tenant_id AND e.connection_id = c.id AND e.kind = 'delivery' ORDER BY e.received_at DESC, e.id DESC LIMIT 1)`

export async function selectHearing(db: Executor, scope: Scope, since: Date): Promise<Hearing[]> {
  return db.query<Hearing>(
    `SELECT c.id AS connection_id, w.url, w.api_version, ${newest} AS last_at,
            CASE WHEN w.kind = 'account' THEN w.rejected_count ELSE 0 END AS rejected_count, CASE WHEN w.kind = 'account' THEN w.last_rejected_at END AS last_rejected_at,
            CASE WHEN w.kind = 'account' THEN w.last_rejection END AS last_rejection,
            coalesce(n.applied, 0) AS applied, coalesce(n.ignored, 0) AS ignored, coalesce(n.quarantined, 0) AS quarantined, coalesce(n.waiting, 0) AS waiting
       FROM connection c
       LEFT JOIN LATERAL (
         SELECT w.* FROM webhook_endpoint w
          WHERE w.state = 'active' AND ((w.kind = 'account' AND w.mode = c.mode AND w.account_id = c.account_id) OR (w.kind = 'connect' AND c.kind = 'connect'))
          ORDER BY (w.kind = 'account') DESC, (w.mode = c.mode) DESC, w.created_at DESC, w.id LIMIT 1) w ON true
       LEFT JOIN (
         SELECT e.connection_id, count(*) FILTER (WHERE e.state = 'applied')::int AS applied, count(*) FILTER (WHERE e.state = 'ignored')::int AS ignored,
                count(*) FILTER (WHERE e.state = 'quarantined')::int AS quarantined, count(*) FILTER (WHERE e.state = 'pending')::int AS waiting
           FROM inbox_event e WHERE e.tenant_id = $1::uuid AND e.received_at >= $3::text::timestamptz AND e.kind = 'delivery' GROUP BY e.connection_id) n ON n.connection_id = c.id
      WHERE c.tenant_id = $1::uuid AND c.mode = $2::text`,
    [scope.tenant_id, scope.mode, since.toISOString()],
  )
}

export async function selectLastHeard(db: Executor, scope: Scope): Promise<{ connection_id: string; name: string; at: Date | null }[]> {
  return db.query(
    `SELECT c.id AS connection_id, c.name, ${newest} AS at FROM connection c WHERE c.tenant_id = $1::uuid AND c.mode = $2::text AND c.state = 'active' ORDER BY c.name, c.id`,
    [scope.tenant_id, scope.mode],
  )
}
