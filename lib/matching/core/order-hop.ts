import { publicId } from '@/lib/kernel/public-id'
import type { Attribution } from './attribute'
import type { Facts, MatchFacts, OrderFacts } from './facts'
import type { Hop } from './hop'
import type { Find, Verdict } from './verdict'

/** Which order, by which rule. A recorded match stands while its payment and its order revision still agree with it. */
export function linkOrder(
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

function abs(amount: bigint): bigint {
  return amount < 0n ? -amount : amount
}
