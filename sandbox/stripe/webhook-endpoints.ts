import type Stripe from 'stripe'
import { newId, randomText } from '../core/ids'
import { find, ownedBy, type Call } from './call'
import { endpoint, type AnyEndpoint } from './protocol/endpoint'
import { invalidParam } from './protocol/errors'
import { page, paging } from './protocol/list'
import { applyMetadata, clearable, flag, list, metadata, needed, text } from './protocol/params'
import { API_VERSION } from './protocol/version'
import type { WebhookEndpointRow } from './tables'

function checkUrl(call: Call, url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw invalidParam('url', 'Invalid URL: An explicit scheme (such as https) must be provided.', 'url_invalid')
  // Stripe wants https in live mode; a sandbox delivers to the product on this machine.
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(parsed.hostname)
  if (call.livemode && parsed.protocol === 'http:' && !local)
    throw invalidParam('url', 'Invalid URL: URL must be publicly accessible over HTTPS.', 'url_invalid')
}

const enabledEvents = list(text(), 500)

export const webhookEndpointEndpoints: AnyEndpoint[] = [
  endpoint({
    method: 'POST',
    path: '/v1/webhook_endpoints',
    permission: 'webhook_write',
    spec: { url: needed(text(2048)), enabled_events: needed(enabledEvents), api_version: text(), connect: flag, description: clearable(text()), metadata },
    run: (call, params) => {
      checkUrl(call, params.url)
      if (params.connect === true && call.account.kind !== 'platform') {
        throw invalidParam('connect', 'You must have completed your platform profile to create a Connect webhook endpoint.')
      }
      const secret = `whsec_${randomText(32)}`
      const object = {
        id: newId('we', 24),
        object: 'webhook_endpoint',
        api_version: params.api_version ?? API_VERSION,
        application: null,
        created: call.world.clock.now(),
        description: params.description ?? null,
        enabled_events: params.enabled_events,
        livemode: call.livemode,
        metadata: applyMetadata({}, params.metadata),
        status: 'enabled',
        url: params.url,
      } satisfies Stripe.WebhookEndpoint
      call.tables.webhook_endpoint.put({ ...ownedBy(call, object), secret, connect: params.connect ?? false })
      return { ...object, secret }
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/webhook_endpoints',
    permission: 'webhook_read',
    spec: paging,
    run: (call, params) =>
      page(call, { table: call.tables.webhook_endpoint, noun: 'webhook_endpoint', url: '/v1/webhook_endpoints', paging: params, render: (row) => row.object }),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/webhook_endpoints/:id',
    permission: 'webhook_read',
    spec: {},
    run: (call, _params, id) => find(call, call.tables.webhook_endpoint, 'webhook_endpoint', id).object,
  }),
  endpoint({
    method: 'POST',
    path: '/v1/webhook_endpoints/:id',
    permission: 'webhook_write',
    spec: { url: text(2048), enabled_events: enabledEvents, disabled: flag, description: clearable(text()), metadata },
    run: (call, params, id) => {
      const row: WebhookEndpointRow = find(call, call.tables.webhook_endpoint, 'webhook_endpoint', id)
      if (params.url !== undefined) checkUrl(call, params.url)
      const object: Stripe.WebhookEndpoint = {
        ...row.object,
        url: params.url ?? row.object.url,
        enabled_events: params.enabled_events ?? row.object.enabled_events,
        status: params.disabled === undefined ? row.object.status : params.disabled ? 'disabled' : 'enabled',
        description: params.description === undefined ? row.object.description : params.description,
        metadata: applyMetadata(row.object.metadata, params.metadata),
      }
      return call.tables.webhook_endpoint.put({ ...row, object }).object
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/webhook_endpoints/:id',
    permission: 'webhook_write',
    spec: {},
    run: (call, _params, id) => {
      find(call, call.tables.webhook_endpoint, 'webhook_endpoint', id)
      call.tables.webhook_endpoint.delete(id)
      return { id, object: 'webhook_endpoint', deleted: true } satisfies Stripe.DeletedWebhookEndpoint
    },
  }),
]
