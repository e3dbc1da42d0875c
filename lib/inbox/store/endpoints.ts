import { workerPool } from '@/lib/db/pools'
import type { Mode } from '@/lib/kernel/mode'

export type EndpointRow = { id: string; kind: 'account' | 'connect'; mode: Mode; account_id: string | null; secrets_sealed: string[]; state: string }

export async function selectEndpoint(id: string): Promise<EndpointRow | null> {
  const result = await workerPool().query('SELECT id, kind, mode, account_id, secrets_sealed, state FROM webhook_endpoint WHERE id = $1', [id])
  return (result.rows[0] as EndpointRow | undefined) ?? null
}

/** The newest secret first; the one before it stays for the deliveries that were signed with it. */
export async function upsertEndpoint(endpoint: {
  id: string
  kind: string
  mode: Mode
  account_id: string | null
  secret_sealed: string
  api_version: string
  url: string
  stripe_endpoint_id: string | null
  created_at: Date
}): Promise<void> {
  await workerPool().query(
    `INSERT INTO webhook_endpoint (id, kind, mode, account_id, secrets_sealed, api_version, url, stripe_endpoint_id, state, created_at)
     VALUES ($1, $2, $3, $4, ARRAY[$5], $6, $7, $8, 'active', $9)
     ON CONFLICT (id) DO UPDATE SET secrets_sealed = (ARRAY[$5] || webhook_endpoint.secrets_sealed)[1:2], api_version = EXCLUDED.api_version, url = EXCLUDED.url,
       stripe_endpoint_id = EXCLUDED.stripe_endpoint_id, state = 'active'`,
    [
      endpoint.id,
      endpoint.kind,
      endpoint.mode,
      endpoint.account_id,
      endpoint.secret_sealed,
      endpoint.api_version,
      endpoint.url,
      endpoint.stripe_endpoint_id,
      endpoint.created_at,
    ],
  )
}
