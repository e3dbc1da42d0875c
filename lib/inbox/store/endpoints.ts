import { deliveryPool, workerPool } from '@/lib/db/pools'
import type { Mode } from '@/lib/kernel/mode'

export type EndpointRow = {
  id: string
  kind: 'account' | 'connect'
  mode: Mode
  account_id: string | null
  url: string
  /** The newest first; a second one is the former, and holds until `former_secret_until` (UTC, wall time). */
  secrets_sealed: string[]
  former_secret_until: Date | null
  state: string
}

const fields = 'id, kind, mode, account_id, url, secrets_sealed, former_secret_until, state'

export async function selectEndpoints(ids: string[]): Promise<EndpointRow[]> {
  const result = await deliveryPool().query<EndpointRow>({
    name: 'select_endpoints',
    text: `SELECT ${fields} FROM webhook_endpoint WHERE id = ANY($1) ORDER BY id`,
    values: [ids],
  })
  return result.rows
}

export async function selectActiveEndpoints(): Promise<EndpointRow[]> {
  return (await workerPool().query<EndpointRow>(`SELECT ${fields} FROM webhook_endpoint WHERE state = 'active' ORDER BY id`)).rows
}

export async function upsertEndpoint(endpoint: {
  id: string
  kind: string
  mode: Mode
  account_id: string | null
  secrets_sealed: string[]
  former_secret_until: Date | null
  api_version: string
  url: string
  stripe_endpoint_id: string | null
  created_at: Date
}): Promise<void> {
  await workerPool().query(
    `INSERT INTO webhook_endpoint (id, kind, mode, account_id, secrets_sealed, former_secret_until, api_version, url, stripe_endpoint_id, state, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'active', $10)
     ON CONFLICT (id) DO UPDATE SET secrets_sealed = EXCLUDED.secrets_sealed, former_secret_until = EXCLUDED.former_secret_until,
       api_version = EXCLUDED.api_version, url = EXCLUDED.url, stripe_endpoint_id = EXCLUDED.stripe_endpoint_id, state = 'active'`,
    [
      endpoint.id,
      endpoint.kind,
      endpoint.mode,
      endpoint.account_id,
      endpoint.secrets_sealed,
      endpoint.former_secret_until,
      endpoint.api_version,
      endpoint.url,
      endpoint.stripe_endpoint_id,
      endpoint.created_at,
    ],
  )
}
