import type { Sql } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { newId } from '@/lib/kernel/id'
import type { PaymentRow } from '@/lib/payments/core/payment'
import { lacksCapture } from './core/captures'
import { explain } from './core/explain'
import { lockTenants } from './lock-tenants'
import type { Facts } from './core/facts'
import type { PaymentKey } from './store/facts-by-payment'
import { loadFacts, type Pending } from './store/load-facts'
import { paymentsMatchedWith } from './store/payments-matched-with'
import {
  derivesAnew,
  insertMatches,
  selectRecords,
  updatePayments,
  writeVerdicts,
  type Explained,
  type MatchRow,
  type SharedOrder,
} from './store/write-verdicts'

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
  await reconcileSharing(sql, await writeVerdicts(sql, explained, records, now))
}

/** What one payment of an order took or gave back changes what is to be said of the others. Ends where no order's worth changes any more. */
async function reconcileSharing(sql: Sql, orders: readonly SharedOrder[]): Promise<void> {
  if (orders.length > 0) await reconcileKeys(sql, await paymentsMatchedWith(sql, orders))
}

/**
 * What explaining a batch came to. `chargeless`: payments that name a charge which none of theirs is. `refunded`: ids
 * of the payments that have refunds. `unbooked`: connections on which an object names a balance transaction that the
 * ledger lacks, or captured more than the ledger holds, once per payment.
 */
export type PendingVerdicts = {
  payments: PaymentRow[]
  chargeless: PaymentKey[]
  refunded: Set<string>
  unbooked: { tenant_id: string; connection_id: string }[]
  write(): Promise<void>
}

/**
 * The same for the drain's batch, before any of it is written: what the fold knows stands in for what is stored. The
 * caller holds the tenants' locks since before it loaded its rows.
 * @returns the payments with their derived fields, to be written with the rest of the fold, and how to write the rest
 *   once their statement is sent: it sends its statements before it waits for the first.
 */
export async function explainPending(sql: Sql, pending: Pending, now: Date): Promise<PendingVerdicts> {
  const keys = pending.payments.map((payment) => ({ tenant_id: payment.tenant_id, payment_id: payment.id }))
  if (keys.length === 0) return { payments: [], chargeless: [], refunded: new Set(), unbooked: [], write: async () => undefined }
  const [facts, records] = await Promise.all([loadFacts(sql, keys, pending), selectRecords(sql, keys)])
  const plan = planOf(facts, now)
  const explained = plan.entries.map(({ first, matched }) => matched ?? first)
  return {
    payments: explained.filter(derivesAnew).map(({ facts: { payment }, verdict }) => ({ ...payment, ...verdict.payment, updated_at: now })),
    chargeless: facts.filter(lacksCharge).map(({ payment }) => ({ tenant_id: payment.tenant_id, payment_id: payment.id })),
    refunded: new Set(facts.filter(({ refunds }) => refunds.length > 0).map(({ payment }) => payment.id)),
    unbooked: facts.filter(lacksBooking).map(({ payment }) => ({ tenant_id: payment.tenant_id, connection_id: payment.connection_id })),
    write: async () => {
      const [recorded, shared] = await Promise.all([insertMatches(sql, plan.matches), writeVerdicts(sql, explained, records, now)])
      const lost = plan.matches.filter((match) => !recorded.has(match.id))
      // Someone else had recorded the same match: what was written leans on ours, so it is explained from what is stored.
      await reconcileKeys(sql, lost)
      await reconcileSharing(sql, shared)
    },
  }
}

function lacksCharge({ payment, charges }: Facts): boolean {
  return payment.latest_charge_id !== null && !charges.some((charge) => charge.stripe_id === payment.latest_charge_id)
}

function lacksBooking(facts: Facts): boolean {
  const { charges, refunds, disputes, balance_transactions: booked } = facts
  if (charges.some((charge) => lacksCapture(charge, facts))) return true
  const named = [...charges, ...refunds].flatMap((object) => [object.balance_transaction_id, object.failure_balance_transaction_id])
  return [...named, ...disputes.flatMap((dispute) => dispute.legs)].some((id) => id !== null && !booked.some((row) => row.stripe_id === id))
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
