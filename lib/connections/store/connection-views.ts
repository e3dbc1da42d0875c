import type { Scope, Tx } from '@/lib/db/tenant'
import type { ConnectionView } from '../queries'

export async function selectConnectionViews(tx: Tx, scope: Scope): Promise<ConnectionView[]> {
  return tx.$queryRaw<ConnectionView[]>`
      SELECT c.id, c.mode, c.kind, c.account_id, c.name, c.country, c.default_currency, c.state, c.created_at, c.revoked_at, c.charges_enabled, c.payouts_enabled, c.disabled_reason,
             (SELECT coalesce(json_agg(json_build_object('id', s.id, 'name', s.name) ORDER BY s.name, s.id), '[]') FROM store s WHERE s.tenant_id = c.tenant_id AND s.connection_id = c.id) AS stores,
             (SELECT max(e.received_at) FROM inbox_event e WHERE e.tenant_id = c.tenant_id AND e.connection_id = c.id AND e.kind = 'delivery') AS last_event_at,
             y.last_run_at AS last_settled_at, y.last_error AS settle_error
        FROM connection c LEFT JOIN sync_cursor y ON y.tenant_id = c.tenant_id AND y.connection_id = c.id AND y.kind = 'balance_transactions'
       WHERE c.tenant_id = ${scope.tenant_id}::uuid AND c.mode = ${scope.mode}
       ORDER BY c.name, c.id`
}

export async function selectSealedKeys(tx: Tx, scope: Scope): Promise<{ id: string; kind: string; keys_sealed: string | null }[]> {
  return tx.$queryRaw<{ id: string; kind: string; keys_sealed: string | null }[]>`
      SELECT c.id, c.kind, c.keys_sealed FROM connection c WHERE c.tenant_id = ${scope.tenant_id}::uuid AND c.mode = ${scope.mode}`
}
