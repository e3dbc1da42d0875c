import { workerPool, type Sql } from '@/lib/db/pools'
import type { Connection } from '../core/connection'

export async function selectConnection(tenantId: string, id: string): Promise<Connection | null> {
  const result = await workerPool().query({
    name: 'select_connection',
    text: 'SELECT * FROM connection WHERE tenant_id = $1 AND id = $2',
    values: [tenantId, id],
  })
  return (result.rows[0] as Connection | undefined) ?? null
}

export async function insertConnection(sql: Sql, row: Connection): Promise<void> {
  await sql.query(
    `INSERT INTO connection (tenant_id, id, mode, kind, account_id, name, country, default_currency, state, publishable_key, keys_sealed, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      row.tenant_id,
      row.id,
      row.mode,
      row.kind,
      row.account_id,
      row.name,
      row.country,
      row.default_currency,
      row.state,
      row.publishable_key,
      row.keys_sealed,
      row.created_at,
    ],
  )
  await sql.query('INSERT INTO stripe_account (account_id, mode, tenant_id, connection_id) VALUES ($1, $2, $3, $4)', [
    row.account_id,
    row.mode,
    row.tenant_id,
    row.id,
  ])
  await sql.query(`INSERT INTO sync_cursor (tenant_id, connection_id, kind, due_at) VALUES ($1, $2, 'balance_transactions', $3)`, [
    row.tenant_id,
    row.id,
    row.created_at,
  ])
}

export async function updateRevoked(tenantId: string, id: string, at: Date | null): Promise<void> {
  await workerPool().query(
    `UPDATE connection SET state = CASE WHEN $3::timestamptz IS NULL THEN 'active' ELSE 'revoked' END, revoked_at = $3 WHERE tenant_id = $1 AND id = $2`,
    [tenantId, id, at],
  )
}
