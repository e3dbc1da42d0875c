import type { Database } from './database'

/** A queue of the product's. `sweeps` are looks that nothing asked for. */
export type Queue = 'drain' | 'reads' | 'settle' | 'backfill' | 'effects' | 'stores' | 'replays' | 'sweeps'

/** Of each queue: when its oldest entry can be worked on (true milliseconds, may be past); absent when it is empty. */
export async function dueTimes(database: Database): Promise<Map<Queue, number>> {
  const { rows } = await database.admin.query<{ queue: Queue; ms: number | null }>({ name: 'due_times', text })
  return new Map(rows.flatMap((row) => (row.ms === null ? [] : [[row.queue, row.ms] as const])))
}

const ms = (when: string) => `(extract(epoch FROM min(${when})) * 1000)::float8`
/** A look an hour later, counted from the beginning of one that may have taken minutes; what somebody asked for is due within a quarter of an hour. */
const isSweep = `due_at >= coalesce(last_run_at, 'epoch') + interval '40 minutes' AND last_run_at IS NOT NULL`
const text = `
  SELECT 'drain' AS queue, ${ms(`coalesce(l.lease_until, 'epoch')`)} AS ms FROM inbox_event e JOIN inbox_lease l USING (bucket) WHERE e.state = 'pending'
  UNION ALL SELECT 'reads', ${ms('greatest(due_at, lease_until)')} FROM object_read
  UNION ALL SELECT 'settle', ${ms('greatest(due_at, lease_until)')} FROM sync_cursor WHERE kind = 'balance_transactions' AND NOT (${isSweep})
  UNION ALL SELECT 'backfill', ${ms('greatest(due_at, lease_until)')} FROM sync_cursor WHERE kind = 'events' AND NOT (${isSweep})
  UNION ALL SELECT 'replays', ${ms(`coalesce(greatest(due_at, lease_until), 'epoch')`)} FROM replay WHERE state IN ('queued', 'running')
  UNION ALL SELECT 'sweeps', ${ms('greatest(due_at, lease_until)')} FROM sync_cursor WHERE ${isSweep}
  UNION ALL SELECT 'effects', ${ms(`CASE WHEN e.state = 'running' THEN e.lease_until ELSE greatest(e.due_at, c.paused_until, e.lease_until) END`)}
              FROM effect e LEFT JOIN store_connection c USING (tenant_id, store_id) WHERE e.state IN ('queued', 'running')
  UNION ALL SELECT 'stores', ${ms('greatest(c.next_sync_at, c.paused_until)')} FROM store_connection c`
