import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { Fault } from '@/lib/kernel/fault'
import { byId, readPage, type Page, type PageAsk } from '@/lib/kernel/page'
import { isUuid } from '@/lib/kernel/public-id'
import { findDead, findOfOrder, findOfPayment, type EffectRow } from './store/find-effects'
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

/** Effects that were given up, newest first, 50 a page. @throws Fault `invalid_field` for a cursor that is none of ours. */
export async function deadEffects(scope: Scope, after?: string): Promise<{ effects: EffectRow[]; next: string | null }> {
  if (after !== undefined && !isUuid(after))
    throw new Fault('invalid_field', 400, 'This page does not exist.', { field: 'after', remedy: 'Start from the first page.' })
  const rows = await withTenant(scope, (tx) => findDead(onTenant(tx), scope.tenant_id, scope.mode, after ?? null, 51))
  return { effects: rows.slice(0, 50), next: rows.length > 50 ? (rows[49]?.id ?? null) : null }
}

/** Effects that were given up (`dead`) or left alone (`skipped`), newest first, a page. */
export async function undoneEffects(scope: Scope, ask: { state: 'dead' | 'skipped' } & PageAsk): Promise<Page<UndoneEffect>> {
  return withTenant(scope, (tx) => readPage(ask, byId, (part) => findUndone(onTenant(tx), scope, ask.state, part)))
}

/** How many effects were given up, counted up to 1,000. */
export async function deadCount(scope: Scope): Promise<number> {
  return withTenant(scope, (tx) => countDead(onTenant(tx), scope))
}
