import type { Sql } from '@/lib/db/pools'
import { toJson } from '@/lib/db/rows'
import type { AccountRow } from '../core/account'

export async function selectAccounts(sql: Sql, refs: { tenant_id: string; connection_id: string }[]): Promise<AccountRow[]> {
  const result = await sql.query(
    `SELECT c.tenant_id, c.id, c.charges_enabled, c.payouts_enabled, c.disabled_reason, c.account_as_of
       FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, id) JOIN connection c USING (tenant_id, id)`,
    [refs.map((ref) => ref.tenant_id), refs.map((ref) => ref.connection_id)],
  )
  return result.rows as AccountRow[]
}

export async function updateAccounts(sql: Sql, rows: AccountRow[]): Promise<void> {
  await sql.query(
    `UPDATE connection c SET charges_enabled = v.charges_enabled, payouts_enabled = v.payouts_enabled, disabled_reason = v.disabled_reason, account_as_of = v.account_as_of
       FROM jsonb_to_recordset($1::jsonb) AS v (tenant_id uuid, id uuid, charges_enabled boolean, payouts_enabled boolean, disabled_reason text, account_as_of timestamptz)
      WHERE c.tenant_id = v.tenant_id AND c.id = v.id`,
    [toJson(rows)],
  )
}
