import type { Hono } from 'hono'
import type { World } from '../core/world'
import { accountEndpoints } from './account-endpoints'
import { registerAutomatic } from './automatic'
import { balanceEndpoints } from './balance/endpoints'
import { chargeEndpoints } from './charges/endpoints'
import { sessionEndpoints } from './checkout/endpoints'
import { pageEndpoints } from './checkout/pages'
import { customerEndpoints } from './customers'
import { disputeEndpoints } from './disputes/endpoints'
import { eventEndpoints } from './event-endpoints'
import { paymentIntentEndpoints } from './payment-intents/endpoints'
import { paymentMethodEndpoints } from './payment-methods/endpoints'
import { Router } from './protocol/endpoint'
import { IdempotencyKeys } from './protocol/idempotency'
import { refundEndpoints } from './refunds/endpoints'
import { webhookEndpointEndpoints } from './webhook-endpoints'

/** The Stripe API under /v1 (and the unknown rest of /v1 and /v2), with what happens by itself. */
export function mount(app: Hono, world: World): void {
  registerAutomatic(world)
  app.options('/v1/*', (c) =>
    c.body(null, 204, {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
      'access-control-allow-headers': c.req.header('access-control-request-headers') ?? '*',
      'access-control-max-age': '300',
    }),
  )
  const router = new Router(app, world, new IdempotencyKeys(world))
  const all = [
    accountEndpoints,
    balanceEndpoints,
    chargeEndpoints,
    customerEndpoints,
    disputeEndpoints,
    eventEndpoints,
    pageEndpoints,
    paymentIntentEndpoints,
    paymentMethodEndpoints,
    refundEndpoints,
    sessionEndpoints,
    webhookEndpointEndpoints,
  ]
  for (const add of all.flat()) add(router)
  router.addUnknown()
}
