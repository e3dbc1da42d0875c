import { Fault } from '@/lib/kernel/fault'
import { stripeIdKind, type StripeIdKind } from './core/ids'
import { isRawObject, readRaw, readRawPage, type RawAnswer, type RawObject } from './raw-request'
import type { StripeCall } from './client'

const paths: Partial<Record<StripeIdKind, string>> = {
  payment_intent: '/v1/payment_intents',
  charge: '/v1/charges',
  refund: '/v1/refunds',
  dispute: '/v1/disputes',
  checkout_session: '/v1/checkout/sessions',
  balance_transaction: '/v1/balance_transactions',
  payout: '/v1/payouts',
  account: '/v1/accounts',
}

/** Can `readObject` read it? */
export function isReadable(objectId: string): boolean {
  const kind = stripeIdKind(objectId)
  return kind !== null && paths[kind] !== undefined
}

/**
 * Reads one object by its id, with our API version. `object` is the raw JSON; `as_of` the answer's Date header (UTC,
 * whole seconds). A charge brings all its refunds as `refunds`, because its refunded amount is theirs to say.
 * @throws Fault `stripe_id_unknown` for a prefix we do not read, `stripe_missing` when Stripe does not know it, else of stripeFault
 */
export async function readObject(call: StripeCall, objectId: string): Promise<RawAnswer> {
  const kind = stripeIdKind(objectId)
  const path = kind && paths[kind]
  if (!path) throw new Fault('stripe_id_unknown', 422, 'This kind of Stripe id cannot be read.')
  const answer = await readRaw(call, `${path}/${encodeURIComponent(objectId)}${kind === 'charge' ? '?expand[]=refunds' : ''}`)
  return kind === 'charge' ? withAllRefunds(call, answer) : answer
}

/** The list inside a charge ends after ten; then, or where it is missing, the refunds are listed. */
async function withAllRefunds(call: StripeCall, charge: RawAnswer): Promise<RawAnswer> {
  const inside = charge.object.refunds as { data?: unknown; has_more?: unknown } | null | undefined
  if (Array.isArray(inside?.data) && inside.has_more === false) return charge
  const refunds: RawObject[] = []
  for (let after: string | undefined; ;) {
    const page = await readRawPage(call, '/v1/refunds', { charge: charge.object.id, limit: 100, starting_after: after })
    refunds.push(...page.objects.filter(isRawObject))
    after = page.objects.at(-1)?.id
    if (!page.has_more || after === undefined) break
  }
  return { ...charge, object: { ...charge.object, refunds: { object: 'list', has_more: false, data: refunds } } }
}
