import type { Sql } from '@/lib/db/pools'
import { reconcileKeys } from './reconcile-payments'
import type { PaymentKey } from './store/facts-by-payment'
import { paymentsOfAttempts } from './store/payments-of-attempts'

/**
 * Attempts of which a session told something new: payments that were taken for theirs by a label alone are explained
 * anew, so that it does not matter which of the two was told of first. `explained`: payments that have just been.
 */
export async function reconcileClaimants(sql: Sql, attempts: readonly { tenant_id: string; id: string }[], explained: readonly PaymentKey[]): Promise<void> {
  if (attempts.length > 0) await reconcileKeys(sql, await paymentsOfAttempts(sql, attempts, explained))
}
