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

/**
 * What the rhythm of a connection is read from. `times`: of its newest deliveries, newest first, those that are a minute
 * or more apart, up to 200; what lies between belongs to the same burst. `long_pause_ms`: the longest pause of a quarter
 * of an hour or more in the eight days before them, so that a busy account's nights and Sundays are known.
 */
export type HeardTimes = { times: Date[]; long_pause_ms: number | null }

/** The heard times of each connection in use. */
export async function selectHeardTimes(db: Executor, scope: Scope): Promise<(HeardTimes & { connection_id: string; name: string })[]> {
  return db.query(
    `SELECT c.id AS connection_id, c.name, h.times, h.long_pause_ms
       FROM connection c CROSS JOIN LATERAL (${heardTimes}) h
      WHERE c.tenant_id = $1::uuid AND c.mode = $2::text AND c.state = 'active' ORDER BY c.name, c.id`,
    [scope.tenant_id, scope.mode],
  )
}

/** The deliveries of connection `c` of tenant `$1`, newest first, straight from their index. */
export function newestDeliveries(columns: string, where = 'true'): string {
  return `SELECT ${columns} FROM inbox_event e WHERE e.tenant_id = $1::uuid AND e.connection_id = c.id AND e.kind = 'delivery' AND ${where} ORDER BY e.received_at DESC, e.id DESC`
}

/**
 * `HeardTimes` of connection `c` of tenant `$1`. It steps over what is closer than a minute, then by a quarter of an hour
 * and over each longer pause at once: some hundred look-ups in an index, however many deliveries there are. What else came
 * in a pause, days of a backfill perhaps, is passed once and not anew with every quarter of an hour.
 */
export const heardTimes = `
  WITH RECURSIVE burst AS (
    (${newestDeliveries('e.received_at AS at, 1 AS number')} LIMIT 1)
    UNION ALL
    SELECT n.at, b.number + 1 FROM burst b CROSS JOIN LATERAL (${newestDeliveries('e.received_at AS at', "e.received_at <= b.at - interval '1 minute'")} LIMIT 1) n
     WHERE b.number < 200),
  pause AS (
    SELECT min(b.at) AS at, max(b.at) - interval '8 days' AS since, NULL::interval AS length FROM burst b
    UNION ALL
    SELECT n.at, p.since, a.at - n.at FROM pause p
     CROSS JOIN LATERAL (${newestDeliveries('e.received_at AS at', "e.received_at <= p.at - interval '15 minutes'")} LIMIT 1) n
     CROSS JOIN LATERAL (${newestDeliveries('e.received_at AS at', 'e.received_at > n.at').replaceAll(' DESC', '')} LIMIT 1) a
     WHERE p.at > p.since)
  SELECT coalesce(array_agg(b.at ORDER BY b.at DESC), '{}') AS times, (SELECT max(EXTRACT(EPOCH FROM p.length) * 1000)::float8 FROM pause p) AS long_pause_ms
    FROM burst b`
