import type { Sql } from '@/lib/db/pools'
import { codeOf } from '@/lib/kernel/fault'
import type { InboxRow, Outcome } from '../core/event'

const columns =
  'bucket, id, scope, event_id, kind, endpoint_id, mode, account_id, type, object_id, api_version, created_at, as_of, received_at, tenant_id, connection_id, attempts'

/** Bytes travel as hex, twice as long, and are made to text on arrival: bodies are JSON, so they come as text at once. */
const bodies = { as_text: `convert_from(body, 'UTF8') AS body`, as_bytes: 'body' }
/** What the bodies of a batch weigh; one that weighs more goes alone. Opened they weigh up to twenty times as much, in a process that has four gigabytes at best. */
const mostBytes = 16_000_000
/** `character_not_in_repertoire`: a body that is no text, which its fold sets aside. */
const notText = '22021'

/**
 * The oldest pending rows of these buckets, at most `limit` and no heavier than `mostBytes`. While others wait, no account has more than a quarter of
 * them: a backlog of one leaves room for the rest. Accounts are found by jumping through the index, so the cost does
 * not grow with the backlog.
 */
export async function selectPending(sql: Sql, buckets: number[], limit: number): Promise<InboxRow[]> {
  try {
    return await select(sql, 'as_text', buckets, limit)
  } catch (error) {
    if (codeOf(error) !== notText) throw error
    return select(sql, 'as_bytes', buckets, limit)
  }
}

async function select(sql: Sql, how: keyof typeof bodies, buckets: number[], limit: number): Promise<InboxRow[]> {
  const result = await sql.query({
    name: `select_pending_${how}`,
    text: `WITH RECURSIVE waiting AS (
             SELECT f.bucket, f.scope FROM unnest($1::int[]) b(bucket) CROSS JOIN LATERAL (
               SELECT p.bucket, p.scope FROM inbox_event p WHERE p.state = 'pending' AND p.bucket = b.bucket ORDER BY p.scope LIMIT 1) f
             UNION ALL
             SELECT n.bucket, n.scope FROM waiting w CROSS JOIN LATERAL (
               SELECT p.bucket, p.scope FROM inbox_event p WHERE p.state = 'pending' AND p.bucket = w.bucket AND p.scope > w.scope ORDER BY p.scope LIMIT 1) n
           ), turns AS (
             SELECT w.bucket, w.scope, greatest(1, $2::int / least(4, count(*) OVER ()))::int AS share FROM waiting w
           ), chosen AS (
             SELECT f.bucket, f.id, f.turn FROM turns t CROSS JOIN LATERAL (
               SELECT p.bucket, p.id, row_number() OVER (ORDER BY p.id) AS turn FROM inbox_event p
                WHERE p.state = 'pending' AND p.bucket = t.bucket AND p.scope = t.scope ORDER BY p.id LIMIT t.share) f
              ORDER BY f.turn, f.id LIMIT $2
           ), weighed AS (
             SELECT c.bucket, c.id, sum(w.bytes) OVER (ORDER BY c.turn, c.id) - w.bytes AS bytes_before FROM chosen c CROSS JOIN LATERAL (
               SELECT octet_length(p.body) AS bytes FROM inbox_event p WHERE p.bucket = c.bucket AND p.id = c.id OFFSET 0) w
           )
           SELECT e.* FROM (SELECT bucket, id FROM weighed WHERE bytes_before < $3 ORDER BY id) c CROSS JOIN LATERAL (
             SELECT ${columns}, ${bodies[how]} FROM inbox_event p WHERE p.bucket = c.bucket AND p.id = c.id OFFSET 0) e ORDER BY c.id`,
    values: [buckets, limit, mostBytes],
  })
  return result.rows as InboxRow[]
}

export async function markRows(sql: Sql, verdicts: { row: InboxRow; outcome: Outcome }[], now: Date): Promise<void> {
  await sql.query({
    name: 'mark_rows',
    text: `UPDATE inbox_event e SET state = v.state, reason = v.reason, tenant_id = v.tenant_id, connection_id = v.connection_id, attempts = e.attempts + 1, processed_at = $7
             FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[]) v(bucket, id, state, reason, tenant_id, connection_id)
            WHERE e.bucket = v.bucket AND e.id = v.id`,
    values: [
      verdicts.map(({ row }) => row.bucket),
      verdicts.map(({ row }) => row.id),
      verdicts.map(({ outcome }) => outcome.state),
      verdicts.map(({ outcome }) => ('reason' in outcome ? outcome.reason : null)),
      verdicts.map(({ row }) => row.tenant_id),
      verdicts.map(({ row }) => row.connection_id),
      now,
    ],
  })
}

/** Stores what a read or a page of a list answered. A repeat of the same answer is the same row. */
export async function insertFinding(
  sql: Sql,
  row: {
    bucket: number
    id: string
    scope: string
    event_id: string
    kind: 'read' | 'backfill'
    mode: string
    account_id: string
    type: string
    object_id: string | null
    as_of: Date
    body: Buffer
    body_sha256: Buffer
    received_at: Date
    tenant_id: string
    connection_id: string
  },
): Promise<void> {
  await sql.query(
    `INSERT INTO inbox_event (bucket, id, scope, event_id, kind, mode, account_id, type, object_id, created_at, as_of, body, body_sha256, received_at, tenant_id, connection_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12, $13, $14, $15) ON CONFLICT (bucket, scope, event_id) DO NOTHING`,
    [
      row.bucket,
      row.id,
      row.scope,
      row.event_id,
      row.kind,
      row.mode,
      row.account_id,
      row.type,
      row.object_id,
      row.as_of,
      row.body,
      row.body_sha256,
      row.received_at,
      row.tenant_id,
      row.connection_id,
    ],
  )
}
