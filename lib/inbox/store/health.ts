import type { Executor } from '@/lib/db/executor'
import { workerPool } from '@/lib/db/pools'
import type { Scope } from '@/lib/db/tenant'
import type { InboxPlace } from './events'
import { heardTimes, newestDeliveries, type HeardTimes } from './hearing'

/** What came in an hour or a day; counts of deliveries by what became of them, of each event once. `at` is its beginning, UTC. */
export type HeardSpan = {
  connection_id: string
  at: Date
  deliveries: number
  applied: number
  ignored: number
  quarantined: number
  repeats: number
  alarms: number
  found_by_backfill: number
}

/** How fast and how often a connection is heard. Milliseconds from arrival to processed, of the newest 1,000 deliveries without those replayed since. */
export type HeardPace = HeardTimes & {
  connection_id: string
  last_applied_at: Date | null
  p50_ms: number | null
  p99_ms: number | null
  /** API versions of the newest 500 deliveries. */
  versions: string[]
}

const ofConnections = `jsonb_to_recordset($2::jsonb) AS c (id uuid)`
const idsOf = (places: readonly InboxPlace[]) => JSON.stringify(places.map(({ id }) => ({ id })))

/**
 * What came since `since` per hour or day of `zone`, spans without any too; the last one has no end. Each span is one
 * range of an index: of millions of events none is sorted.
 */
export async function selectSpans(
  db: Executor,
  scope: Scope,
  places: readonly InboxPlace[],
  unit: 'hour' | 'day',
  span: { since: Date; until: Date },
  zone: string,
): Promise<HeardSpan[]> {
  return db.query<HeardSpan>(
    `WITH span AS (
       SELECT at, greatest(at, $3::timestamptz) AS since, lead(at, 1, 'infinity') OVER (ORDER BY at) AS until FROM (
         SELECT t AS at FROM generate_series(date_trunc('hour', $3::timestamptz, $6::text), $4::timestamptz, '1 hour') t WHERE $5::text = 'hour'
         UNION ALL
         SELECT t AT TIME ZONE $6::text FROM generate_series(date_trunc('day', $3::timestamptz AT TIME ZONE $6::text), $4::timestamptz AT TIME ZONE $6::text, '1 day') t WHERE $5::text = 'day') b)
     SELECT c.id AS connection_id, s.at, n.* FROM ${ofConnections} CROSS JOIN span s CROSS JOIN LATERAL (
         SELECT count(*) FILTER (WHERE e.kind = 'delivery')::int AS deliveries, count(*) FILTER (WHERE e.kind = 'delivery' AND e.state = 'applied')::int AS applied,
                count(*) FILTER (WHERE e.kind = 'delivery' AND e.state = 'ignored')::int AS ignored, count(*) FILTER (WHERE e.kind = 'delivery' AND e.state = 'quarantined')::int AS quarantined,
                coalesce(sum(e.duplicate_count) FILTER (WHERE e.kind = 'delivery'), 0)::int AS repeats, count(*) FILTER (WHERE e.alarm IS NOT NULL)::int AS alarms,
                count(*) FILTER (WHERE e.kind = 'backfill')::int AS found_by_backfill
           FROM inbox_event e WHERE e.tenant_id = $1::uuid AND e.connection_id = c.id AND e.received_at >= s.since AND e.received_at < s.until) n
      ORDER BY c.id, s.at`,
    [scope.tenant_id, idsOf(places), span.since.toISOString(), span.until.toISOString(), unit, zone],
  )
}

export async function selectPaces(db: Executor, scope: Scope, places: readonly InboxPlace[]): Promise<HeardPace[]> {
  const newest = (limit: number) => `(${newestDeliveries('e.received_at, e.processed_at, e.api_version, e.attempts')} LIMIT ${limit}) n`
  return db.query<HeardPace>(
    `SELECT c.id AS connection_id, h.times, h.long_pause_ms, a.last_applied_at, s.p50_ms, s.p99_ms, coalesce(v.versions, '{}') AS versions
       FROM ${ofConnections}
       CROSS JOIN LATERAL (${heardTimes}) h
       LEFT JOIN LATERAL (
         SELECT e.received_at AS last_applied_at FROM inbox_event e
          WHERE e.tenant_id = $1::uuid AND e.connection_id = c.id AND e.kind = 'delivery' AND e.state = 'applied' ORDER BY e.received_at DESC, e.id DESC LIMIT 1) a ON true
       LEFT JOIN LATERAL (
         SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY d.ms) AS p50_ms, percentile_cont(0.99) WITHIN GROUP (ORDER BY d.ms) AS p99_ms
           FROM (SELECT (EXTRACT(EPOCH FROM n.processed_at - n.received_at) * 1000)::float8 AS ms FROM ${newest(1000)} WHERE n.processed_at IS NOT NULL AND n.attempts = 1) d) s ON true
       LEFT JOIN LATERAL (SELECT array_agg(DISTINCT n.api_version) FILTER (WHERE n.api_version IS NOT NULL) AS versions FROM ${newest(500)}) v ON true`,
    [scope.tenant_id, idsOf(places)],
  )
}

