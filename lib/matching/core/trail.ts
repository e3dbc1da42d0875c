import { evidenceSentence, type StoredHop } from './evidence-sentence'
import type { HopState } from './hop'

/** The stations of a payment's trail, always in this order. */
export const stations = ['store', 'order', 'attempt', 'session', 'payment', 'charge', 'balance', 'payout'] as const
export type StationName = (typeof stations)[number]

/** What the trail is drawn from: the stored hops and which of our own rows exist. */
export type TrailFacts = {
  store_known: boolean
  /** Null when the payment was not made here. */
  attempt: { session_id: string | null; names_payment: boolean } | null
  /** Stripe's status. */
  status: string
  captured: boolean
  charged: boolean
  /** Null while nothing was explained yet. */
  hops: { order: StoredHop; store: StoredHop; balance: StoredHop; payout: StoredHop } | null
}

/** How a station hangs on the one before; the first stands alone. */
export type StationLink = { state: HopState; sentence: string; rule: string | null }

/** State and sentence of each station, in order. */
export function trailLinks(facts: TrailFacts): Record<StationName, StationLink> {
  const waiting: StoredHop = { state: 'not_due', rule: 'not_paid', evidence: null }
  const hops = facts.hops ?? { order: waiting, store: waiting, balance: waiting, payout: waiting }
  const order = link(hops.order)
  const made = facts.attempt !== null
  const notMade = (what: string): StationLink => ({
    state: 'not_applicable',
    sentence: `This payment was not started here, so there is no ${what}.`,
    rule: null,
  })
  return {
    store: { state: facts.store_known ? 'proven' : order.state === 'missing' ? 'missing' : 'not_applicable', sentence: '', rule: null },
    order:
      made && isEarly(hops.store)
        ? {
            state: 'proven',
            sentence: 'The order was read from this store. Whether the store confirms the payment is looked at once money was taken.',
            rule: 'order_of_store',
          }
        : link(hops.store),
    attempt: !made
      ? notMade('attempt')
      : isEarly(hops.order)
        ? { state: 'proven', sentence: 'This attempt was made for this order. Amounts are compared once money was taken.', rule: 'attempt_of_order' }
        : order,
    session: facts.attempt === null ? notMade('session of ours') : sessionLink(facts.attempt, facts.status),
    payment: facts.attempt === null ? order : paymentLink(facts.attempt),
    charge: chargeLink(facts),
    balance: link(hops.balance),
    payout: link(hops.payout),
  }
}

/** The same as states alone, for a row of dots. */
export function trailStates(facts: TrailFacts): HopState[] {
  const links = trailLinks(facts)
  return stations.map((name) => links[name].state)
}

/** Nothing was taken, so nothing is compared: only our own rows speak. */
function isEarly(hop: StoredHop): boolean {
  return hop.state === 'not_due' || hop.state === 'not_applicable'
}

function link(hop: StoredHop): StationLink {
  return { state: hop.state, sentence: evidenceSentence(hop), rule: hop.rule }
}

function sessionLink(attempt: NonNullable<TrailFacts['attempt']>, status: string): StationLink {
  if (attempt.session_id !== null)
    return {
      state: 'proven',
      sentence: 'Stripe answered our request for this attempt with this session; the session carries the attempt’s id.',
      rule: 'own_request',
    }
  return { state: status === 'succeeded' ? 'missing' : 'not_due', sentence: 'Stripe has not answered with a session for this attempt.', rule: 'own_request' }
}

function paymentLink(attempt: NonNullable<TrailFacts['attempt']>): StationLink {
  if (attempt.names_payment) return { state: 'proven', sentence: 'Stripe’s session names this payment.', rule: 'session_names_payment' }
  return { state: 'inferred', sentence: 'Only the label on the payment names the attempt; the session has not been heard to name it.', rule: 'label' }
}

function chargeLink(facts: TrailFacts): StationLink {
  if (facts.captured) return { state: 'proven', sentence: 'Stripe’s charge belongs to this payment and was captured.', rule: 'charge_of_payment' }
  if (facts.status === 'canceled') return { state: 'not_applicable', sentence: 'The payment was called off before money was taken.', rule: 'charge_of_payment' }
  if (facts.status === 'succeeded')
    return {
      state: 'missing',
      sentence: 'Stripe says the payment succeeded, but its captured charge is not stored. It is read again by itself.',
      rule: 'charge_of_payment',
    }
  if (facts.charged) return { state: 'not_due', sentence: 'There was a try, and nothing is captured yet.', rule: 'charge_of_payment' }
  return { state: 'not_due', sentence: 'The customer has not tried to pay yet.', rule: 'charge_of_payment' }
}
