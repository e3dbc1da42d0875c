import type { Tx } from '@/lib/db/tenant'
import { channels } from '@/lib/db/notify'
import { newId } from '@/lib/kernel/id'
import type { Mode } from '@/lib/kernel/mode'
import { sha256 } from '@/lib/kernel/seal'
import { bucketOf, scopeOf } from './core/scope'

/**
 * Stores what Stripe answered to our own call as an inbox row of kind `reply`: only the fold writes the mirror.
 * Call it in the transaction that stores the answer. `as_of` is the answer's Date header (UTC).
 */
export async function recordReply(
  tx: Tx,
  reply: { tenant_id: string; connection_id: string; account_id: string; mode: Mode; object: { id: string; object: string } & Record<string, unknown>; request_id: string; as_of: Date; received_at: Date },
): Promise<void> {
  const scope = scopeOf(reply.account_id, reply.mode)
  const body = Buffer.from(JSON.stringify(reply.object))
  await tx.$executeRaw`
    INSERT INTO inbox_event (bucket, id, scope, event_id, kind, mode, account_id, type, object_id, created_at, as_of, body, body_sha256, received_at, tenant_id, connection_id)
    VALUES (${bucketOf(scope)}, ${newId()}::uuid, ${scope}, ${`reply:${reply.request_id}:${reply.object.id}`}, 'reply', ${reply.mode}, ${reply.account_id}, ${`${reply.object.object}.reply`},
            ${reply.object.id}, ${reply.as_of}, ${reply.as_of}, ${body}, ${sha256(body)}, ${reply.received_at}, ${reply.tenant_id}::uuid, ${reply.connection_id}::uuid)
    ON CONFLICT (bucket, scope, event_id) DO NOTHING`
  await tx.$executeRaw`SELECT pg_notify(${channels.inbox}, '')`
}
