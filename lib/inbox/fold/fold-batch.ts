import { mirrorKey } from '@/lib/db/mirror'
import { findRowsByKey } from '@/lib/db/plans'
import type { Sql } from '@/lib/db/pools'
import { messageOf } from '@/lib/kernel/fault'
import { newId } from '@/lib/kernel/id'
import { lookAtLedger } from '@/lib/ledger/wake-ledger'
import { log } from '@/lib/log/log'
import { lockTenants } from '@/lib/matching/lock-tenants'
import { reconcileClaimants } from '@/lib/matching/reconcile-claimants'
import { explainPending, type Pending } from '@/lib/matching/reconcile-payments'
import type { ChargeRow, PaymentRow } from '@/lib/payments/core/payment'
import { recordTransitions, type TransitionRow } from '@/lib/payments/mirror'
import { attemptsChanged } from '@/lib/checkout/attempt-mirror'
import type { InboxRow, Outcome } from '../core/event'
import { resolveRows } from '../store/resolve'
import { clearAnswered, insertWants, wantMissingCharges, wantMissingRefunds, type Want } from '../store/reads'
import { markRows } from '../store/rows'
import { contentsOf, type Item, type Resolved } from './contents'
import { foldItem, hasEnded, isKnown } from './fold-item'
import { changedOf, loadWorkingSet, saveWorkingSet, type WorkingSet } from './working-set'

/** How long a read waits, so that what is on its way can settle it first and several wants become one call. Business milliseconds. */
const patience: Record<string, number> = {
  dispute: 1_000,
  unknown_object: 10_000,
  unknown_source: 10_000,
  money_moved: 10_000,
  session_paid: 10_000,
  asked_for_a_read: 1_000,
  other_api_release: 1_000,
}
/** A tie is of one second: a read settles it only when its Date is later than that second. */
const tiePatience = 2_000

/** What a batch is about to write beside the mirror. `row_id` names the inbox row that asks or tells. */
export type Plan = { items: Item[]; wants: (Want & { row_id: string })[]; transitions: TransitionRow[]; verdicts: { row: InboxRow; outcome: Outcome }[] }

/** How rows that were folded before are folded again (replay): both are called with the working set of the batch. */
export type Again = {
  /** Before the first row: forgets what the rows of this batch tell anew. */
  begin(set: WorkingSet, items: Item[]): void
  /** After the last: puts back what came out as it was, and takes from the plan what was done when the row was folded first. */
  end(set: WorkingSet, plan: Plan): void
}

/** What a batch touched; `verdicts` are those that were written. */
export type FoldedBatch = { payments: { tenant_id: string; payment_id: string }[]; set: WorkingSet; verdicts: Plan['verdicts'] }

/**
 * Folds one batch inside the caller's transaction, which holds the leases of its buckets (`held`: or has asked for them
 * and waits for the answer): one query and one statement per table, then the consequences (matches, hops, effects,
 * reads), then the verdict on each row.
 */
