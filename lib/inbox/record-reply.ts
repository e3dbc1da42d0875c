import type { Tx } from '@/lib/db/tenant'
import { newId } from '@/lib/kernel/id'
import type { Mode } from '@/lib/kernel/mode'
import { sha256 } from '@/lib/kernel/seal'
import { bucketOf, scopeOf } from './core/scope'
import { insertReply } from './store/app-writes'

/**
 * Stores what Stripe answered to our own call as an inbox row of kind `reply`: only the fold writes the mirror.
 * Call it in the transaction that stores the answer. `as_of` is the answer's Date header (UTC).
 */
export async function recordReply(
  tx: Tx,
  reply: {
    tenant_id: string
    connection_id: string
    account_id: string
    mode: Mode
    object: { id: string; object: string } & Record<string, unknown>
    request_id: string
    as_of: Date
    received_at: Date
  },
): Promise<void> {
  const scope = scopeOf(reply.account_id, reply.mode)
  const body = Buffer.from(JSON.stringify(reply.object))
  await insertReply(tx, {
    bucket: bucketOf(scope),
    id: newId(),
    scope,
    event_id: `reply:${reply.request_id}:${reply.object.id}`,
    mode: reply.mode,
    account_id: reply.account_id,
    type: `${reply.object.object}.reply`,
    object_id: reply.object.id,
    as_of: reply.as_of,
    body,
    body_sha256: sha256(body),
    received_at: reply.received_at,
    tenant_id: reply.tenant_id,
    connection_id: reply.connection_id,
  })
}
