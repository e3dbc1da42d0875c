import type { Addresses } from '@/components/frame/address'
import type { OrderDetailView, OrderRow } from '@/components/orders/view'
import type { TimelineEntry } from '@/components/timeline/view'
import type { OrderAttempt } from '@/lib/checkout/queries'
import type { orderOf } from '@/lib/commerce/queries'
import type { OrderListRow } from '@/lib/commerce/queries'
import type { EffectRow } from '@/lib/effects/queries'
import { publicId } from '@/lib/kernel/public-id'
import type { PaymentLineRow } from '@/lib/payments/queries'
import { effectEntries, inOrder, reasonText, receiptText, revisionEntry } from './payment-timeline'
import { numberText } from './payment-row'
import { iso, maybeMoney, money, plainWords } from './plain'

const problems: Readonly<Record<string, string>> = {
  not_a_decimal: 'The store’s total is not a number.',
  too_many_decimals: 'The store’s total has more decimals than its currency.',
  too_large: 'The store’s total is too large to be taken exactly.',
  unknown_currency: 'The store’s currency is not one that we know.',
}

/** One row of the orders list. */
export function orderRow(row: OrderListRow, at: Addresses): OrderRow {
  const id = publicId('order', row.id)
  return {
    id,
    href: at.order(id),
    number: numberText(row.display_number),
    customer: row.customer_name ?? row.customer_email,
    store: row.store_name,
    storeStatus: row.status,
    payment: row.payment_state,
    total: maybeMoney(row.total, row.currency),
    totalText: row.total_text,
    matched: money(row.matched_amount, row.currency),
    placedAt: iso(row.placed_at),
    readAt: row.read_at.toISOString(),
    problem: row.problem === null ? null : problemText(row.problem),
  }
}

function problemText(problem: string): string {
  return problems[problem] ?? `${plainWords(problem)}.`
}

type OrderFile = NonNullable<Awaited<ReturnType<typeof orderOf>>>

/** All that the screen of one order shows. */
export function orderDetail(
  file: OrderFile,
  attempts: readonly OrderAttempt[],
  payments: readonly PaymentLineRow[],
  effects: readonly EffectRow[],
  matched: ReadonlyMap<string, string>,
  at: Addresses,
): OrderDetailView {
  const { order, store, revisions } = file
  return {
    id: publicId('order', order.id),
    number: numberText(order.display_number),
    externalId: order.external_id,
    storeHref: null,
    store: { name: store.name, href: at.store(publicId('store', store.store_id)) },
    customer: { name: order.customer_name, email: order.customer_email },
    storeStatus: plainWords(order.status),
    storePaymentMethod: order.payment_method,
    payment: order.payment_state,
    total: maybeMoney(order.total, order.currency),
    totalText: order.total_text,
    matched: money(order.matched_amount, order.currency),
    placedAt: iso(order.placed_at),
    paidAt: iso(order.paid_at),
    readAt: order.read_at.toISOString(),
    revision: order.revision,
    problem: order.deleted_at !== null ? 'The store has deleted this order.' : order.problem === null ? null : problemText(order.problem),
    lines: order.lines.map((line) => ({
      name: line.name,
      sku: line.sku,
      quantity: line.quantity,
      kind: line.kind,
      total: maybeMoney(line.total, order.currency),
      totalText: line.total_text,
    })),
    payments: payments.map((payment) => {
      const id = publicId('payment', payment.id)
      return {
        id,
        href: at.payment(id),
        status: payment.shown_status,
        match: payment.word,
        amount: money(payment.amount, payment.currency),
        matched: money(matched.get(payment.id) ?? '0', order.currency),
        at: payment.created_at.toISOString(),
      }
    }),
    attempts: attempts.map((attempt) => ({
      id: publicId('attempt', attempt.id),
      state: attempt.state,
      amount: money(attempt.amount, attempt.currency),
      at: attempt.created_at.toISOString(),
      sessionId: attempt.session_id,
      ...(attempt.reason === null ? {} : { reason: `${plainWords(attempt.reason)}.` }),
    })),
    claims: order.claims.map((claim) => ({ reference: claim.reference, gateway: claim.gateway, at: iso(claim.paid_at) })),
    writeBacks: effects.map((effect) => ({
      id: publicId('effect', effect.id),
      what: effect.kind === 'order.mark_paid' ? 'Order marked as paid' : effect.kind === 'order.note' ? 'Note added' : plainWords(effect.kind),
      state: effect.state,
      at: (effect.done_at ?? effect.created_at).toISOString(),
      detail: effect.state === 'done' ? receiptText(effect) : effect.state === 'skipped' ? reasonText(effect) : (effect.last_error ?? 'Waits for its turn.'),
    })),
    timeline: orderTimeline(file, attempts, payments, effects, revisions),
  }
}

function orderTimeline(
  file: OrderFile,
  attempts: readonly OrderAttempt[],
  payments: readonly PaymentLineRow[],
  effects: readonly EffectRow[],
  revisions: OrderFile['revisions'],
): TimelineEntry[] {
  const { order } = file
  return inOrder([
    ...(order.placed_at === null
      ? []
      : [
          {
            id: 'placed',
            at: order.placed_at.toISOString(),
            source: 'store' as const,
            title: 'Order placed',
            ...(order.total === null ? {} : { amount: money(order.total, order.currency) }),
          },
        ]),
    ...attempts.map((attempt): TimelineEntry => ({
      id: `attempt-created-${attempt.id}`,
      at: attempt.created_at.toISOString(),
      source: 'matchbook',
      title: 'Checkout started',
      amount: money(attempt.amount, attempt.currency),
    })),
    ...payments.map((payment): TimelineEntry => ({
      id: `payment-${payment.id}`,
      at: payment.created_at.toISOString(),
      source: 'stripe',
      eventType: 'payment_intent.created',
      title: 'Payment created',
      amount: money(payment.amount, payment.currency),
    })),
    ...(order.paid_at === null
      ? []
      : [{ id: 'paid', at: order.paid_at.toISOString(), source: 'store' as const, title: 'The store calls it paid', tone: 'good' as const }]),
    ...effects.flatMap(effectEntries),
    ...revisions.map(revisionEntry),
  ])
}
