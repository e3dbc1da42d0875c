import { Fault } from '@/lib/kernel/fault'
import { stripeIdKind, type StripeIdKind } from './core/ids'
import { readRaw, type RawAnswer } from './raw-request'
import type { StripeCall } from './client'

const paths: Partial<Record<StripeIdKind, string>> = {
  payment_intent: '/v1/payment_intents',
  charge: '/v1/charges',
  refund: '/v1/refunds',
  dispute: '/v1/disputes',
  checkout_session: '/v1/checkout/sessions',
  balance_transaction: '/v1/balance_transactions',
  payout: '/v1/payouts',
}

/** Can `readObject` read it? */
export function isReadable(objectId: string): boolean {
  const kind = stripeIdKind(objectId)
  return kind !== null && paths[kind] !== undefined
}

/**
 * Reads one object by its id, with our API version. `object` is the raw JSON; `as_of` the answer's Date header (UTC,
 * whole seconds).
 * @throws Fault `stripe_id_unknown` for a prefix we do not read, `stripe_missing` when Stripe does not know it, else of stripeFault
 */
export async function readObject(call: StripeCall, objectId: string): Promise<RawAnswer> {
  const kind = stripeIdKind(objectId)
  const path = kind && paths[kind]
  if (!path) throw new Fault('stripe_id_unknown', 422, 'This kind of Stripe id cannot be read.')
  return readRaw(call, `${path}/${encodeURIComponent(objectId)}`)
}
