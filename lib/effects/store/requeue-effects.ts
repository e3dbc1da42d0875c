import { channels, notify } from '@/lib/db/notify'
import type { Sql } from '@/lib/db/pools'
import type { Mode } from '@/lib/kernel/mode'

export async function selectEffectState(sql: Sql, scope: { tenant_id: string; mode: Mode }, id: string): Promise<{ key: string; state: string } | null> {
  const { rows } = await sql.query('SELECT key, state FROM effect WHERE tenant_id = $1 AND mode = $2 AND id = $3', [scope.tenant_id, scope.mode, id])
  return (rows[0] as { key: string; state: string } | undefined) ?? null
}

/** Only what ended without being done. The epoch moves, so that whoever held it before writes nothing more. */
export async function updateToQueuedAgain(sql: Sql, tenantId: string, ids: string[], at: Date): Promise<number> {
  const { rowCount } = await sql.query(
    `UPDATE effect SET state = 'queued', attempts = 0, due_at = $3, done_at = NULL, lease_until = NULL, lease_epoch = lease_epoch + 1, last_error = NULL
      WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND state IN ('dead', 'skipped')`,
    [tenantId, ids, at],
  )
  if (rowCount) await notify(sql, channels.effects)
  return rowCount ?? 0
}