export async function foldBatch(sql: Sql, rows: InboxRow[], now: Date, { again, held }: { again?: Again; held?: Promise<void> } = {}): Promise<FoldedBatch> {
  const [, resolved] = await Promise.all([findRowsByKey(sql), resolveRows(sql, rows), held])
  const outcomes = new Map<string, Outcome>()
  const wants: Plan['wants'] = []
  const items: Item[] = []
  const moved: Resolved[] = []
  const want = (row: Resolved, object_id: string, reason: string) => {
    const settles = patience[reason] === undefined ? Math.max(row.created_at.getTime() + tiePatience, now.getTime()) : now.getTime() + patience[reason]
    const { tenant_id, connection_id } = row
    wants.push({ row_id: row.id, tenant_id, connection_id, object_id, reason, wanted_at: now, due_at: new Date(settles) })
  }
  for (const { row, outcome } of resolved) {
    if (outcome) {
      outcomes.set(row.id, outcome)
      continue
    }
    const known = row as Resolved
    const contents = contentsOf(known)
    items.push(...contents.items)
    if (contents.ledger) moved.push(known)
    if (contents.outcome) outcomes.set(row.id, contents.outcome)
    for (const object_id of contents.wants)
      want(known, object_id, contents.outcome && 'reason' in contents.outcome ? contents.outcome.reason : 'asked_for_a_read')
  }

  // Sent together and run in this order: what is loaded is what stands once the locks are held.
  const [, set] = await Promise.all([
    lockTenants(
      sql,
      items.map((item) => item.row.tenant_id),
    ),
    loadWorkingSet(sql, items),
  ])
  again?.begin(set, items)
  const touched = new Map<string, PaymentRow>()
  const transitions: TransitionRow[] = []
  for (const item of items) {
    const folding = foldItem(set, item)
    const changed = Object.keys(folding.changes).length > 0
    if (folding.alarm) log().error({ event: item.row.event_id, object: item.object.id, alarm: folding.alarm }, 'Stripe says two things that cannot both be')
    for (const { object_id, reason } of folding.wants) want(item.row, object_id, reason)
    if (folding.payment) {
      touched.set(folding.payment.id, folding.payment)
      if (changed) {
        transitions.push({
          tenant_id: item.row.tenant_id,
          id: newId(),
          payment_id: folding.payment.id,
          inbox_bucket: item.row.bucket,
          inbox_id: item.row.id,
          event_id: item.row.event_id,
          kind: item.row.kind,
          type: item.row.type,
          object_id: String(item.object.id),
          changes: folding.changes,
          at: item.snapshot.created,
          received_at: item.row.received_at,
        })
      }
    }
    const before = outcomes.get(item.row.id)
    if (changed) outcomes.set(item.row.id, { state: 'applied' })
    else if (!before) outcomes.set(item.row.id, { state: 'ignored', reason: folding.note ?? 'nothing_new' })
  }

  const plan: Plan = {
    items,
    wants,
    transitions,
    verdicts: resolved.map(({ row }) => ({ row, outcome: outcomes.get(row.id) ?? { state: 'ignored', reason: 'nothing_new' } })),
  }
  again?.end(set, plan)
  const keys = [...touched.values()].map((payment) => ({ tenant_id: payment.tenant_id, payment_id: payment.id }))
  const explained = await explainPending(sql, pendingOf(set, keys, plan.transitions), now)
  for (const payment of explained.payments) replacePayment(set, payment)
  const soon = new Date(now.getTime() + (patience.unknown_object ?? 0))
  const stubs = new Set([...set.payments.values()].filter((payment) => payment.status === 'unknown').map((payment) => payment.stripe_id))
  const saidAnew = new Set(plan.transitions.flatMap(({ changes }) => Object.keys(changes)))
  const mayDisagree = (charge: ChargeRow) =>
    charge.amount_refunded_reported !== 0n || explained.refunded.has(charge.payment_id) || saidAnew.has(`${charge.stripe_id}.amount_refunded_reported`)
  // Nothing here waits for the one before it: the statements are sent together and run in this order.
  await Promise.all([
    saveWorkingSet(sql, set),
    recordTransitions(sql, plan.transitions),
    explained.write(),
    attemptsChanged(sql, changedOf(set, set.attempts)),
    lookAtLedger(sql, [...moved, ...explained.unbooked], now),
    // Before what is wanted now: a want that stands keeps its reason, and would be cleared with it.
    clearAnswered(
      sql,
      [set.payments, set.charges, set.refunds, set.disputes, set.payouts].flatMap((rows: Map<string, Known>) =>
        [...rows.values()]
          .filter((row) => set.changed.has(row as never) && row.status !== 'unknown')
          .map(({ tenant_id, connection_id, stripe_id }) => ({
            tenant_id,
            connection_id,
            stripe_id,
            has_ended: hasEnded(set, mirrorKey({ connection_id, stripe_id })),
          })),
      ),
    ),
    insertWants(
      sql,
      plan.wants.filter(({ connection_id, object_id, reason }) => {
        const key = mirrorKey({ connection_id, stripe_id: object_id })
        if (reason === 'unknown_object') return stubs.has(object_id)
        if (reason === 'unknown_source') return !isKnown(set, key)
        return !(reason === 'money_moved' || reason === 'session_paid') || !hasEnded(set, key)
      }),
    ),
    wantMissingCharges(sql, explained.chargeless, now, soon),
    wantMissingRefunds(sql, changedOf(set, set.charges).filter(mayDisagree).concat(chargesOfRefunds(set)), now, soon),
    markRows(sql, plan.verdicts, now),
  ])
  await reconcileClaimants(sql, changedOf(set, set.attempts), keys)
  return { payments: keys, set, verdicts: plan.verdicts }
}

type Known = { tenant_id: string; connection_id: string; stripe_id: string; status: string }

/** What the batch knows of these payments and has not written yet. */
function pendingOf(set: WorkingSet, keys: readonly { payment_id: string }[], transitions: TransitionRow[]): Pending {
  return {
    payments: keys.flatMap(({ payment_id }) => set.payments.get(set.paymentKeys.get(payment_id) ?? '') ?? []),
    charges: changedOf(set, set.charges),
    refunds: changedOf(set, set.refunds),
    disputes: changedOf(set, set.disputes),
    transactions: changedOf(set, set.transactions),
    attempts: changedOf(set, set.attempts),
    transitions,
  }
}

function replacePayment(set: WorkingSet, payment: PaymentRow): void {
  const key = mirrorKey(payment)
  const before = set.payments.get(key)
  if (before) set.changed.delete(before)
  set.payments.set(key, payment)
  set.changed.add(payment)
}

/** Charges whose refunds this batch changed, as far as the batch knows them. */
function chargesOfRefunds(set: WorkingSet): ChargeRow[] {
  return [...set.refunds.values()].flatMap((refund) => {
    const charge =
      refund.charge_id !== null && set.changed.has(refund)
        ? set.charges.get(mirrorKey({ connection_id: refund.connection_id, stripe_id: refund.charge_id }))
        : undefined
    return charge ? [charge] : []
  })
}

/** What a person reads when a row could not be folded. The error may quote the row, and no text of the database holds a NUL. */
export function quarantineReason(error: unknown): string {
  return `fold_failed: ${messageOf(error).slice(0, 400).replaceAll('\0', '\uFFFD')}`
}
