import type { Sql } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { explain } from './core/explain'
import { lockTenants } from './lock-tenants'
import { loadFacts, type PaymentKey } from './store/load-facts'
import { insertMatches, writeVerdicts } from './store/write-verdicts'

/**
 * Explains payments anew from what is stored, and records what follows: derived amounts and fee, matches, hops,
 * exceptions, effects, the orders' payment state. Runs in the caller's transaction, so that a change and its
 * consequences commit together. Explaining again without a change writes nothing.
 */
export async function reconcilePayments(sql: Sql, tenantId: string, paymentIds: string[]): Promise<void> {
  await reconcileKeys(
    sql,
    paymentIds.map((payment_id) => ({ tenant_id: tenantId, payment_id })),
  )
}

/** The same for payments of several tenants: the drain's batch. */
export async function reconcileKeys(sql: Sql, keys: readonly PaymentKey[]): Promise<void> {
  if (keys.length === 0) return
  await lockTenants(
    sql,
    keys.map((key) => key.tenant_id),
  )
  const now = clock.now()
  const first = (await loadFacts(sql, keys)).map((facts) => ({ facts, verdict: explain(facts) }))
  const recorded = await insertMatches(sql, first, now)
  const explained = first.map(({ facts, verdict }) => {
    const id = recorded.get(facts.payment.id)
    if (id === undefined || verdict.match === null) return { facts, verdict }
    const withMatch = { ...facts, matches: [...facts.matches, { ...verdict.match, id, created_by: 'matching' }] }
    return { facts: withMatch, verdict: explain(withMatch) }
  })
  await writeVerdicts(sql, explained, now)
}
