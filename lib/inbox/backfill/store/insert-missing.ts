import { channels, notify } from '@/lib/db/notify'
import { workerPool } from '@/lib/db/pools'

export type BackfillRow = {
  bucket: number
  id: string
  scope: string
  event_id: string
  mode: string
  account_id: string
  type: string
  object_id: string | null
  api_version: string | null
  created_at: Date
  body: Buffer
  body_sha256: Buffer
  received_at: Date
  tenant_id: string
  connection_id: string
}

/** Which of these events are not stored. */
export async function selectMissing(place: { bucket: number; scope: string }, eventIds: string[]): Promise<Set<string>> {
  const { rows } = await workerPool().query(
    `SELECT k.event_id FROM unnest($3::text[]) k(event_id)
      WHERE NOT EXISTS (SELECT 1 FROM inbox_event e WHERE e.bucket = $1 AND e.scope = $2 AND e.event_id = k.event_id)`,
    [place.bucket, place.scope, eventIds],
  )
  return new Set((rows as { event_id: string }[]).map((row) => row.event_id))
}

/**
 * Stores one event that nobody delivered. A statement of its own: it can neither wait for deliveries that share a
 * statement nor have them wait. False when its delivery came first after all.
 */
export async function insertMissing(row: BackfillRow): Promise<boolean> {
  const { rowCount } = await workerPool().query(
    `INSERT INTO inbox_event (bucket, id, scope, event_id, kind, mode, account_id, type, object_id, api_version, created_at, body, body_sha256, received_at, tenant_id, connection_id)
     VALUES ($1, $2, $3, $4, 'backfill', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (bucket, scope, event_id) DO NOTHING`,
    [
      row.bucket,
      row.id,
      row.scope,
      row.event_id,
      row.mode,
      row.account_id,
      row.type,
      row.object_id,
      row.api_version,
      row.created_at,
      row.body,
      row.body_sha256,
      row.received_at,
      row.tenant_id,
      row.connection_id,
    ],
  )
  return rowCount === 1
}

/**
 * Of these events, those that were delivered while nobody here was connected to their account in this mode: now somebody
 * is, so they are pending again. Returns how many.
 */
export async function updateUnplacedToPending(place: { bucket: number; scope: string }, eventIds: string[]): Promise<number> {
  const { rowCount } = await workerPool().query(
    `UPDATE inbox_event SET state = 'pending', reason = NULL, processed_at = NULL
      WHERE bucket = $1 AND scope = $2 AND event_id = ANY($3) AND tenant_id IS NULL
        AND ((state = 'quarantined' AND reason = 'unknown_account') OR (state = 'ignored' AND reason = 'other_mode'))`,
    [place.bucket, place.scope, eventIds],
  )
  return rowCount ?? 0
}

export async function wakeDrain(): Promise<void> {
  await notify(workerPool(), channels.inbox)
}
