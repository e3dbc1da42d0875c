import type { Action } from './roles'

/**
 * Who may call a route. Deny by default: a route without a row fails the tests, and `handle` of lib/edge takes the row's
 * name, so that a route cannot run without it.
 */
export type Who =
  /** Anyone; says why that is right. */
  | { kind: 'public'; why: string }
  /** A customer with the link of one checkout attempt. */
  | { kind: 'payer' }
  /** A merchant's backend, by `Authorization: Bearer mbk_...`. */
  | { kind: 'api_key' }
  /** A signed-in member of the tenant named by the path or by `?tenant=`, whose role may do the action. */
  | { kind: 'member'; action: Action }
  /** A machine that signs its body. */
  | { kind: 'signature'; of: 'stripe' | 'store' }

/** One row per method and route; a route is its folder under app/ without the (groups). Pages answer GET. */
export const policy = {
  'GET /': { kind: 'public', why: 'shows nothing: sends a person to their tenant or to the sign-in page' },
  'GET /sign-in': { kind: 'public', why: 'a person has to sign in somewhere' },
  'GET /api/auth/[...nextauth]': { kind: 'public', why: 'the way in: next-auth answers with a CSRF token and no data of a tenant' },
  'POST /api/auth/[...nextauth]': { kind: 'public', why: 'the way in and out: next-auth checks its CSRF token, we check the origin' },
  'GET /healthz': { kind: 'public', why: 'says that the process answers, nothing else' },
  'GET /readyz': { kind: 'public', why: 'says whether the process may get traffic, no versions, no data' },

  'GET /pay/[token]': { kind: 'payer' },
  'GET /pay/[token]/return': { kind: 'payer' },
  'GET /api/pay/[token]/status': { kind: 'payer' },
  'POST /api/pay/[token]/again': { kind: 'payer' },

  'POST /api/v1/checkouts': { kind: 'api_key' },
  'GET /api/v1/checkouts/[id]': { kind: 'api_key' },

  'POST /api/webhooks/stripe/[endpoint]': { kind: 'signature', of: 'stripe' },
  'POST /api/webhooks/stores/[store]': { kind: 'signature', of: 'store' },

  'GET /api/exports/payments': { kind: 'member', action: 'exports.create' },
  'POST /api/replays': { kind: 'member', action: 'replays.write' },
  'GET /api/replays/[id]': { kind: 'member', action: 'replays.read' },
  'POST /api/replays/[id]/cancel': { kind: 'member', action: 'replays.write' },
  'POST /api/backfills': { kind: 'member', action: 'replays.write' },
  'POST /api/effects/[id]/requeue': { kind: 'member', action: 'effects.write' },
  'GET /api/search': { kind: 'member', action: 'search.read' },
  'GET /api/stream': { kind: 'member', action: 'stream.read' },

  'GET /[tenant]': { kind: 'member', action: 'home.read' },
  'GET /[tenant]/payments': { kind: 'member', action: 'payments.read' },
  'GET /[tenant]/payments/[payment]': { kind: 'member', action: 'payments.read' },
  'GET /[tenant]/orders': { kind: 'member', action: 'orders.read' },
  'GET /[tenant]/orders/[order]': { kind: 'member', action: 'orders.read' },
  'GET /[tenant]/stores': { kind: 'member', action: 'stores.read' },
  'GET /[tenant]/stores/[store]': { kind: 'member', action: 'stores.read' },
  'GET /[tenant]/connection': { kind: 'member', action: 'connection.read' },
  'GET /[tenant]/events': { kind: 'member', action: 'events.read' },
  'GET /[tenant]/events/[event]': { kind: 'member', action: 'events.read' },
  'GET /[tenant]/events/replays': { kind: 'member', action: 'replays.read' },
  'GET /[tenant]/events/replays/[replay]': { kind: 'member', action: 'replays.read' },
  'GET /[tenant]/exceptions': { kind: 'member', action: 'exceptions.read' },
  'GET /[tenant]/exports': { kind: 'member', action: 'exports.read' },
} as const satisfies Record<string, Who>

export type Route = keyof typeof policy
export type RoutesFor<K extends Who['kind']> = { [R in Route]: (typeof policy)[R]['kind'] extends K ? R : never }[Route]

export function whoFor(route: Route): Who {
  return policy[route]
}
