import type Stripe from 'stripe'
import { foldSession } from '@/lib/checkout/core/fold-session'
import { foldAccount } from '@/lib/connections/core/account'
import { mirrorKey } from '@/lib/db/mirror'
import { stubDispute } from '@/lib/disputes/core/dispute'
import { foldDispute } from '@/lib/disputes/core/fold-dispute'
import { newId } from '@/lib/kernel/id'
import { rowsOf } from '@/lib/ledger/core/balance-transaction'
import { foldCharge, paymentOfLoneCharge, stubCharge } from '@/lib/payments/core/fold-charge'
import { foldPaymentIntent } from '@/lib/payments/core/fold-payment-intent'
import { stubPayment, type PaymentRow } from '@/lib/payments/core/payment'
import { foldPayout } from '@/lib/payouts/core/fold-payout'
import { stubPayout } from '@/lib/payouts/core/payout'
import { stripeIdKind } from '@/lib/stripe/core/ids'
import { foldRefund } from '@/lib/refunds/core/fold-refund'
import { stubRefund } from '@/lib/refunds/core/refund'
import { changesBetween, same } from '../core/standing'
import { mentionsOf, type Item } from './contents'
import { sessionKey, type WorkingSet } from './working-set'

/** What one object did: which payment it touched and how, and what Stripe should be asked. */
export type Folding = {
  payment: PaymentRow | null
  changes: Record<string, [unknown, unknown]>
  wants: { object_id: string; reason: string }[]
  note: string | null
  alarm: string | null
}

const bookkeeping = new Set([
  'snapshot_at',
  'read_as_of',
  'updated_at',
  'id',
  'payment_id',
  'tenant_id',
  'connection_id',
  'mode',
  'stripe_id',
  'inbox_bucket',
  'inbox_id',
  'session_as_of',
  'account_as_of',
  'client_secret_sealed',
])

