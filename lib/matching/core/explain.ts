import { heldBack, isOver } from '@/lib/disputes/core/dispute'
import { formatMinor } from '@/lib/money/core/decimal'
import type { RefundRow } from '@/lib/refunds/core/refund'
import { publicId } from '@/lib/kernel/public-id'
import type { PaymentRow } from '@/lib/payments/core/payment'
import { attribute, type Attribution } from './attribute'
import { balanceHop } from './balance-hop'
import { capturesOf, refundsOf } from './captures'
import type { Facts, MatchFacts, OrderFacts } from './facts'
import { wordOf, type Hop, type Hops, type Word } from './hop'

/** What follows from the stored facts of one payment. Pure: the same facts give the same verdict, now or in a year. */
export type Verdict = {
  payment: Pick<
    PaymentRow,
    | 'origin'
    | 'attempt_id'
    | 'store_id'
    | 'attribution'
    | 'amount_captured'
    | 'amount_refunded'
    | 'amount_disputed'
    | 'fee_state'
    | 'fee'
    | 'net'
    | 'settlement_currency'
    | 'payment_method_type'
    | 'card_brand'
    | 'card_last4'
    | 'customer_email'
  >
  hops: Hops
  word: Word
  order: OrderFacts | null
  /** A match to record, when the facts prove one that is not recorded yet. */
  match: {
    order_id: string
    amount: bigint
    currency: string
    rule: 'attempt' | 'store_reference'
    evidence: Record<string, unknown>
    order_revision: number
  } | null
  exceptions: Finding[]
  effects: { kind: 'order.mark_paid' | 'order.note'; subject: string; cause: string; order_id: string; store_id: string; payload: Record<string, unknown> }[]
}

export type Finding = {
  type: FindingType
  subject_id: string
  order_id: string | null
  store_id: string | null
  amount_at_risk: bigint | null
  currency: string
  detail: Record<string, unknown>
}

/** The exceptions that explaining a payment opens, and closes again when the facts no longer say so. */
export const findingTypes = [
  'wrong_store',
  'amount_differs',
  'currency_differs',
  'order_paid_twice',
  'refunded_exceeds_captured',
  'disputed_exceeds_captured',
  'dispute_won_not_reinstated',
] as const
export type FindingType = (typeof findingTypes)[number]