/** Rows of a connection by reason since a moment, of one state; most frequent first. */
export type ReasonCount = { connection_id: string; reason: string; count: number; last_at: Date }

export async function selectQuarantined(db: Executor, scope: Scope, places: readonly InboxPlace[]): Promise<ReasonCount[]> {
  return db.query<ReasonCount>(
    `SELECT q.connection_id, split_part(q.reason, ':', 1) AS reason, count(*)::int AS count, max(q.received_at) AS last_at FROM ${ofConnections} CROSS JOIN LATERAL (
       SELECT e.connection_id, e.reason, e.received_at FROM inbox_event e
        WHERE e.tenant_id = $1::uuid AND e.connection_id = c.id AND e.state = 'quarantined' ORDER BY e.received_at DESC, e.id DESC LIMIT 1000) q
      GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2`,
    [scope.tenant_id, idsOf(places)],
  )
}

/** An endpoint through which a connection is heard. What a shared one refused says nothing about one tenant. */
export type HearingEndpoint = {
  connection_id: string
  id: string
  url: string
  kind: string
  mode: string
  state: string
  api_version: string
  own: boolean
  /** Null when one secret holds. */
  former_secret_until: Date | null
  created_at: Date
  rejected_count: number
  last_rejected_at: Date | null
  last_rejection: string | null
}

/** `now`: wall time. A live Connect endpoint also receives the test events of its accounts: docs.stripe.com/connect/webhooks. */
export async function selectHearingEndpoints(db: Executor, scope: Scope, now: Date): Promise<HearingEndpoint[]> {
  return db.query<HearingEndpoint>(
    `SELECT c.id AS connection_id, w.id, w.url, w.kind, w.mode, w.state, w.api_version, w.kind = 'account' AS own, CASE WHEN w.former_secret_until > $3::timestamptz THEN w.former_secret_until END AS former_secret_until, w.created_at,
            CASE WHEN w.kind = 'account' THEN w.rejected_count ELSE 0 END AS rejected_count, CASE WHEN w.kind = 'account' THEN w.last_rejected_at END AS last_rejected_at,
            CASE WHEN w.kind = 'account' THEN w.last_rejection END AS last_rejection
       FROM connection c JOIN webhook_endpoint w ON (w.kind = 'account' AND w.mode = c.mode AND w.account_id = c.account_id) OR (w.kind = 'connect' AND c.kind = 'connect' AND w.mode = c.mode)
      WHERE c.tenant_id = $1::uuid AND c.mode = $2::text ORDER BY c.id, w.kind, w.created_at, w.id`,
    [scope.tenant_id, scope.mode, now],
  )
}

/** What of an account waits to be folded: a delivery has no tenant before that, so the worker's role counts, by account and mode. Up to 10,000. */
export type Waiting = { connection_id: string; count: number; oldest_at: Date | null }

export async function selectWaiting(places: readonly InboxPlace[]): Promise<Waiting[]> {
  const found = await workerPool().query(
    `SELECT c.id AS connection_id, coalesce(w.count, 0) AS count, w.oldest_at FROM jsonb_to_recordset($1::jsonb) AS c (id uuid, bucket int, scope text) CROSS JOIN LATERAL (
       SELECT count(*)::int AS count, min(p.received_at) AS oldest_at FROM (
         SELECT e.received_at FROM inbox_event e WHERE e.bucket = c.bucket AND e.scope = c.scope AND e.state = 'pending' ORDER BY e.id LIMIT 10000) p) w`,
    [JSON.stringify(places.map(({ id, bucket, scope }) => ({ id, bucket, scope })))],
  )
  return found.rows as Waiting[]
}

/** What came through an endpoint of the tenant's own and is somebody else's: counted, never shown, because its content may not be the tenant's. */
export async function selectUnplaced(endpointIds: readonly string[]): Promise<{ endpoint_id: string; reason: string; count: number; last_at: Date }[]> {
  if (endpointIds.length === 0) return []
  const found = await workerPool().query(
    `SELECT e.endpoint_id, e.reason, count(*)::int AS count, max(e.received_at) AS last_at FROM inbox_event e
      WHERE e.endpoint_id = ANY($1) AND e.state = 'quarantined' AND e.tenant_id IS NULL GROUP BY 1, 2 ORDER BY 1, 2`,
    [endpointIds],
  )
  return found.rows as { endpoint_id: string; reason: string; count: number; last_at: Date }[]
}
