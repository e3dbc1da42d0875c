import { withTenant, type Scope } from '@/lib/db/tenant'
import { checkoutUnknown } from './errors'
import { selectAttempt } from './store/attempts'
import { selectConnection } from './store/places'
import { viewOf, type CheckoutView } from './view'

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
