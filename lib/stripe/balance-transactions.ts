import { readRawPage, type RawPage } from './raw-request'
import type { StripeCall } from './client'

/**
 * One page (at most 100) of the account's balance transactions, newest first; `ending_before` and `starting_after` are
 * `txn_` ids, `created_gte` is a moment in UTC.
 * @throws Fault of stripeFault
 */
export async function listBalanceTransactions(
  call: StripeCall,
  ask: { ending_before?: string; starting_after?: string; created_gte?: Date; limit: number },
): Promise<RawPage> {
  return readRawPage(call, '/v1/balance_transactions', {
    limit: ask.limit,
    ending_before: ask.ending_before,
    starting_after: ask.starting_after,
    'created[gte]': ask.created_gte && Math.floor(ask.created_gte.getTime() / 1000),
  })
}
