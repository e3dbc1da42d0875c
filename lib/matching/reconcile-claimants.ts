import type { Sql } from '@/lib/db/pools'
import { reconcileKeys } from './reconcile-payments'
import type { PaymentKey } from './store/load-facts'
import { paymentsOfAttempts } from './store/payments-of-attempts'

/**
 * Attempts whose session has named its payment: others that were taken for it by their label alone are explained anew,
 * so that it does not matter which of them was told of first. `explained`: payments that have just been.
 */
export async function reconcileClaimants(sql: Sql, attempts: readonly { tenant_id: string; id: string }[], explained: readonly PaymentKey[]): Promise<void> {
  if (attempts.length > 0) await reconcileKeys(sql, await paymentsOfAttempts(sql, attempts, explained))
}
