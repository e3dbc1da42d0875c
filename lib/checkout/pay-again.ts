import { withTenant } from '@/lib/db/tenant'
import { publicId } from '@/lib/kernel/id'
import { checkoutInProgress, payLinkUnknown } from './errors'
import { payerOf, payUrlOf } from './pay-link'
import { startCheckout } from './start-checkout'
import { selectAttempt } from './store/attempts'

/**
 * A new link for an order whose delayed payment failed, asked for by its payer. Everything is checked again: the order
 * is read anew, and what it says now is what is asked for. A link in any other state leads back to itself.
 * @returns where to go. @throws Fault `pay_link_unknown` and those of startCheckout
 */
export async function payAgain(token: string): Promise<{ pay_url: string }> {
  const { scope, attempt_id } = await payerOf(token)
  const attempt = await withTenant(scope, (tx) => selectAttempt(tx, scope, attempt_id))
  if (attempt === null) throw payLinkUnknown()
  if (attempt.state !== 'failed') return { pay_url: payUrlOf(attempt) }
  const next = await startCheckout(scope, {
    store_id: attempt.store_id,
    order: { order_id: attempt.order_id },
    created_by: `payer:${publicId('attempt', attempt.id)}`,
  })
  if (next.session === null) throw checkoutInProgress()
  return { pay_url: next.pay_url }
}
