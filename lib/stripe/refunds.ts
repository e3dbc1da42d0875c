import type { StripeCall } from './client'
import { readRawPage, type RawPage } from './raw-request'

/** One page (at most 100) of a charge's refunds, newest first. @throws Fault of stripeFault */
export async function listRefundsOfCharge(call: StripeCall, ask: { charge: string; starting_after?: string; limit?: number }): Promise<RawPage> {
  return readRawPage(call, '/v1/refunds', { charge: ask.charge, limit: ask.limit ?? 100, starting_after: ask.starting_after })
}
