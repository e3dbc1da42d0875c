import { config } from '@/lib/config/config'
import { wakeSoon } from './wake'
import { clock } from '@/lib/kernel/clock'
import { newId } from '@/lib/kernel/id'
import { sha256, unseal } from '@/lib/kernel/seal'
import { log } from '@/lib/log/log'
import { verifySignature } from '@/lib/stripe/signature'
import { readEnvelope } from './core/event'
import { bucketOf, scopeOf } from './core/scope'
import { endpointSecretPlace, findEndpoint } from './endpoints'
import { insertDelivery, noteDuplicate, noteRejection } from './store/deliveries'

export type Received = { status: 200 | 400 | 404 | 503; code: string; message: string }

/**
 * Takes one delivery: signature on the raw bytes with the secrets of that endpoint, one durable row, then the answer.
 * A 200 means that the row survives a kill. Everything else waits for the drain.
 * @throws what the database throws when it is down; the caller answers 503, so that Stripe delivers again.
 */
export async function receive(delivery: { endpoint_id: string; body: Buffer; signature: string | null }): Promise<Received> {
  const endpoint = await findEndpoint(delivery.endpoint_id)
  if (!endpoint) return { status: 404, code: 'endpoint_unknown', message: 'There is no webhook endpoint at this address.' }
  const secrets = endpoint.secrets_sealed
    .map((sealed) => unseal(config().secret, endpointSecretPlace(endpoint.id), sealed))
    .filter((secret) => secret.trim() !== '')
  if (secrets.length === 0 || endpoint.state !== 'active')
    return { status: 503, code: 'endpoint_without_secret', message: 'This webhook endpoint has no signing secret yet.' }

  const verified = verifySignature(delivery.body, delivery.signature, secrets, Math.floor(clock.wallMs() / 1000))
  if (!verified.ok) {
    await noteRejection(endpoint.id, verified.reason, clock.now())
    return { status: 400, code: 'signature_invalid', message: `The signature does not hold: ${verified.reason}.` }
  }
  const envelope = readEnvelope(parse(delivery.body))
  if (!envelope) return { status: 400, code: 'body_unreadable', message: 'The body is not a Stripe event.' }

  const mode = envelope.livemode ? 'live' : 'test'
  const accountId = envelope.account ?? endpoint.account_id ?? 'platform'
  const scope = scopeOf(accountId, mode)
  const row = {
    bucket: bucketOf(scope),
    id: newId(),
    scope,
    event_id: envelope.event_id,
    endpoint_id: endpoint.id,
    mode,
    account_id: accountId,
    type: envelope.type,
    object_id: envelope.object_id,
    api_version: envelope.api_version,
    created_at: envelope.created_at,
    body: delivery.body,
    body_sha256: sha256(delivery.body),
    received_at: clock.now(),
  } as const
  if (await insertDelivery(row)) wakeSoon()
  else {
    const alarm = await noteDuplicate(row)
    if (alarm) log().error({ event: envelope.event_id, endpoint: endpoint.id, alarm }, 'a repeated event differs from the one stored first')
  }
  return { status: 200, code: 'received', message: 'Stored.' }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
}
