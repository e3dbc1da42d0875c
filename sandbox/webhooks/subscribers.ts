import type { WebhookEndpointRow } from '../stripe/tables'

export interface Subject {
  readonly account: string
  readonly livemode: boolean
  readonly type: string
}

/** Whether a list of event types names this type; `*` names all, a part such as `charge.*` all that start so. */
export function namesType(types: readonly string[], type: string): boolean {
  return types.some((name) => name === '*' || name === type || (name.endsWith('.*') && type.startsWith(name.slice(0, -1))))
}

/**
 * Whether an endpoint gets an event. An account's own endpoint gets that account's events of its mode. A
 * Connect endpoint gets those of accounts connected to its owner; a live one gets their test events too.
 * `platform` is the platform the event's account is connected to. Source: docs.stripe.com/connect/webhooks.
 */
export function wants(endpoint: WebhookEndpointRow, event: Subject, platform: string | null): boolean {
  if (endpoint.object.status === 'disabled') return false
  if (!namesType(endpoint.object.enabled_events, event.type)) return false
  if (endpoint.connect) return platform === endpoint.account && (endpoint.livemode || !event.livemode)
  return endpoint.account === event.account && endpoint.livemode === event.livemode
}
