import type { Executor } from '@/lib/db/executor'
import type { Mode } from '@/lib/kernel/mode'
import type { StoreRow } from '../core/store'

const select = `SELECT s.tenant_id, s.id AS store_id, s.mode, s.name, s.platform, s.state, s.connection_id, s.currency, s.time_zone, s.hosts, s.created_at, c.base_url, c.credentials_sealed,
  c.webhook_secret_sealed, c.write_back, c.sync_from, c.last_sync_at, c.last_webhook_at, c.next_sync_at, c.last_error, c.last_error_at, c.failures_in_a_row, c.paused_until
  FROM store s JOIN store_connection c ON c.tenant_id = s.tenant_id AND c.store_id = s.id`

export async function findStore(db: Executor, tenantId: string, storeId: string): Promise<StoreRow | null> {
  const [row] = await db.query<StoreRow>(`${select} WHERE s.tenant_id = $1::uuid AND s.id = $2::uuid`, [tenantId, storeId])
  return row ?? null
}

export async function findStores(db: Executor, tenantId: string, mode: Mode): Promise<StoreRow[]> {
  return db.query<StoreRow>(`${select} WHERE s.tenant_id = $1::uuid AND s.mode = $2::text ORDER BY lower(s.name), s.id LIMIT 500`, [tenantId, mode])
}

/** Stores of all tenants that are due and not paused, longest waiting first; worker role. */
export async function findDueStores(db: Executor, now: Date, limit: number): Promise<StoreRow[]> {
  return db.query<StoreRow>(
    `${select} WHERE c.next_sync_at <= $1::timestamptz AND (c.paused_until IS NULL OR c.paused_until <= $1::timestamptz) AND s.state = 'active' ORDER BY c.next_sync_at, c.store_id LIMIT $2::int`,
    [now.toISOString(), limit],
  )
}

export async function insertStore(
  db: Executor,
  row: Omit<StoreRow, 'last_sync_at' | 'last_webhook_at' | 'last_error' | 'last_error_at' | 'failures_in_a_row' | 'paused_until'>,
): Promise<void> {
  await db.query(
    `INSERT INTO store (tenant_id, id, mode, name, platform, connection_id, currency, time_zone, hosts, state, created_at)
     VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::uuid, $7::text, $8::text, ARRAY(SELECT jsonb_array_elements_text($9::jsonb)), $10::text, $11::timestamptz)`,
    [
      row.tenant_id,
      row.store_id,
      row.mode,
      row.name,
      row.platform,
      row.connection_id,
      row.currency,
      row.time_zone,
      JSON.stringify(row.hosts),
      row.state,
      row.created_at.toISOString(),
    ],
  )
  await db.query(
    `INSERT INTO store_connection (tenant_id, store_id, base_url, credentials_sealed, webhook_secret_sealed, write_back, sync_from, next_sync_at)
     VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::boolean, $7::timestamptz, $8::timestamptz)`,
    [
      row.tenant_id,
      row.store_id,
      row.base_url,
      row.credentials_sealed,
      row.webhook_secret_sealed,
      row.write_back,
      row.sync_from?.toISOString() ?? null,
      row.next_sync_at?.toISOString() ?? null,
    ],
  )
}

/** The store that an order lives in, and the order's id there. */
export async function findStoreOfOrder(
  db: Executor,
  tenantId: string,
  orderId: string,
): Promise<(StoreRow & { external_id: string; display_number: string }) | null> {
  const [row] = await db.query<StoreRow & { external_id: string; display_number: string }>(
    `${select.replace(' FROM store s', ', o.external_id, o.display_number FROM store s')} JOIN "order" o ON o.tenant_id = s.tenant_id AND o.store_id = s.id WHERE o.tenant_id = $1::uuid AND o.id = $2::uuid`,
    [tenantId, orderId],
  )
  return row ?? null
}
