import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { findDue, type DisputeDue } from './store'

export type { DisputeDue } from './store'

/** Disputes and inquiries that wait for an answer, the soonest due first, at most `limit`; one whose time is over stays until Stripe closes it. */
export async function disputesDue(scope: Scope, limit: number): Promise<DisputeDue[]> {
  return withTenant(scope, (tx) => findDue(onTenant(tx), scope, limit))
}
