import type { Sql } from '@/lib/db/pools'
import type { InboxRow, Outcome } from '../core/event'

const columns =
  'bucket, id, scope, event_id, kind, endpoint_id, mode, account_id, type, object_id, api_version, created_at, as_of, body, received_at, tenant_id, connection_id, attempts'

/**
 * The oldest pending rows of these buckets, at most `perBucket` of one and `limit` in all: one account's backlog (an
 * account lives in one bucket) leaves room for the others.
 */
export async function selectPending(sql: Sql, buckets: number[], perBucket: number, limit: number): Promise<InboxRow[]> {
  const result = await sql.query({
    name: 'select_pending',
    text: `SELECT e.* FROM unnest($1::int[]) b(bucket) CROSS JOIN LATERAL (
             SELECT ${columns} FROM inbox_event p WHERE p.bucket = b.bucket AND p.state = 'pending' ORDER BY p.id LIMIT $2) e
           ORDER BY e.id LIMIT $3`,
    values: [buckets, perBucket, limit],
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