/** Folds one object into the working set: the pure folds decide, this finds and places their rows. */
export function foldItem(set: WorkingSet, item: Item): Folding {
  const { row, snapshot, object } = item
  const mentions = mentionsOf(item)
  const at = { tenant_id: row.tenant_id, mode: row.mode, connection_id: row.connection_id }
  const folding: Folding = { payment: null, changes: {}, wants: [], note: null, alarm: null }

  switch (object.object) {
    case 'payment_intent': {
      const intent = object as unknown as Stripe.PaymentIntent
      const before = paymentOf(set, item, intent.id, intent.currency)
      const result = foldPaymentIntent(before, intent, snapshot)
      replace(set, folding, set.payments, before, result.row)
      folding.payment = set.payments.get(keyOf(row, intent.id)) ?? null
      folding.alarm = result.alarm ?? null
      ask(folding, intent.id, result.reads)
      break
    }
    case 'charge': {
      const charge = object as unknown as Stripe.Charge
      const stored = set.charges.get(keyOf(row, charge.id))
      const payment = (stored && byId(set, stored.payment_id)) ?? paymentOf(set, item, mentions.payment ?? charge.id, charge.currency)
      const before = stored ?? stubCharge({ ...at, id: newId(), stripe_id: charge.id, payment_id: payment.id }, charge.currency, snapshot.created)
      const result = foldCharge(before, charge, snapshot)
      replace(set, folding, set.charges, before, result.row, `${charge.id}.`)
      if (payment.stripe_id === charge.id) replace(set, folding, set.payments, payment, paymentOfLoneCharge(payment, result.row))
      folding.payment = set.payments.get(mirrorKey(payment)) ?? payment
      ask(folding, charge.id, result.reads)
      break
    }
    case 'refund': {
      const refund = object as unknown as Stripe.Refund
      const stored = set.refunds.get(keyOf(row, refund.id))
      const payment =
        parentOf(set, stored, mentions.charge ? set.charges.get(keyOf(row, mentions.charge)) : undefined) ??
        paymentOf(set, item, mentions.payment ?? refund.id, refund.currency)
      const before = stored ?? stubRefund({ ...at, id: newId(), stripe_id: refund.id, payment_id: payment.id }, refund.currency, snapshot.created)
      const result = foldRefund(before, refund, snapshot)
      replace(set, folding, set.refunds, before, result.row, `${refund.id}.`)
      folding.payment = payment
      ask(folding, refund.id, result.reads)
      break
    }
    case 'dispute': {
      const dispute = object as unknown as Stripe.Dispute
      const stored = set.disputes.get(keyOf(row, dispute.id))
      const payment =
        parentOf(set, stored, mentions.charge ? set.charges.get(keyOf(row, mentions.charge)) : undefined) ??
        paymentOf(set, item, mentions.payment ?? dispute.id, dispute.currency)
      const before = stored ?? stubDispute({ ...at, id: newId(), stripe_id: dispute.id, payment_id: payment.id }, dispute.currency, snapshot.created)
      const result = foldDispute(before, dispute, snapshot)
      replace(set, folding, set.disputes, before, result.row, `${dispute.id}.`)
      folding.payment = payment
      ask(folding, dispute.id, result.reads)
      break
    }
    case 'checkout.session': {
      const session = object as unknown as Stripe.Checkout.Session
      const before = set.attempts.get(set.attemptOfSession.get(sessionKey(row, session.id)) ?? mentions.session?.attempt_id ?? '') ?? null
      const result = foldSession(before, session, snapshot)
      if (before && result.row) {
        const changes = changesBetween(
          before,
          result.row,
          (Object.keys(result.row) as (keyof typeof before & string)[]).filter((name) => !bookkeeping.has(name)),
        )
        for (const [name, change] of Object.entries(changes)) folding.changes[`session.${name}`] = change
        if (!same(before, result.row)) {
          set.changed.delete(before)
          set.attempts.set(before.id, result.row)
          set.changed.add(result.row)
          if (result.row.session_id !== null) set.attemptOfSession.set(sessionKey(row, result.row.session_id), before.id)
        }
        if (mentions.payment !== null && result.note === undefined)
          folding.payment = paymentOf(set, item, mentions.payment, session.currency ?? before.currency)
        // Of answers alone: an event's companions are on their way, what a read finds out may never have been told.
        if (
          snapshot.as_of !== null &&
          result.row.state === 'paid' &&
          folding.payment !== null &&
          folding.payment.status !== 'unknown' &&
          !hasEnded(set, mirrorKey(folding.payment))
        )
          folding.wants.push({ object_id: folding.payment.stripe_id, reason: 'session_paid' })
      }
      folding.note = result.note ?? null
      folding.alarm = result.alarm ?? null
      ask(folding, session.id, result.reads)
      break
    }
    case 'payout': {
      const payout = object as unknown as Stripe.Payout
      const changedBy = { inbox_bucket: row.bucket, inbox_id: row.id }
      const before =
        set.payouts.get(keyOf(row, payout.id)) ?? stubPayout({ ...at, ...changedBy, id: newId(), stripe_id: payout.id }, payout.currency, snapshot.created)
      const result = foldPayout(before, payout, snapshot)
      replace(set, folding, set.payouts, before, same(before, result.row) ? before : { ...result.row, ...changedBy }, `${payout.id}.`)
      ask(folding, payout.id, result.reads)
      break
    }
    case 'account': {
      const before = set.accounts.get(row.connection_id)
      if (!before || snapshot.as_of === null) break
      const after = foldAccount(before, object as unknown as Stripe.Account, snapshot.as_of)
      const fields = Object.keys(after).filter((name) => !bookkeeping.has(name)) as (keyof typeof after & string)[]
      Object.assign(folding.changes, changesBetween(before, after, fields))
      if (!same(before, after)) {
        set.accounts.set(row.connection_id, after)
        set.changed.delete(before)
        set.changed.add(after)
      }
      break
    }
    case 'balance_transaction': {
      const transaction = object as unknown as Stripe.BalanceTransaction
      const stored = set.transactions.get(keyOf(row, transaction.id))
      const { row: next, fees } = rowsOf(transaction, {
        ...at,
        id: stored?.id ?? newId(),
        inbox_bucket: stored?.inbox_bucket ?? row.bucket,
        inbox_id: stored?.inbox_id ?? row.id,
      })
      if (!stored) {
        place(set, set.transactions, next)
        set.fees.push(...fees)
        folding.changes[`${transaction.id}.net`] = [null, next.net]
      } else if (stored.status === 'pending' && (next.status !== 'pending' || next.available_on.getTime() > stored.available_on.getTime()))
        // A page may be folded after a younger one: what is available stays so.
        place(set, set.transactions, { ...stored, status: next.status, available_on: next.available_on })
      const source =
        next.source_id === null
          ? null
          : (set.charges.get(keyOf(row, next.source_id)) ?? set.refunds.get(keyOf(row, next.source_id)) ?? set.disputes.get(keyOf(row, next.source_id)) ?? null)
      folding.payment = source === null ? null : byId(set, source.payment_id)
      if (next.source_id === null) break
      if (isSource(next.source_id) && !isKnown(set, keyOf(row, next.source_id))) folding.wants.push({ object_id: next.source_id, reason: 'unknown_source' })
      else if (!stored && movedUnheard(set, keyOf(row, next.source_id), next.stripe_id))
        folding.wants.push({ object_id: next.source_id, reason: 'money_moved' })
      break
    }
  }
  // What was just told does not say more when it is read: a refund of a customer's cash balance has no payment.
  if (folding.payment?.status === 'unknown' && folding.payment.stripe_id !== object.id)
    folding.wants.push({ object_id: folding.payment.stripe_id, reason: 'unknown_object' })
  return folding
}

