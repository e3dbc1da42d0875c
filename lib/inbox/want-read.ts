import type { Tx } from '@/lib/db/tenant'
import { channels } from '@/lib/db/notify'

/**
 * Asks for a read of one Stripe object; asking twice is asking once. The answer enters by the inbox.
 * For callers inside withTenant (the return page); the fold writes its wants in sets.
 */
export async function wantRead(tx: Tx, want: { tenant_id: string; connection_id: string; object_id: string; reason: string; at: Date }): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO object_read (tenant_id, connection_id, object_id, reason, wanted_at, due_at)
    VALUES (${want.tenant_id}::uuid, ${want.connection_id}::uuid, ${want.object_id}, ${want.reason}, ${want.at}, ${want.at})
    ON CONFLICT (tenant_id, connection_id, object_id) DO UPDATE SET wanted_at = EXCLUDED.wanted_at, due_at = LEAST(object_read.due_at, EXCLUDED.due_at), reason = EXCLUDED.reason`
  await tx.$executeRaw`SELECT pg_notify(${channels.reads}, '')`
}
