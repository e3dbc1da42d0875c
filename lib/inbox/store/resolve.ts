import type { Sql } from '@/lib/db/pools'
import type { InboxRow, Outcome } from '../core/event'
import { placeOf, type AccountOwner, type EndpointKind } from '../core/place'

/** Tenant and connection of each row, from its endpoint and the signed account alone; or why there is none. */
export async function resolveRows(sql: Sql, rows: InboxRow[]): Promise<{ row: InboxRow; outcome: Outcome | null }[]> {
  const unresolved = rows.filter((row) => row.tenant_id === null)
  const [owners, endpoints] = unresolved.length === 0 ? [[], []] : await Promise.all([selectOwners(sql, unresolved), selectEndpointKinds(sql, unresolved)])
  return rows.map((row) => {
    if (row.tenant_id !== null && row.connection_id !== null) return { row, outcome: null }
    const place = placeOf(row, endpoints.find((endpoint) => endpoint.id === row.endpoint_id) ?? null, owners)
    return place.outcome ? { row, outcome: place.outcome } : { row: { ...row, tenant_id: place.tenant_id, connection_id: place.connection_id }, outcome: null }
  })
}

async function selectOwners(sql: Sql, rows: InboxRow[]): Promise<AccountOwner[]> {
  const result = await sql.query({
    name: 'account_owners',
    text: 'SELECT account_id, mode, tenant_id, connection_id FROM stripe_account WHERE account_id = ANY($1)',
    values: [[...new Set(rows.map((row) => row.account_id))]],
  })
  return result.rows as AccountOwner[]
}

async function selectEndpointKinds(sql: Sql, rows: InboxRow[]): Promise<EndpointKind[]> {
  const result = await sql.query({
    name: 'endpoint_kinds',
    text: 'SELECT id, kind, mode, account_id FROM webhook_endpoint WHERE id = ANY($1)',
    values: [[...new Set(rows.map((row) => row.endpoint_id))]],
  })
  return result.rows as EndpointKind[]
}