type Mirrored = { connection_id: string; stripe_id: string }

function keyOf(at: { connection_id: string }, stripe_id: string): string {
  return mirrorKey({ connection_id: at.connection_id, stripe_id })
}

/** The payment of this id, or a stub: what is mentioned before it is known is kept, and asked for. */
function paymentOf(set: WorkingSet, { row, snapshot }: Item, stripe_id: string, currency: string): PaymentRow {
  const known = set.payments.get(keyOf(row, stripe_id))
  if (known) return known
  const { tenant_id, mode, connection_id } = row
  const stub = stubPayment({ tenant_id, mode, connection_id, id: newId(), stripe_id }, currency, snapshot.created)
  place(set, set.payments, stub)
  set.paymentKeys.set(stub.id, mirrorKey(stub))
  return stub
}

function place<Row extends Mirrored>(set: WorkingSet, rows: Map<string, Row>, next: Row): void {
  const before = rows.get(mirrorKey(next))
  if (before) set.changed.delete(before as never)
  rows.set(mirrorKey(next), next)
  set.changed.add(next as never)
}

/** Puts the row in its place when it differs at all, and notes what of that a person would call a change. */
function replace<Row extends Mirrored>(set: WorkingSet, folding: Folding, rows: Map<string, Row>, before: Row, after: Row, prefix = ''): void {
  let differs = false
  for (const name in after) {
    const [from, to] = [before[name] ?? null, after[name] ?? null]
    if (from === to || same(from, to)) continue
    differs = true
    if (!bookkeeping.has(name)) folding.changes[prefix + name] = [from, to]
  }
  if (differs) place(set, rows, after)
}

function ask(folding: Folding, object_id: string, reads: string[]): void {
  for (const reason of reads) folding.wants.push({ object_id, reason })
}

const sources: readonly (string | null)[] = ['charge', 'refund', 'dispute', 'payout']

/** Money moved for an object that nobody told us of: its event may still come, else it is read. */
function isSource(id: string): boolean {
  return sources.includes(stripeIdKind(id))
}

/** Money moved for an object that we know, and nothing that we hold of it says so: a try has not ended, a refund, a payout or a dispute does not name the movement. */
function movedUnheard(set: WorkingSet, key: string, transaction_id: string): boolean {
  if (set.charges.has(key)) return !hasEnded(set, key)
  const [sent, dispute] = [set.refunds.get(key) ?? set.payouts.get(key), set.disputes.get(key)]
  if (sent) return sent.balance_transaction_id !== transaction_id && sent.failure_balance_transaction_id !== transaction_id
  return dispute !== undefined && !dispute.legs.includes(transaction_id)
}

/**
 * How it ended is known: what money is said to have moved for need not be read. A refund that succeeded and
 * a payout that was paid may still fail; a dispute is read with each of its events.
 */
export function hasEnded(set: WorkingSet, key: string): boolean {
  const sent = set.refunds.get(key) ?? set.payouts.get(key)
  if (sent) return sent.status === 'failed' || sent.status === 'canceled'
  const status = (set.charges.get(key) ?? set.payments.get(key))?.status
  return status === 'succeeded' || status === 'failed' || status === 'canceled'
}

export function isKnown(set: WorkingSet, key: string): boolean {
  return set.charges.has(key) || set.refunds.has(key) || set.disputes.has(key) || set.payouts.has(key)
}

function parentOf(set: WorkingSet, ...children: ({ payment_id: string } | undefined)[]): PaymentRow | null {
  for (const child of children) {
    const payment = child && byId(set, child.payment_id)
    if (payment) return payment
  }
  return null
}

function byId(set: WorkingSet, id: string): PaymentRow | null {
  return set.payments.get(set.paymentKeys.get(id) ?? '') ?? null
}
