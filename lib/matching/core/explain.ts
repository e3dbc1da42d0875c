import { isCalledOff } from '@/lib/commerce/core/called-off'
import { publicId } from '@/lib/kernel/public-id'
import { attribute } from './attribute'
import { balanceHop } from './balance-hop'
import type { Facts } from './facts'
import { wordOf, type Hop, type Hops } from './hop'
import { linkOrder } from './order-hop'
import { ledgerOf, methodOf, moneyOf } from './payment-money'
import { storeHop } from './store-hop'
import type { Find, Finding, Verdict } from './verdict'
import { effectsOf } from './wanted-effects'

/** Explains one payment. Pure: the same facts give the same verdict, now or in a year. */
export function explain(facts: Facts): Verdict {
  const money = moneyOf(facts)
  const paid = facts.payment.status === 'succeeded'
  const attribution = attribute(facts)
  const attempt = attribution.kind === 'proven' || attribution.kind === 'inferred' ? attribution.attempt : null
  const findings: Finding[] = []
  const find: Find = (type, amount, order, detail) =>
    findings.push({
      type,
      subject_id: publicId('payment', facts.payment.id),
      order_id: order?.id ?? null,
      store_id: order?.store_id ?? attempt?.store_id ?? null,
      amount_at_risk: amount,
      currency: facts.payment.currency,
      detail,
    })

  if (attribution.kind === 'withheld') find('wrong_store', money.amount_captured, null, { reason: attribution.reason, ...attribution.evidence })
  const { order, hop: orderHop, match } = linkOrder(facts, attribution, paid, money.amount_captured, find)
  const store = storeHop(
    facts.payment,
    order,
    orderHop,
    paid,
    money.amount_captured,
    facts.charges.map((charge) => charge.stripe_id),
  )
  // What a dispute holds back cannot be refunded beside it: only what is left is in the merchant's hands.
  const inHand = money.amount_captured - money.amount_refunded - money.amount_disputed
  const elsewhere = order?.other_kept ?? 0n
  if (order && order.total !== null && elsewhere > 0n && inHand > 0n && orderHop.state === 'proven' && elsewhere + inHand > order.total)
    find('order_paid_twice', inHand, order, { order_total: order.total, kept_elsewhere: elsewhere })
  if (order && paid && attribution.kind === 'proven' && inHand > 0n && isCalledOff(order))
    find('paid_but_order_cancelled', inHand, order, { store_status: order.status, store_deleted_at: order.deleted_at })
  if (money.amount_refunded > money.amount_captured && paid)
    find('refunded_exceeds_captured', money.amount_refunded - money.amount_captured, order, {
      refunded: money.amount_refunded,
      captured: money.amount_captured,
    })
  if (money.amount_disputed > money.amount_captured && paid)
    find('disputed_exceeds_captured', money.amount_disputed - money.amount_captured, order, {
      disputed: money.amount_disputed,
      captured: money.amount_captured,
    })

  // A payment may have several disputes; a finding of a type is one of the payment.
  const owed = facts.disputes.filter((row) => row.status === 'won' && row.funds_withdrawn && !row.funds_reinstated)
  if (owed.length > 0)
    find(
      'dispute_won_not_reinstated',
      owed.reduce((sum, row) => sum + row.amount, 0n),
      order,
      { disputes: owed.map((row) => row.stripe_id), balance_transactions: owed.flatMap((row) => row.legs) },
    )

  const moved = paid || facts.balance_transactions.length > 0
  const later: Hop =
    facts.payment.status === 'canceled'
      ? { state: 'not_applicable', rule: 'no_money_moved', evidence: {} }
      : { state: 'not_due', rule: 'no_payout_yet', evidence: {} }
  const hops: Hops = { order: orderHop, store, balance: balanceHop(facts, moved), payout: later, bank: later }
  return {
    payment: {
      ...money,
      ...ledgerOf(facts, paid),
      ...methodOf(facts),
      origin: attempt ? 'checkout' : 'foreign',
      attempt_id: attempt?.id ?? null,
      store_id: attempt?.store_id ?? (orderHop.state === 'proven' ? (order?.store_id ?? null) : null),
      attribution: attribution.kind === 'proven' || attribution.kind === 'withheld' ? attribution.kind : 'none',
    },
    hops,
    word: wordOf(hops),
    order,
    match,
    exceptions: findings,
    effects: effectsOf(facts, order, orderHop, store, attribution, findings),
  }
}
