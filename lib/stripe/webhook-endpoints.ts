import type Stripe from 'stripe'
import { Fault } from '@/lib/kernel/fault'
import type { StripeCall } from './client'
import { readRawPage, writeRaw } from './raw-request'

/** `secret` is told once, by the answer to create. */
export type EndpointMade = { id: string; secret: string; api_version: string | null; url: string }
export type EndpointListed = { id: string; url: string; status: string; api_version: string | null; livemode: boolean }

/**
 * Registers where Stripe delivers to. `connect`: the events of connected accounts, on the platform's key. The endpoint
 * keeps `api_version` for ever.
 * @throws Fault of stripeFault
 */
export async function createWebhookEndpoint(
  call: StripeCall,
  ask: { url: string; connect: boolean; enabled_events: string[]; api_version: string },
  idempotencyKey: string,
): Promise<EndpointMade> {
  const params = {
    url: ask.url,
    connect: ask.connect,
    enabled_events: ask.enabled_events as Stripe.WebhookEndpointCreateParams.EnabledEvent[],
    api_version: ask.api_version as Stripe.WebhookEndpointCreateParams.ApiVersion,
    description: 'Matchbook',
  } satisfies Stripe.WebhookEndpointCreateParams
  const { object } = await writeRaw(call, '/v1/webhook_endpoints', params, idempotencyKey)
  if (typeof object.secret !== 'string')
    throw new Fault('stripe_failed', 502, 'Stripe made the webhook endpoint but did not tell its secret.', {
      remedy: 'Delete the endpoint at Stripe and try again.',
    })
  return { id: object.id, secret: object.secret, api_version: textOf(object.api_version), url: String(object.url) }
}

/** Every endpoint of the account that the key belongs to, newest first. @throws Fault of stripeFault */
export async function listWebhookEndpoints(call: StripeCall): Promise<EndpointListed[]> {
  const endpoints: EndpointListed[] = []
  for (let after: string | undefined; ;) {
    const page = await readRawPage(call, '/v1/webhook_endpoints', { limit: 100, starting_after: after })
    endpoints.push(
      ...page.objects.map((object) => ({
        id: object.id,
        url: String(object.url),
        status: String(object.status),
        api_version: textOf(object.api_version),
        livemode: object.livemode === true,
      })),
    )
    after = page.objects.at(-1)?.id
    if (!page.has_more || after === undefined) return endpoints
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
