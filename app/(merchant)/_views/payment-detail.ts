import { formatMinor } from '@/lib/money/core/decimal'
import type { Addresses } from '@/components/frame/address'
import type { Claim, ClaimsView, PaymentDetailView } from '@/components/payments/view'
import { wordFor } from '@/components/state/words'
import type { TrailLink, TrailNode } from '@/components/trail/view'
import type { StoredOrder } from '@/lib/commerce/core/order'
import type { EffectRow } from '@/lib/effects/queries'
import { publicId } from '@/lib/kernel/public-id'
import { trailLinks, type StationName } from '@/lib/matching/core/trail'
import type { PaymentHead, PaymentParts } from '@/lib/payments/queries'
import { feeView, methodView, numberText, trailFacts } from './payment-row'
import { paymentTimeline } from './payment-timeline'
import { iso, maybeMoney, money, plainWords } from './plain'

/** The order of a payment, as far as it is known and stored. */
export type OrderFile = { order: StoredOrder; revisions: readonly { revision: number; cause: string; read_at: Date; snapshot: Record<string, unknown> }[] }

/** All that the screen of one payment shows. */
export function paymentDetail(
  head: PaymentHead,
  parts: PaymentParts,
  file: OrderFile | null,
  effects: readonly EffectRow[],
  at: Addresses,
  mode: 'live' | 'test',
  sandbox: boolean,
): PaymentDetailView {
  const id = publicId('payment', head.id)
  const number = head.order_display_number ?? file?.order.display_number ?? null
  const orderId = head.order_id ?? file?.order.id ?? null
  const order = number === null ? null : { name: numberText(number), ...(orderId === null ? {} : { href: at.order(publicId('order', orderId)) }) }
  const rate = parts.ledger.find((row) => row.exchange_rate !== null && row.currency !== head.currency)
  return {
    id,
    stripeId: head.stripe_id,
    status: head.shown_status,
    match: head.word,
    amount: money(head.amount, head.currency),
    foreign: head.origin === 'foreign',
    createdAt: head.created_at.toISOString(),
    customer: { name: file?.order.customer_name ?? head.customer_name, email: head.customer_email ?? file?.order.customer_email ?? null },
    store: head.store_id === null || head.store_name === null ? null : { name: head.store_name, href: at.store(publicId('store', head.store_id)) },
    order,
    method: methodView(head),
    description: head.description,
    stripeHref: sandbox ? null : `https://dashboard.stripe.com/${head.account_id}/${mode === 'test' ? 'test/' : ''}payments/${head.stripe_id}`,
    trail: {
      nodes: trailNodes(head, parts, file, at),
      summary: head.word === null ? wordFor('payment', head.shown_status).sentence : wordFor('match', head.word).sentence,
    },
    amounts: {
      authorised: money(authorised(head, parts), head.currency),
      captured: money(head.amount_captured, head.currency),
      refunded: money(head.amount_refunded, head.currency),
      disputed: money(head.amount_disputed, head.currency),
      ...feeAndNet(head, parts),
      ...(rate === undefined || rate.exchange_rate === null
        ? {}
        : { exchange: `1 ${head.currency.toUpperCase()} = ${rate.exchange_rate} ${rate.currency.toUpperCase()}` }),
    },
    claims: claimsOf(head, file, parts),
    charges: parts.charges.map((charge) => ({
      id: charge.stripe_id,
      status: charge.status,
      amount: money(charge.amount, charge.currency),
      method: methodView(charge),
      at: charge.created_at.toISOString(),
      ...(charge.failure_message === null ? {} : { reason: charge.failure_message }),
      ...(charge.failure_code === null ? {} : { code: charge.failure_code }),
    })),
    refunds: parts.refunds.map((refund) => ({
      id: refund.stripe_id,
      status: refund.status,
      amount: money(refund.amount, refund.currency),
      at: refund.created_at.toISOString(),
      ...(refund.reason === null ? {} : { reason: plainWords(refund.reason) }),
      ...(refund.failure_reason === null ? {} : { failure: plainWords(refund.failure_reason) }),
    })),
    disputes: parts.disputes.map((dispute) => ({
      id: dispute.stripe_id,
      status: dispute.status,
      amount: money(dispute.amount, dispute.currency),
      at: dispute.created_at.toISOString(),
      ...(dispute.reason === null ? {} : { reason: plainWords(dispute.reason) }),
      dueBy: dispute.status.includes('needs_response') ? iso(dispute.due_by) : null,
    })),
    lines: (file?.order.lines ?? []).map((line) => ({
      name: line.name,
      sku: line.sku,
      quantity: line.quantity,
      kind: line.kind,
      total: maybeMoney(line.total, file?.order.currency ?? null),
      totalText: line.total_text,
    })),
    orderTotal: file === null ? null : maybeMoney(file.order.total, file.order.currency),
    problems: parts.exceptions.map((open) => {
      const word = wordFor('exception', open.type)
      return {
        id: publicId('exception', open.id),
        title: word.label,
        text: word.sentence,
        amount: maybeMoney(open.amount_at_risk, open.currency),
        at: open.opened_at.toISOString(),
      }
    }),
    timeline: paymentTimeline(head, parts, effects, file?.revisions ?? []).map((entry) =>
      entry.eventId === undefined ? entry : { ...entry, eventHref: at.place('events', { q: entry.eventId }) },
    ),
  }
}

