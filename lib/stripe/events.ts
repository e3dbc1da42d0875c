import type { StripeCall } from './client'
import { readRawPage, type RawPage } from './raw-request'

/**
 * One page (at most 100) of the account's events, newest first. Stripe keeps them for 30 days; each carries the
 * snapshot of its own moment, in the API version of the account (docs.stripe.com/api/events/list).
 * @throws Fault of stripeFault
 */
export async function listEvents(
  call: StripeCall,
  ask: { ending_before?: string; starting_after?: string; created_gte?: Date; undelivered_only?: boolean; limit: number },
): Promise<RawPage> {
  return readRawPage(call, '/v1/events', {
    limit: ask.limit,
    ending_before: ask.ending_before,
    starting_after: ask.starting_after,
    'created[gte]': ask.created_gte && Math.floor(ask.created_gte.getTime() / 1000),
    delivery_success: ask.undelivered_only ? 'false' : undefined,
  })
}
