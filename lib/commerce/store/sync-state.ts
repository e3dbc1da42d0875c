import type { Executor } from '@/lib/db/executor'
import { channels } from '@/lib/db/notify'

type Key = { tenant_id: string; store_id: string }

/** Takes a due store, or finds that another worker was first. The new due time is the lease. */
export async function takeStore(db: Executor, key: Key, seen: Date, lease: Date): Promise<boolean> {
  const rows = await db.query(
    `UPDATE store_connection SET next_sync_at = $4::timestamptz WHERE tenant_id = $1::uuid AND store_id = $2::uuid AND next_sync_at = $3::timestamptz RETURNING store_id`,
    [key.tenant_id, key.store_id, seen.toISOString(), lease.toISOString()],
  )
  return rows.length > 0
}

/** Moves the lease, unless the store asked to be read again meanwhile: then its wish stands. Returns whether the lease is ours. */
export async function moveDue(db: Executor, key: Key, from: Date, to: Date): Promise<boolean> {
  return takeStore(db, key, from, to)
}

/** Asks for a sync now; asking twice is asking once. */
export async function wantSync(db: Executor, key: Key, now: Date): Promise<void> {
  await db.query(`UPDATE store_connection SET next_sync_at = LEAST(next_sync_at, $3::timestamptz) WHERE tenant_id = $1::uuid AND store_id = $2::uuid`, [
    key.tenant_id,
    key.store_id,
    now.toISOString(),
  ])
}

/** It told us something that its secret signed. */
export async function markHeard(db: Executor, key: Key, now: Date): Promise<void> {
  await db.query(`UPDATE store_connection SET last_webhook_at = $3::timestamptz WHERE tenant_id = $1::uuid AND store_id = $2::uuid`, [
    key.tenant_id,
    key.store_id,
    now.toISOString(),
  ])
}

export async function keepPosition(db: Executor, key: Key, position: Date): Promise<void> {
  await db.query(`UPDATE store_connection SET sync_from = GREATEST(sync_from, $3::timestamptz) WHERE tenant_id = $1::uuid AND store_id = $2::uuid`, [
    key.tenant_id,
    key.store_id,
    position.toISOString(),
  ])
}

export async function markSynced(db: Executor, key: Key, at: Date): Promise<void> {
  await db.query(`UPDATE store_connection SET last_sync_at = $3::timestamptz WHERE tenant_id = $1::uuid AND store_id = $2::uuid`, [
    key.tenant_id,
    key.store_id,
    at.toISOString(),
  ])
}

/** The store answered: whatever failed before is over. Writes only when something was wrong. */
export async function markAnswered(db: Executor, key: Key): Promise<void> {
  await db.query(
    `UPDATE store_connection SET failures_in_a_row = 0, paused_until = NULL, last_error = NULL WHERE tenant_id = $1::uuid AND store_id = $2::uuid AND (failures_in_a_row > 0 OR last_error IS NOT NULL)`,
    [key.tenant_id, key.store_id],
  )
}

/** Counts a failure and returns the new count. */
export async function countFailure(db: Executor, key: Key, error: string, at: Date): Promise<number> {
  const rows = await db.query<{ failures_in_a_row: number }>(
    `UPDATE store_connection SET failures_in_a_row = failures_in_a_row + 1, last_error = $3::text, last_error_at = $4::timestamptz WHERE tenant_id = $1::uuid AND store_id = $2::uuid RETURNING failures_in_a_row`,
    [key.tenant_id, key.store_id, error, at.toISOString()],
  )
  return rows[0]?.failures_in_a_row ?? 0
}

/** A note about what went wrong without the store being at fault as a whole. */
export async function keepError(db: Executor, key: Key, error: string, at: Date): Promise<void> {
  await db.query(`UPDATE store_connection SET last_error = $3::text, last_error_at = $4::timestamptz WHERE tenant_id = $1::uuid AND store_id = $2::uuid`, [
    key.tenant_id,
    key.store_id,
    error,
    at.toISOString(),
  ])
}

export async function pauseStore(db: Executor, key: Key, until: Date): Promise<void> {
  await db.query(`UPDATE store_connection SET paused_until = $3::timestamptz WHERE tenant_id = $1::uuid AND store_id = $2::uuid`, [
    key.tenant_id,
    key.store_id,
    until.toISOString(),
  ])
}

/** Wakes the workers that read objects, when the transaction commits. */
export async function tellReaders(db: Executor): Promise<void> {
  await db.query(`SELECT pg_notify($1::text, '')::text`, [channels.reads])
}
