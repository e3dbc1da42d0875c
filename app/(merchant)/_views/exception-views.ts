import type { AtRisk, ExceptionRow, UndoneRow } from '@/components/exceptions/view'
import type { Addresses } from '@/components/frame/address'
import { exceptionFixes } from '@/components/state/words'
import type { UndoneEffect } from '@/lib/effects/queries'
import type { OpenException, OpenSum } from '@/lib/exceptions/queries'
import { publicId } from '@/lib/kernel/public-id'
import { numberText } from './payment-row'
import { reasonText } from './payment-timeline'
import { maybeMoney, money, plainWords } from './plain'

/** One row of the exceptions list. */
export function exceptionRow(open: OpenException, mayRequeue: boolean, at: Addresses): ExceptionRow {
  const payment = open.payment_id === null ? null : at.payment(publicId('payment', open.payment_id))
  const order = open.order_id === null ? null : at.order(publicId('order', open.order_id))
  const store = open.store_id === null ? null : at.store(publicId('store', open.store_id))
  const error = open.detail.last_error
  return {
    id: publicId('exception', open.id),
    href: payment ?? order ?? store ?? at.place('exceptions'),
    type: open.type,
    fix: exceptionFixes[open.type] ?? null,
    detail: typeof error === 'string' ? error : null,
    about:
      open.order_display_number !== null
        ? { name: `Order ${numberText(open.order_display_number)}`, ...(order === null ? {} : { href: order }) }
        : payment !== null
          ? { name: 'A payment without an order', href: payment }
          : null,
    store: open.store_name,
    amount: maybeMoney(open.amount_at_risk, open.currency),
    openedAt: open.opened_at.toISOString(),
    requeuePath: open.type === 'effect_dead' && mayRequeue && open.subject_id.startsWith('eff_') ? at.api(`/api/effects/${open.subject_id}/requeue`) : null,
  }
}

/** What everything open adds up to; each currency alone. */
export function atRisk(sums: readonly OpenSum[]): AtRisk {
  const currencies = [...new Set(sums.flatMap((sum) => sum.currency ?? []))].sort()
  const oldest = sums.map((sum) => sum.oldest_at.toISOString()).sort()[0] ?? null
  return {
    count: sums.reduce((total, sum) => total + sum.count, 0),
    oldestAt: oldest,
    amounts: currencies.map((currency) =>
      money(
        sums.filter((sum) => sum.currency === currency).reduce((total, sum) => total + BigInt(sum.at_risk), 0n),
        currency,
      ),
    ),
  }
}

/** What an effect is, in words. */
export const effectNames: Readonly<Record<string, string>> = { 'order.mark_paid': 'Mark the order as paid', 'order.note': 'Add a note to the order' }

/** One row of the effects that were given up or left alone. */
export function undoneRow(effect: UndoneEffect, mayRequeue: boolean, at: Addresses): UndoneRow {
  const id = publicId('effect', effect.id)
  return {
    id,
    href: effect.payment_id === null ? at.order(publicId('order', effect.order_id)) : at.payment(publicId('payment', effect.payment_id)),
    what: effectNames[effect.kind] ?? plainWords(effect.kind),
    state: effect.state,
    why: effect.state === 'skipped' ? reasonText(effect) : (effect.last_error ?? 'No reason is known.'),
    order: numberText(effect.order_display_number),
    store: effect.store_name,
    attempts: effect.attempts,
    at: (effect.done_at ?? effect.created_at).toISOString(),
    requeuePath: mayRequeue ? at.api(`/api/effects/${id}/requeue`) : null,
  }
}
