import type { Sql } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { newId } from '@/lib/kernel/id'
import type { PaymentRow } from '@/lib/payments/core/payment'
import { explain } from './core/explain'
import { lockTenants } from './lock-tenants'
import type { Facts } from './core/facts'
import { loadFacts, type PaymentKey, type Pending } from './store/load-facts'
import { derivesAnew, insertMatches, selectRecords, updatePayments, writeVerdicts, type Explained, type MatchRow } from './store/write-verdicts'

export type { Pending } from './store/load-facts'

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

/** The same for payments of several tenants. */
export async function reconcileKeys(sql: Sql, keys: readonly PaymentKey[]): Promise<void> {
  if (keys.length === 0) return
  await lockTenants(
    sql,
    keys.map((key) => key.tenant_id),
  )
  const now = clock.now()
  const [facts, records] = await Promise.all([loadFacts(sql, keys), selectRecords(sql, keys)])
  const plan = planOf(facts, now)
  const recorded = await insertMatches(sql, plan.matches)
  const explained = plan.entries.map(({ first, matched }) => (matched && recorded.has(matched.match.id) ? matched : first))
  await updatePayments(sql, explained, now)
  await writeVerdicts(sql, explained, records, now)
}

/**
 * The same for the drain's batch, before any of it is written: what the fold knows stands in for what is stored. The
 * caller holds the tenants' locks since before it loaded its rows.
 * @returns the payments with their derived fields, to be written with the rest of the fold, and how to write the rest
 *   once their statement is sent: it sends its statements before it waits for the first.
 */
export async function explainPending(sql: Sql, pending: Pending, now: Date): Promise<{ payments: PaymentRow[]; write(): Promise<void> }> {
  const keys = pending.payments.map((payment) => ({ tenant_id: payment.tenant_id, payment_id: payment.id }))
  if (keys.length === 0) return { payments: [], write: async () => undefined }
  const [facts, records] = await Promise.all([loadFacts(sql, keys, pending), selectRecords(sql, keys)])
  const plan = planOf(facts, now)
  const explained = plan.entries.map(({ first, matched }) => matched ?? first)
  return {
    payments: explained.filter(derivesAnew).map(({ facts: { payment }, verdict }) => ({ ...payment, ...verdict.payment, updated_at: now })),
    write: async () => {
      const [recorded] = await Promise.all([insertMatches(sql, plan.matches), writeVerdicts(sql, explained, records, now)])
      const lost = plan.matches.filter((match) => !recorded.has(match.id))
      // Someone else had recorded the same match: what was written leans on ours, so it is explained from what is stored.
      await reconcileKeys(sql, lost)
    },
  }
}

type Plan = { matches: MatchRow[]; entries: { first: Explained; matched: (Explained & { match: MatchRow }) | null }[] }

/** The verdict of each payment, and where it proves a match, the verdict once that is recorded. */
function planOf(facts: Facts[], now: Date): Plan {
  const entries = facts.map((of) => {
    const first = { facts: of, verdict: explain(of) }
    const { match: proven } = first.verdict
    if (proven === null) return { first, matched: null }
    const { tenant_id, mode, id: payment_id } = of.payment
    const match: MatchRow = { ...proven, tenant_id, id: newId(), mode, payment_id, confidence: 100, state: 'active', created_at: now, created_by: 'matching' }
    const withMatch = { ...of, matches: [...of.matches, { ...proven, id: match.id, created_by: match.created_by }] }
    return { first, matched: { facts: withMatch, verdict: explain(withMatch), match } }
  })
  return { matches: entries.flatMap(({ matched }) => (matched ? [matched.match] : [])), entries }
}
