import type { Connection } from '@/lib/connections/core/connection'
import { channels, notify } from '@/lib/db/notify'
import type { Sql } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { newId } from '@/lib/kernel/id'
import { sha256 } from '@/lib/kernel/seal'
import { bucketOf, scopeOf } from './core/scope'
import { insertFinding } from './store/rows'

/**
 * Stores what a read, or a page of a list, answered as an inbox row of kind `read`: only the fold writes the mirror.
 * `key` names the answer, so that storing it twice is storing it once.
 */
export async function recordFinding(
  sql: Sql,
  connection: Connection,
  finding: { key: string; type: string; object_id: string | null; body: unknown; as_of: Date },
): Promise<void> {
  const scope = scopeOf(connection.account_id, connection.mode)
  const body = Buffer.from(JSON.stringify(finding.body))
  await insertFinding(sql, {
    bucket: bucketOf(scope),
    id: newId(),
    scope,
    event_id: finding.key,
    kind: 'read',
    mode: connection.mode,
    account_id: connection.account_id,
    type: finding.type,
    object_id: finding.object_id,
    as_of: finding.as_of,
    body,
    body_sha256: sha256(body),
    received_at: clock.now(),
    tenant_id: connection.tenant_id,
    connection_id: connection.id,
  })
  await notify(sql, channels.inbox)
}