/** What the bank agreed to: the try that went through or still can; nothing when every try was refused. */
function authorised(head: PaymentHead, parts: PaymentParts): string {
  const held = [...parts.charges].reverse().find((charge) => charge.status === 'succeeded')
  return held?.amount ?? (head.amount_captured === '0' ? '0' : head.amount_captured)
}

/**
 * Fee and net of everything that this payment moved in the balance (a dispute has a fee of its own), once the charge is
 * booked there. Two currencies are not added up: then they are those of the charge.
 */
function feeAndNet(head: PaymentHead, parts: PaymentParts): Pick<PaymentDetailView['amounts'], 'fee' | 'net'> {
  const currency = head.settlement_currency
  if (head.fee_state !== 'known' || currency === null) return { fee: feeView(head), net: null }
  if (parts.ledger.length === 0 || parts.ledger.some((row) => row.currency !== currency)) return { fee: feeView(head), net: maybeMoney(head.net, currency) }
  const sum = (of: 'fee' | 'net') =>
    money(
      parts.ledger.reduce((total, row) => total + BigInt(row[of]), 0n),
      currency,
    )
  return { fee: { state: 'known', amount: sum('fee') }, net: sum('net') }
}

function trailNodes(head: PaymentHead, parts: PaymentParts, file: OrderFile | null, at: Addresses): TrailNode[] {
  const links = trailLinks(trailFacts(head))
  const heard = (...types: string[]) => parts.transitions.find((line) => types.includes(line.type) && line.event_id.startsWith('evt_'))
  const link = (name: StationName, more: { eventId?: string | undefined; at?: Date | null } = {}): TrailLink => {
    const { state, sentence, rule } = links[name]
    return {
      state,
      evidence: sentence,
      ...(rule === null ? {} : { rule }),
      ...(more.eventId === undefined ? {} : { eventId: more.eventId }),
      ...(more.at == null ? {} : { at: more.at.toISOString() }),
    }
  }
  const charge = [...parts.charges].reverse().find((one) => one.status === 'succeeded') ?? parts.charges.at(-1)
  const booked =
    charge === undefined ? undefined : parts.ledger.find((row) => row.stripe_id === charge.balance_transaction_id || row.source_id === charge.stripe_id)
  const session = heard('checkout.session.completed', 'checkout.session.async_payment_succeeded')
  const charged = heard('charge.succeeded', 'charge.captured')
  const order = file?.order
  const notMade = { note: 'not started here' }
  return [
    {
      kind: 'store',
      ...(head.store_name === null || head.store_id === null
        ? { note: 'no store is known' }
        : { label: head.store_name, href: at.store(publicId('store', head.store_id)) }),
      link: null,
    },
    {
      kind: 'order',
      ...(order === undefined
        ? head.order_display_number === null
          ? {}
          : { label: numberText(head.order_display_number) }
        : {
            label: numberText(order.display_number),
            id: order.external_id,
            href: at.order(publicId('order', order.id)),
            ...(order.total === null ? { note: `store says ${order.total_text}` } : { amount: money(order.total, order.currency) }),
            ...(order.placed_at === null ? {} : { at: order.placed_at.toISOString() }),
          }),
      link: link('order', { at: head.store_hop_at }),
    },
    {
      kind: 'attempt',
      ...(head.attempt_id === null
        ? notMade
        : {
            label: wordFor('attempt', head.attempt_state ?? 'unknown').label,
            id: publicId('attempt', head.attempt_id),
            ...(head.attempt_amount === null || head.attempt_currency === null ? {} : { amount: money(head.attempt_amount, head.attempt_currency) }),
            ...(head.attempt_created_at === null ? {} : { at: head.attempt_created_at.toISOString() }),
          }),
      link: link('attempt', { at: head.attempt_id === null ? null : head.order_hop_at, eventId: head.attempt_id === null ? undefined : session?.event_id }),
    },
    {
      kind: 'session',
      ...(head.attempt_id === null
        ? notMade
        : head.session_id === null
          ? {}
          : {
              label: plainWords(head.session_status ?? 'open'),
              id: head.session_id,
              ...(head.attempt_opened_at === null ? {} : { at: head.attempt_opened_at.toISOString() }),
            }),
      link: link('session', { at: head.attempt_opened_at }),
    },
    {
      kind: 'payment',
      label: wordFor('payment', head.status).label,
      id: head.stripe_id,
      amount: money(head.amount, head.currency),
      at: (head.succeeded_at ?? head.created_at).toISOString(),
      link: link('payment', { eventId: session?.event_id, at: session?.at ?? (head.attempt_id === null ? head.order_hop_at : null) }),
    },
    {
      kind: 'charge',
      ...(charge === undefined
        ? {}
        : {
            label: wordFor('charge', charge.status).label,
            id: charge.stripe_id,
            amount: money(charge.captured ? charge.amount_captured : charge.amount, charge.currency),
            at: charge.created_at.toISOString(),
          }),
      link: link('charge', { eventId: charged?.event_id, at: charged?.at ?? null }),
    },
    {
      kind: 'balance',
      ...(booked === undefined
        ? links.balance.state === 'not_due' && head.amount_captured !== '0'
          ? { note: 'fee pending' }
          : {}
        : { label: 'Booked', id: booked.stripe_id, amount: money(booked.net, booked.currency), at: booked.created_at.toISOString() }),
      link: link('balance', { at: head.balance_hop === 'proven' ? head.balance_hop_at : null }),
    },
    {
      kind: 'payout',
      ...(booked !== undefined && links.payout.state === 'not_due'
        ? { note: booked.status === 'available' ? 'money is available' : 'not in a payout yet' }
        : {}),
      link: link('payout'),
    },
  ]
}

