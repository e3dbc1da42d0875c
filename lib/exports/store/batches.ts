import type { Executor } from '@/lib/db/executor'
import type { Scope } from '@/lib/db/tenant'
import type { ControlTotals } from '../core/totals'

/** A file that was handed out, or was begun. Times UTC. */
export type BatchRow = {
  id: string
  kind: string
  filters: Record<string, string[]>
  row_count: number | null
  totals: ControlTotals | null
  sha256: string | null
  created_by: string
  created_at: Date
  finished_at: Date | null
}

export async function insertBatch(
  db: Executor,
  scope: Scope,
  batch: { id: string; kind: string; filters: Record<string, string[]>; created_by: string; created_at: Date },
): Promise<void> {
  await db.query(
    `INSERT INTO export_batch (tenant_id, id, mode, kind, filters, created_by, created_at) VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::jsonb, $6::text, $7::timestamptz) RETURNING id`,
    [scope.tenant_id, batch.id, scope.mode, batch.kind, JSON.stringify(batch.filters), batch.created_by, batch.created_at.toISOString()],
  )
}

export async function finishBatch(
  db: Executor,
  scope: Scope,
  batch: { id: string; row_count: number; totals: ControlTotals; sha256: string; finished_at: Date },
): Promise<void> {
  await db.query(
    `UPDATE export_batch SET row_count = $4::int, totals = $5::jsonb, sha256 = $6::text, finished_at = $7::timestamptz WHERE tenant_id = $1::uuid AND id = $2::uuid AND mode = $3::text RETURNING id`,
    [scope.tenant_id, batch.id, scope.mode, batch.row_count, JSON.stringify(batch.totals), batch.sha256, batch.finished_at.toISOString()],
  )
}

/** The newest 50 that came to their end; ids sort by creation. */
export async function findBatches(db: Executor, scope: Scope): Promise<BatchRow[]> {
  return db.query<BatchRow>(
    `SELECT id, kind, filters, row_count, totals, sha256, created_by, created_at, finished_at FROM export_batch WHERE tenant_id = $1::uuid AND mode = $2::text AND finished_at IS NOT NULL ORDER BY id DESC LIMIT 50`,
    [scope.tenant_id, scope.mode],
  )
}
