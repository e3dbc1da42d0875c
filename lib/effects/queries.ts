import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { Fault } from '@/lib/kernel/fault'
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

const pageSize = 50

/** Effects that were given up (`dead`) or left alone (`skipped`), newest first, 50 a page; cursors are ids, and one that is none of ours is the first page. */
export async function undoneEffects(
  scope: Scope,
  ask: { state: 'dead' | 'skipped'; older?: string | null; newer?: string | null; size?: number },
): Promise<{ rows: UndoneEffect[]; newer: string | null; older: string | null }> {
  const { state, size = pageSize } = ask
  const idIn = (text: string | null | undefined) => (text != null && isUuid(text) ? text : null)
  const [newer, older] = [idIn(ask.newer), idIn(ask.older)]
  return withTenant(scope, async (tx) => {
    const read = (towards: 'older' | 'newer', from: string | null) => findUndone(onTenant(tx), scope, state, { towards, from, limit: size + 1 })
    if (newer !== null) {
      const rows = await read('newer', newer)
      if (rows.length > size) return linked(rows.slice(0, size).reverse(), { newer: true, older: true })
    }
    const from = newer === null ? older : null
    const rows = await read('older', from)
    return linked(rows.slice(0, size), { newer: from !== null, older: rows.length > size })
  })
}

function linked(rows: UndoneEffect[], has: { newer: boolean; older: boolean }): { rows: UndoneEffect[]; newer: string | null; older: string | null } {
  return { rows, newer: has.newer ? (rows[0]?.id ?? null) : null, older: has.older ? (rows.at(-1)?.id ?? null) : null }
}

/** How many effects were given up, counted up to 1,000. */
export async function deadCount(scope: Scope): Promise<number> {
  return withTenant(scope, (tx) => countDead(onTenant(tx), scope))
}