/** Store, Stripe and we, side by side. */
function claimsOf(head: PaymentHead, file: OrderFile | null, parts: PaymentParts): ClaimsView {
  const stripe: Claim = {
    says: wordFor('payment', head.shown_status).label,
    tone: wordFor('payment', head.shown_status).tone,
    amount: head.amount_captured === '0' ? null : money(head.amount_captured, head.currency),
    at: iso(head.succeeded_at ?? head.canceled_at ?? head.created_at),
    ...(head.amount_captured === '0' ? { note: 'nothing taken' } : {}),
  }
  const matched = head.order_hop === 'proven'
  const ours: Claim = {
    says: head.word === null ? 'Nothing to explain yet' : wordFor('match', head.word).label,
    tone: head.word === null ? 'plain' : wordFor('match', head.word).tone,
    amount: matched ? money(head.amount_captured, head.currency) : null,
    at: iso(matched ? head.order_hop_at : null),
    ...(head.order_rule === null || (head.order_hop !== 'proven' && head.order_hop !== 'inferred') ? {} : { reference: `by rule ${head.order_rule}` }),
    ...(matched ? {} : { note: 'not linked' }),
  }
  const store = storeClaim(head, file)
  const sentence = trailLinks(trailFacts(head)).order.sentence
  const quarrel = parts.exceptions.some((open) => open.type !== 'effect_dead')
  if (head.store_hop === 'proven' && !quarrel) return { store, stripe, ours, agree: 'yes', verdict: agreement(head) }
  if (quarrel)
    return {
      store,
      stripe,
      ours,
      agree: 'no',
      verdict: `They do not agree. ${wordFor('exception', parts.exceptions.find((open) => open.type !== 'effect_dead')?.type ?? '').sentence}`,
    }
  if (head.store_hop === 'inferred') return { store, stripe, ours, agree: 'no', verdict: sentence }
  if (head.word === null) return { store, stripe, ours, agree: 'not_yet', verdict: 'There is nothing to compare until money was taken.' }
  return { store, stripe, ours, agree: 'not_yet', verdict: sentence }
}

function storeClaim(head: PaymentHead, file: OrderFile | null): Claim | null {
  if (file === null) return null
  const { order } = file
  const names = order.claims.some((claim) => claim.reference === head.stripe_id || claim.reference === head.latest_charge_id)
  const paid = order.paid_at !== null
  return {
    says: plainWords(order.status),
    tone: paid && names ? 'good' : paid ? 'attention' : 'plain',
    amount: order.total === null ? null : money(order.total, order.currency),
    at: iso(order.paid_at ?? order.read_at),
    ...(names ? { reference: 'names this payment' } : order.claims.length > 0 ? { reference: 'names another payment' } : { reference: 'names no payment' }),
    ...(order.total === null ? { note: order.total_text } : {}),
  }
}

/** What the three agree on is what was paid; what went back or is disputed since is said with it. */
function agreement(head: { amount_refunded: string; amount_disputed: string; currency: string }): string {
  const agreed = 'All three agree: the store names this payment and says the same amount is paid.'
  const [refunded, disputed] = [BigInt(head.amount_refunded), BigInt(head.amount_disputed)]
  const since = [
    refunded > 0n ? `${formatMinor(refunded, head.currency)} was refunded since` : '',
    disputed > 0n ? `${formatMinor(disputed, head.currency)} is disputed since` : '',
  ].filter((text) => text !== '')
  return since.length === 0 ? agreed : `${agreed} ${since.join(', ')}.`
}
