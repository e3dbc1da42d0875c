import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { byId, readPage, type Page, type PageAsk } from '@/lib/kernel/page'
import { findOfOrder, findOfPayment, type EffectRow } from './store/find-effects'
import { countDead, findUndone, type UndoneEffect } from './store/undone-effects'

export type { EffectRow } from './store/find-effects'
export type { UndoneEffect } from './store/undone-effects'

/** What was done, is to be done, or was not done in the store for an order; oldest first. */
export async function effectsOfOrder(scope: Scope, orderId: string): Promise<EffectRow[]> {
  return withTenant(scope, (tx) => findOfOrder(onTenant(tx), scope.tenant_id, scope.mode, orderId))
}

/** The same for a payment. */
export async function effectsOfPayment(scope: Scope, paymentId: string): Promise<EffectRow[]> {
  return withTenant(scope, (tx) => findOfPayment(onTenant(tx), scope.tenant_id, scope.mode, paymentId))
}

/** Effects that were given up (`dead`) or left alone (`skipped`), newest first, a page. */
export async function undoneEffects(scope: Scope, ask: { state: 'dead' | 'skipped' } & PageAsk): Promise<Page<UndoneEffect>> {
  return withTenant(scope, (tx) => readPage(ask, byId, (part) => findUndone(onTenant(tx), scope, ask.state, part)))
}

/** How many effects were given up, counted up to 1,000. */
export async function deadCount(scope: Scope): Promise<number> {
  return withTenant(scope, (tx) => countDead(onTenant(tx), scope))
}
