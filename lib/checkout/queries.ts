import { withTenant, type Scope } from '@/lib/db/tenant'
import { checkoutUnknown } from './errors'
import { selectAttempt } from './store/attempts'
import { selectOrderAttempts, type OrderAttempt } from './store/order-attempts'
import { selectConnection } from './store/places'
import { viewOf, type CheckoutView } from './view'

export type { OrderAttempt } from './store/order-attempts'

/**
 * One checkout of the scope's tenant and mode, by its uuid.
 * @throws Fault `checkout_not_found`, also for one of another tenant or mode
 */
export async function readCheckout(scope: Scope, attemptId: string): Promise<CheckoutView> {
  return withTenant(scope, async (tx) => {
    const attempt = await selectAttempt(tx, scope, attemptId)
    const connection = attempt && (await selectConnection(tx, scope, attempt.connection_id))
    if (!attempt || !connection) throw checkoutUnknown()
    return viewOf(attempt, connection)
  })
}

/** The attempts to collect one order of the scope's tenant and mode, oldest first. */
export async function attemptsOfOrder(scope: Scope, orderId: string): Promise<OrderAttempt[]> {
  return withTenant(scope, (tx) => selectOrderAttempts(tx, scope, orderId))
}