export function explain(facts: Facts): Verdict {
  const money = moneyOf(facts)
  const paid = facts.payment.status === 'succeeded'
  const attribution = attribute(facts)
  const attempt = attribution.kind === 'proven' || attribution.kind === 'inferred' ? attribution.attempt : null
  const findings: Finding[] = []
  const find = (type: FindingType, amount: bigint | null, order: OrderFacts | null, detail: Record<string, unknown>) =>
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
  if (order && order.total !== null && order.other_matched > 0n && orderHop.state === 'proven' && order.other_matched + money.amount_captured > order.total) {
    find('order_paid_twice', money.amount_captured, order, { order_total: order.total, matched_elsewhere: order.other_matched })
  }
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

  for (const dispute of facts.disputes.filter((row) => row.status === 'won' && row.funds_withdrawn && !row.funds_reinstated))
    find('dispute_won_not_reinstated', dispute.amount, order, { dispute: dispute.stripe_id, balance_transactions: dispute.legs })

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

type Find = (type: FindingType, amount: bigint | null, order: OrderFacts | null, detail: Record<string, unknown>) => void

/** Which order, by which rule. A recorded match stands while its payment and its order revision still agree with it. */
function linkOrder(
  facts: Facts,
  attribution: Attribution,
  paid: boolean,
  captured: bigint,
  find: Find,
): { order: OrderFacts | null; hop: Hop; match: Verdict['match'] } {
  const { payment } = facts
  const recorded = facts.matches[0] ?? null
  if (recorded) {
    const order = facts.orders.find((candidate) => candidate.id === recorded.order_id) ?? null
    return { order, hop: recordedHop(facts, recorded, order, attribution, captured), match: null }
  }
  if (attribution.kind === 'proven' || attribution.kind === 'inferred') {
    const { attempt } = attribution
    const order = facts.orders.find((candidate) => candidate.id === attempt.order_id) ?? null
    if (!order) return { order, hop: { state: 'missing', rule: 'attempt', evidence: { ...attribution.evidence, reason: 'order_not_stored' } }, match: null }
    const evidence = {
      ...attribution.evidence,
      order: publicId('order', order.id),
      order_revision: order.revision,
      order_total: order.total,
      captured,
      currency: payment.currency,
      order_read_at: order.read_at,
    }
    if (!paid || attribution.kind === 'inferred') return { order, hop: { state: paid ? 'inferred' : 'not_due', rule: 'attempt', evidence }, match: null }
    if (payment.currency !== attempt.currency || payment.currency !== order.currency) {
      find('currency_differs', captured, order, evidence)
      return { order, hop: { state: 'inferred', rule: 'attempt', evidence: { ...evidence, reason: 'currency_differs' } }, match: null }
    }
    const readAfter = readSince(facts, order)
    if (captured !== attempt.amount || (readAfter !== null && captured !== order.total)) {
      find('amount_differs', order.total === null ? captured : abs(captured - order.total), order, evidence)
      return { order, hop: { state: 'inferred', rule: 'attempt', evidence: { ...evidence, reason: 'amount_differs' } }, match: null }
    }
    if (readAfter === null)
      return { order, hop: { state: 'inferred', rule: 'attempt', evidence: { ...evidence, reason: 'order_not_read_since' } }, match: null }
    return {
      order,
      hop: { state: 'proven', rule: 'attempt', evidence: { ...evidence, read_after: readAfter } },
      match: {
        order_id: order.id,
        amount: captured,
        currency: payment.currency,
        rule: 'attempt',
        evidence: { ...evidence, read_after: readAfter },
        order_revision: order.revision,
      },
    }
  }
  return claimedOrder(facts, paid, captured, find)
}

/** Clocks that are further apart than this (milliseconds) would have been noticed: deliveries are refused at a third of it. */
const clocksDifferMs = 900_000

/**
 * How we know that the order, as it is stored, was read after the payment: the store names the payment in it, it was read
 * because of the payment, or it is dated so much later that no wrong clock of ours explains it. Null: it may be older, and
 * what was changed before the payment may be missing from it.
 */
function readSince({ payment, charges, tally }: Facts, order: OrderFacts): 'names_the_payment' | 'asked_because_of_it' | 'dated_later' | null {
  if (order.claims.some((claim) => claim === payment.stripe_id || charges.some((charge) => charge.stripe_id === claim))) return 'names_the_payment'
  if (tally.order_asked) return 'asked_because_of_it'
  return payment.succeeded_at !== null && order.read_at.getTime() - payment.succeeded_at.getTime() >= clocksDifferMs ? 'dated_later' : null
}

/** A payment that is not ours, whose own reference a store of the same connection gives for one of its orders. */
function claimedOrder(facts: Facts, paid: boolean, captured: bigint, find: Find): { order: OrderFacts | null; hop: Hop; match: Verdict['match'] } {
  const { payment } = facts
  const references = new Set([payment.stripe_id, ...facts.charges.map((charge) => charge.stripe_id)])
  const claiming = facts.orders.filter(
    (order) => order.connection_id === payment.connection_id && order.mode === payment.mode && order.claims.some((claim) => references.has(claim)),
  )
  const [order] = claiming
  if (!paid) return { order: null, hop: { state: 'not_due', rule: 'not_paid', evidence: {} }, match: null }
  if (!order || claiming.length > 1)
    return {
      order: null,
      hop: { state: 'missing', rule: 'no_order_known', evidence: claiming.length > 1 ? { candidates: claiming.map(({ id }) => publicId('order', id)) } : {} },
      match: null,
    }
  const evidence = {
    order: publicId('order', order.id),
    claims: order.claims,
    order_revision: order.revision,
    order_total: order.total,
    captured,
    currency: payment.currency,
    order_read_at: order.read_at,
  }
  if (order.total !== captured || order.currency !== payment.currency) {
    find(order.currency === payment.currency ? 'amount_differs' : 'currency_differs', captured, order, evidence)
    return { order, hop: { state: 'inferred', rule: 'store_reference', evidence }, match: null }
  }
  return {
    order,
    hop: { state: 'proven', rule: 'store_reference', evidence },
    match: { order_id: order.id, amount: captured, currency: payment.currency, rule: 'store_reference', evidence, order_revision: order.revision },
  }
}

/** A match is proven as long as what it stands on is still stored and still agrees. */
function recordedHop(facts: Facts, match: MatchFacts, order: OrderFacts | null, attribution: Attribution, captured: bigint): Hop {
  const evidence = { ...match.evidence, match: publicId('match', match.id) }
  const weaker = (reason: string): Hop => ({ state: 'inferred', rule: match.rule, evidence: { ...evidence, reason } })
  if (!order) return { state: 'missing', rule: match.rule, evidence: { ...evidence, reason: 'order_not_stored' } }
  const revision = order.revisions.find((candidate) => candidate.revision === match.order_revision)
  if (!revision) return weaker('order_revision_not_stored')
  if (facts.charges.every((charge) => !charge.captured)) return weaker('no_captured_charge')
  if (match.amount !== captured || (match.rule !== 'by_hand' && revision.total !== match.amount) || revision.currency !== match.currency)
    return weaker('amount_differs')
  if (match.rule === 'attempt' && attribution.kind !== 'proven') return weaker(attribution.kind === 'inferred' ? 'session_unknown' : 'attempt_not_stored')
  if (
    match.rule === 'store_reference' &&
    !order.claims.some((claim) => claim === facts.payment.stripe_id || facts.charges.some((charge) => charge.stripe_id === claim))
  )
    return weaker('claim_withdrawn')
  return { state: 'proven', rule: match.rule, evidence }
}

/** Does the store itself say that this payment paid this order? */
function storeHop(payment: PaymentRow, order: OrderFacts | null, orderHop: Hop, paid: boolean, captured: bigint, charges: string[]): Hop {
  if (!paid) return { state: payment.status === 'canceled' ? 'not_applicable' : 'not_due', rule: 'not_paid', evidence: {} }
  if (!order) return { state: orderHop.state === 'missing' ? 'missing' : 'not_due', rule: 'no_order_known', evidence: {} }
  const claim = order.claims.find((reference) => reference === payment.stripe_id || charges.includes(reference))
  const evidence = {
    order: publicId('order', order.id),
    store: order.store_name,
    store_status: order.status,
    store_paid_at: order.paid_at,
    claim: claim ?? null,
    order_total: order.total,
    captured,
    order_read_at: order.read_at,
  }
  if (claim === undefined) return { state: 'missing', rule: 'store_read_back', evidence: { ...evidence, reason: 'store_does_not_name_this_payment' } }
  if (order.paid_at === null) return { state: 'missing', rule: 'store_read_back', evidence: { ...evidence, reason: 'store_does_not_say_paid' } }
  if (order.total !== captured || order.currency !== payment.currency)
    return { state: 'inferred', rule: 'store_read_back', evidence: { ...evidence, reason: 'amount_differs' } }
  return { state: 'proven', rule: 'store_read_back', evidence }
}

function moneyOf(facts: Facts): Pick<PaymentRow, 'amount_captured' | 'amount_refunded' | 'amount_disputed'> {
  const { payment, charges, disputes } = facts
  const captured = sum(charges.filter((charge) => charge.captured && charge.status === 'succeeded').map((charge) => charge.amount_captured))
  return {
    amount_captured: captured > payment.amount_captured ? captured : payment.amount_captured,
    amount_refunded: sum(
      refundsOf(facts)
        .filter((refund) => refund.status === 'succeeded')
        .map((refund) => refund.amount),
    ),
    amount_disputed: sum(disputes.map(heldBack)),
  }
}

/** Fee and net of the charges, once every captured charge's balance transaction is in the ledger; until then unknown, never 0. */
function ledgerOf(facts: Facts, paid: boolean): Pick<PaymentRow, 'fee_state' | 'fee' | 'net' | 'settlement_currency'> {
  const captured = facts.charges.filter((charge) => charge.captured && charge.status === 'succeeded')
  const rows = [...new Set(captured.flatMap((charge) => capturesOf(charge, facts)))]
  const complete =
    captured.length > 0 && captured.every((charge) => rows.some((row) => row.stripe_id === charge.balance_transaction_id || row.source_id === charge.stripe_id))
  const currency = rows[0]?.currency ?? null
  if (complete && rows.every((row) => row.currency === currency))
    return { fee_state: 'known', fee: sum(rows.map((row) => row.fee)), net: sum(rows.map((row) => row.net)), settlement_currency: currency }
  const noMoney = !paid && captured.length === 0 && facts.payment.status !== 'unknown' && facts.payment.status !== 'processing'
  return { fee_state: noMoney ? 'not_applicable' : 'pending', fee: null, net: null, settlement_currency: null }
}

/**
 * What the newest successful try, else the newest try, says about how it was paid: all of it from that one, for a
 * declined card says nothing of the bank debit after it. The address may be known from another try.
 */
function methodOf({ charges }: Facts): Pick<PaymentRow, 'payment_method_type' | 'card_brand' | 'card_last4' | 'customer_email'> {
  const newestFirst = [...charges].sort((a, b) => b.created_at.getTime() - a.created_at.getTime() || (a.stripe_id < b.stripe_id ? 1 : -1))
  const charge = newestFirst.find((candidate) => candidate.status === 'succeeded') ?? newestFirst[0]
  return {
    payment_method_type: charge?.payment_method_type ?? null,
    card_brand: charge?.card_brand ?? null,
    card_last4: charge?.card_last4 ?? null,
    customer_email: charge?.customer_email ?? newestFirst.find((other) => other.customer_email !== null)?.customer_email ?? null,
  }
}

function effectsOf(facts: Facts, order: OrderFacts | null, orderHop: Hop, store: Hop, attribution: Attribution, findings: Finding[]): Verdict['effects'] {
  if (!order) return []
  const { payment } = facts
  const at = { order_id: order.id, store_id: order.store_id }
  const effects: Verdict['effects'] = []
  const disagrees = findings.some((finding) => finding.type === 'currency_differs' || finding.type === 'amount_differs' || finding.type === 'wrong_store')
  if (payment.status === 'succeeded' && attribution.kind === 'proven' && store.state !== 'proven' && !disagrees) {
    effects.push({
      ...at,
      kind: 'order.mark_paid',
      subject: publicId('order', order.id),
      cause: payment.stripe_id,
      payload: {
        reference: payment.stripe_id,
        amount: attribution.attempt.amount.toString(),
        currency: payment.currency,
        paid_at: payment.succeeded_at?.toISOString() ?? null,
        payment_id: payment.id,
      },
    })
  }
  if (orderHop.state !== 'proven') return effects
  for (const refund of refundsOf(facts)) {
    if (refund.status === 'succeeded' || refund.status === 'failed') {
      effects.push({ ...at, kind: 'order.note', subject: refund.stripe_id, cause: refund.status, payload: { text: refundNote(refund) } })
    }
  }
  // What it passes through between opening and its end may be told in any order, or never: no note hangs on that.
  for (const dispute of facts.disputes.filter((row) => row.status !== 'unknown')) {
    const note = (cause: string, text: string) => effects.push({ ...at, kind: 'order.note', subject: dispute.stripe_id, cause, payload: { text } })
    const what = `${formatMinor(dispute.amount, dispute.currency)} of payment ${payment.stripe_id} (${dispute.stripe_id})`
    note('opened', `The customer's bank disputes ${what}.`)
    if (isOver(dispute)) note(dispute.status, `The dispute of ${what} ended: ${dispute.status.replaceAll('_', ' ')}.`)
  }
  return effects
}

function refundNote(refund: RefundRow): string {
  const amount = formatMinor(refund.amount, refund.currency)
  return refund.status === 'succeeded'
    ? `Refunded ${amount} to the customer (${refund.stripe_id}).`
    : `The refund of ${amount} failed (${refund.stripe_id}, ${refund.failure_reason ?? 'no reason given'}): the money is back in the Stripe balance.`
}

function sum(amounts: bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n)
}

function abs(amount: bigint): bigint {
  return amount < 0n ? -amount : amount
}
