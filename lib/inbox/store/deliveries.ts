import { workerPool } from '@/lib/db/pools'
import { alarmOf } from '../core/event'

export type Delivery = {
  bucket: number
  id: string
  scope: string
  event_id: string
  endpoint_id: string
  mode: string
  account_id: string
  type: string
  object_id: string | null
  api_version: string | null
  created_at: Date
  body: Buffer
  body_sha256: Buffer
  received_at: Date
}

/** One durable row; false when the event is already stored. */
export async function insertDelivery(row: Delivery): Promise<boolean> {
  const result = await workerPool().query({
    name: 'insert_delivery',
    text: `INSERT INTO inbox_event (bucket, id, scope, event_id, kind, endpoint_id, mode, account_id, type, object_id, api_version, created_at, body, body_sha256, received_at)
           VALUES ($1, $2, $3, $4, 'delivery', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (bucket, scope, event_id) DO NOTHING`,
    values: [
      row.bucket,
      row.id,
      row.scope,
      row.event_id,
      row.endpoint_id,
      row.mode,
      row.account_id,
      row.type,
      row.object_id,
      row.api_version,
      row.created_at,
      row.body,
      row.body_sha256,
      row.received_at,
    ],
  })
  return result.rowCount === 1
}

/** Counts a repeat on the row that came first, and keeps how it differs when it is not the same event. */
export async function noteDuplicate(row: Delivery): Promise<string[] | null> {
  const key = [row.bucket, row.scope, row.event_id]
  const stored = (await workerPool().query('SELECT body, body_sha256, endpoint_id FROM inbox_event WHERE bucket = $1 AND scope = $2 AND event_id = $3', key))
    .rows[0] as { body: Buffer; body_sha256: Buffer; endpoint_id: string | null } | undefined
  const alarm = !stored || stored.body_sha256.equals(row.body_sha256) ? null : alarmOf(stored, row)
  await workerPool().query(
    `UPDATE inbox_event SET duplicate_count = duplicate_count + 1, last_duplicate_at = $4, alarm = coalesce($5::jsonb, alarm) WHERE bucket = $1 AND scope = $2 AND event_id = $3`,
    [...key, row.received_at, alarm && JSON.stringify({ differs: alarm, body_sha256: row.body_sha256.toString('hex'), at: row.received_at })],
  )
  return alarm
}

/** What an endpoint refused last, for its health; not one row per attempt, so that a flood costs nothing. */
export async function noteRejection(endpointId: string, reason: string, at: Date): Promise<void> {
  await workerPool().query(
    "UPDATE webhook_endpoint SET rejected_count = rejected_count + 1, last_rejected_at = $2, last_rejection = $3 WHERE id = $1 AND (last_rejected_at IS NULL OR last_rejected_at < $2::timestamptz - interval '1 second')",
    [endpointId, at, reason],
  )
}
