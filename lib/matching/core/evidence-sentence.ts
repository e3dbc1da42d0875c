import { formatMinor } from '@/lib/money/core/decimal'
import type { HopState } from './hop'

/** A hop as it is stored: evidence went through JSON, so amounts are text of minor units and times ISO text. */
export type StoredHop = { state: HopState; rule: string | null; evidence: Record<string, unknown> | null }

/**
 * Says in one sentence why a hop stands as it does, from the evidence that is stored with it and nothing else. A rule or
 * reason that has no sentence here is named as it is and called unclassified, never guessed.
 */
export function evidenceSentence(hop: StoredHop): string {
  const read = reader(hop.evidence ?? {})
  const say = sentences[hop.rule ?? ''] ?? (() => `Unclassified: the rule “${hop.rule ?? 'none'}” has no words yet. Its evidence is stored.`)
  return say(hop.state, read)
}

type Reader = ReturnType<typeof reader>
type Say = (state: HopState, of: Reader) => string

/** By rule; the closed list of what explaining a payment can say. */
const sentences: Readonly<Record<string, Say>> = {
  attempt: (state, of) => {
    if (state === 'not_due') return 'The attempt and its order are known. They are compared with the money once the payment succeeded.'
    if (state === 'proven') {
      return `The session that Stripe made for this attempt names this payment, and the captured ${of.captured} equals the order’s total in revision ${of.text('order_revision')}, read after the payment.`
    }
    return because(of, 'The attempt names the order, but the proof is not complete.')
  },
  store_reference: (state, of) =>
    state === 'proven'
      ? `The store itself names this payment for the order, and the captured ${of.captured} equals the order’s total in revision ${of.text('order_revision')}.`
      : because(of, `The store names this payment for the order, but amounts differ: captured ${of.captured}, order ${of.orderTotal}.`),
  order_number: (state, of) =>
    state === 'proven'
      ? 'Order number, amount, currency and store agree, and no other order comes close.'
      : because(of, 'The order number agrees, but not all of amount, currency and store.'),
  by_hand: (state, of) =>
    state === 'proven'
      ? `A person linked this payment to the order, for ${of.captured}.`
      : because(of, 'A person linked this payment to the order, but the two no longer agree.'),
  no_order_known: (state, of) => {
    if (of.count('candidates') > 1) return `${of.count('candidates')} orders name this payment, so none was chosen.`
    return state === 'missing' ? 'No attempt of ours and no store names this payment, so its order is not known.' : 'No order is known yet.'
  },
  store_read_back: (state, of) => {
    if (state === 'proven')
      return `Read back from ${of.text('store', 'the store')}: the order is paid by this payment, for ${of.captured}. Its status there is “${of.text('store_status', 'unknown')}”.`
    return because(of, `The store was read, and does not confirm this payment. Its status there is “${of.text('store_status', 'unknown')}”.`)
  },
  not_paid: (state) =>
    state === 'not_applicable'
      ? 'No money was taken, so there is nothing to show here.'
      : 'Nothing is taken yet. This is looked at once the payment succeeded.',
  no_money_moved: () => 'The payment was called off before money was taken.',
  no_payout_yet: () => 'Not in a payout yet. It is tied to one when Stripe has made the payout that holds it.',
  ledger_adds_up: (state, of) => {
    if (state === 'proven')
      return `${of.count('balance_transactions') === 1 ? 'The balance transaction is' : `All ${of.count('balance_transactions')} balance transactions are`} in the ledger and add up: net ${of.money('net')} after a fee of ${of.money('fee')}.`
    if (of.reason === 'stripe_has_not_booked_it_yet') return 'Stripe has not named the balance transaction yet. It usually does within minutes.'
    if (of.count('absent') > 0) return `Stripe named ${of.list('absent')}, which the ledger does not hold. It is read again by itself.`
    if (of.count('waiting') > 0) return `Part of the money is in the ledger; for ${of.list('waiting')} Stripe has not named a balance transaction yet.`
    return because(of, 'The balance transactions do not add up.')
  },
}

/** By reason, wherever it occurs; the rule's own words when the evidence gives none. */
const reasons: Readonly<Record<string, (of: Reader) => string>> = {
  order_not_stored: () => 'The attempt names an order that is no longer stored here.',
  currency_differs: (of) => `The payment is in ${of.text('currency').toUpperCase()}, the order is not.`,
  amount_differs: (of) =>
    of.count('differ') > 0
      ? `The ledger holds another amount than Stripe’s object says: ${of.list('differ')}.`
      : `Amounts differ: captured ${of.captured}, order ${of.orderTotal}.`,
  order_not_read_since: () => 'Attempt and amounts agree, but the order has not been read from its store since the payment. It is read next.',
  order_revision_not_stored: (of) => `Linked on revision ${of.text('order_revision', 'of the order')}, which is no longer stored.`,
  no_captured_charge: () => 'No captured charge of this payment is stored, so the amount cannot be shown to be taken.',
  session_unknown: () => 'So far only the label on the payment names the attempt. Stripe’s session has not confirmed it.',
  attempt_not_stored: () => 'The attempt that this link stands on is no longer stored, or no longer agrees.',
  claim_withdrawn: () => 'The store named this payment for the order, and no longer does.',
  store_does_not_name_this_payment: (of) =>
    `The store was read and does not name this payment yet. Its status there is “${of.text('store_status', 'unknown')}”.`,
  store_does_not_say_paid: (of) =>
    `The store names this payment but does not call the order paid. Its status there is “${of.text('store_status', 'unknown')}”.`,
}

/** The reasons that have words; for the test that holds this list against what the rules give. */
export const knownReasons: readonly string[] = [...Object.keys(reasons), 'stripe_has_not_booked_it_yet']

function because(of: Reader, otherwise: string): string {
  if (of.reason === null) return otherwise
  const say = reasons[of.reason]
  return say ? say(of) : `Unclassified: the reason “${of.reason}” has no words yet. ${otherwise}`
}

function reader(evidence: Record<string, unknown>) {
  const text = (name: string, otherwise = '') => (typeof evidence[name] === 'string' || typeof evidence[name] === 'number' ? String(evidence[name]) : otherwise)
  const currency = text('currency')
  const money = (name: string, otherwise = 'an unknown amount') => {
    const minor = text(name)
    if (!/^-?\d+$/.test(minor)) return otherwise
    return currency === '' ? `${minor} minor units` : formatMinor(BigInt(minor), currency)
  }
  const items = (name: string) =>
    Array.isArray(evidence[name]) ? (evidence[name] as unknown[]).filter((item): item is string => typeof item === 'string') : []
  return {
    text,
    money,
    count: (name: string) => items(name).length,
    list: (name: string) => items(name).join(', '),
    reason: text('reason') === '' ? null : text('reason'),
    captured: money('captured'),
    orderTotal: money('order_total', 'without an exact total'),
  }
}
