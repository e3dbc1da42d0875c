import { channels } from '@/lib/db/notify'
import type { Tx } from '@/lib/db/tenant'

/** Rows that the web process adds within a tenant's transaction, on the app role. */
export async function insertWant(tx: Tx, want: { tenant_id: string; connection_id: string; object_id: string; reason: string; at: Date }): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO object_read (tenant_id, connection_id, object_id, reason, wanted_at, due_at)
    VALUES (${want.tenant_id}::uuid, ${want.connection_id}::uuid, ${want.object_id}, ${want.reason}, ${want.at}, ${want.at})
    ON CONFLICT (tenant_id, connection_id, object_id) DO UPDATE SET wanted_at = EXCLUDED.wanted_at, due_at = LEAST(object_read.due_at, EXCLUDED.due_at), reason = EXCLUDED.reason`
  await tx.$executeRaw`SELECT pg_notify(${channels.reads}, '')`
}

export async function insertReply(
  tx: Tx,
  row: {
    bucket: number
    id: string
    scope: string
    event_id: string
    mode: string
    account_id: string
    type: string
    object_id: string
    as_of: Date
    body: Buffer
    body_sha256: Buffer
    received_at: Date
    tenant_id: string
    connection_id: string
  },
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO inbox_event (bucket, id, scope, event_id, kind, mode, account_id, type, object_id, created_at, as_of, body, body_sha256, received_at, tenant_id, connection_id)
    VALUES (${row.bucket}, ${row.id}::uuid, ${row.scope}, ${row.event_id}, 'reply', ${row.mode}, ${row.account_id}, ${row.type}, ${row.object_id}, ${row.as_of}, ${row.as_of}, ${row.body},
            ${row.body_sha256}, ${row.received_at}, ${row.tenant_id}::uuid, ${row.connection_id}::uuid)
    ON CONFLICT (bucket, scope, event_id) DO NOTHING`
  await tx.$executeRaw`SELECT pg_notify(${channels.inbox}, '')`
}
