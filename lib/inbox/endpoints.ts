import { config } from '@/lib/config/config'
import { clock } from '@/lib/kernel/clock'
import { once } from '@/lib/kernel/once'
import { modes, type Mode } from '@/lib/kernel/mode'
import { seal } from '@/lib/kernel/seal'
import { apiVersion } from '@/lib/stripe/client'
import { selectEndpoint, upsertEndpoint, type EndpointRow } from './store/endpoints'

/** Endpoint rows are few and asked for by every delivery: remembered for this long (wall time). */
const rememberMs = 3_000

/** The endpoint of a delivery's address, or null. */
export async function findEndpoint(id: string): Promise<EndpointRow | null> {
  const remembered = once('webhook-endpoints', () => new Map<string, { row: EndpointRow; until: number }>())
  const hit = remembered.get(id)
  if (hit && hit.until > clock.wallMs()) return hit.row
  const row = await selectEndpoint(id)
  if (row) remembered.set(id, { row, until: clock.wallMs() + rememberMs })
  return row
}

export function endpointSecretPlace(id: string): string {
  return `global/webhook_endpoint/${id}/secret`
}

export function endpointUrl(id: string): string {
  return `${config().origin}/api/webhooks/stripe/${id}`
}

/**
 * Stores an endpoint with its signing secret. A changed secret keeps the former one beside it until the next change,
 * so that deliveries signed before a rotation still verify.
 */
export async function registerEndpoint(endpoint: {
  id: string
  kind: 'account' | 'connect'
  mode: Mode
  account_id: string | null
  secret: string
  stripe_endpoint_id: string | null
}): Promise<void> {
  await upsertEndpoint({
    ...endpoint,
    secret_sealed: seal(config().secret, endpointSecretPlace(endpoint.id), endpoint.secret),
    api_version: apiVersion,
    url: endpointUrl(endpoint.id),
    created_at: clock.now(),
  })
}

/** The platform's Connect endpoints, whose secrets come from the environment. Called when a process starts. */
export async function registerConfiguredEndpoints(): Promise<void> {
  for (const mode of modes) {
    const secret = config().stripe[mode].connectWebhookSecret
    if (secret) await registerEndpoint({ id: `connect_${mode}`, kind: 'connect', mode, account_id: null, secret, stripe_endpoint_id: null })
  }
}
