import { wordFor } from '@/components/state/words'
import type { TimelineEntry } from '@/components/timeline/view'
import type { Tone } from '@/components/ui/tone'
import type { EffectRow } from '@/lib/effects/queries'
import { publicId } from '@/lib/kernel/public-id'
import { formatMinor } from '@/lib/money/core/decimal'
import type { PaymentHead, PaymentParts, TransitionLine } from '@/lib/payments/queries'
import { numberText } from './payment-row'
import { iso, money, plainWords } from './plain'

/** A version of an order as it was read. */
type Revision = { revision: number; cause: string; read_at: Date; snapshot: Record<string, unknown> }

/** What happened to a payment, oldest first: ours, Stripe's and the store's, each at the time of whoever did it. */
export function paymentTimeline(head: PaymentHead, parts: PaymentParts, effects: readonly EffectRow[], revisions: readonly Revision[]): TimelineEntry[] {
  const entries: TimelineEntry[] = [
    ...attemptEntries(head),
    ...parts.transitions.map((line) => transitionEntry(line, head, parts)),
    ...effects.flatMap(effectEntries),
    ...revisions.map(revisionEntry),
    ...hopEntries(head),
    ...parts.exceptions.map((open): TimelineEntry => ({
      id: publicId('exception', open.id),
      at: open.opened_at.toISOString(),
      source: 'matchbook',
      title: wordFor('exception', open.type).label,
      tone: 'attention',
      detail: 'Opened as something that does not add up.',
      ...(open.amount_at_risk === null || open.currency === null ? {} : { amount: money(open.amount_at_risk, open.currency) }),
    })),
  ]
  return inOrder(entries)
}

/** What comes first when all carry the same second: Stripe's times have no finer ones than that, ours do. */
const stages = ['placed', 'revision-checkout', 'attempt-created', 'attempt-opened', 'stripe', 'later'] as const

/** Stripe's events of one second in the order in which they follow from each other. */
const following = [
  'payment_intent.created',
  'payment_intent.requires_action',
  'charge.failed',
  'payment_intent.payment_failed',
  'charge.pending',
  'payment_intent.processing',
  'charge.succeeded',
  'payment_intent.amount_capturable_updated',
  'charge.captured',
  'payment_intent.succeeded',
  'payment_intent.canceled',
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
]

/** By second; within a second by what follows from what, then by the finer time. */
export function inOrder(entries: TimelineEntry[]): TimelineEntry[] {
  const key = (entry: TimelineEntry) => {
    const stage =
      entry.source === 'stripe'
        ? 'stripe'
        : entry.id.startsWith('attempt-created')
          ? 'attempt-created'
          : (stages.find((name) => name === entry.id) ?? (entry.id.startsWith('revision-checkout') ? 'revision-checkout' : 'later'))
    const place = following.indexOf(entry.eventType ?? '')
    return {
      second: Math.floor(Date.parse(entry.at) / 1000),
      stage: stages.indexOf(stage),
      place: stage === 'stripe' ? (place === -1 ? following.length : place) : 0,
      ms: Date.parse(entry.at),
    }
  }
  return entries
    .map((entry, index) => ({ entry, index, ...key(entry) }))
    .sort((a, b) => a.second - b.second || a.stage - b.stage || a.place - b.place || a.ms - b.ms || a.index - b.index)
    .map(({ entry }) => entry)
}

function attemptEntries(head: PaymentHead): TimelineEntry[] {
  const created = iso(head.attempt_created_at)
  const opened = iso(head.attempt_opened_at)
  const amount = head.attempt_amount === null || head.attempt_currency === null ? {} : { amount: money(head.attempt_amount, head.attempt_currency) }
  return [
    ...(created === null
      ? []
      : [
          {
            id: 'attempt-created',
            at: created,
            source: 'matchbook' as const,
            title: 'Checkout started',
            detail: 'The attempt was stored before Stripe was asked.',
            ...amount,
          },
        ]),
    ...(opened === null || opened === created
      ? []
      : [{ id: 'attempt-opened', at: opened, source: 'matchbook' as const, title: 'Ready to be paid', detail: 'Stripe made the session.' }]),
  ]
}

const titles: Readonly<Record<string, [title: string, tone?: Tone]>> = {
  'payment_intent.created': ['Payment created'],
  'payment_intent.requires_action': ['The bank asks the customer to approve', 'waiting'],
  'payment_intent.processing': ['Payment on its way', 'waiting'],
  'payment_intent.amount_capturable_updated': ['Amount held on the card', 'waiting'],
  'payment_intent.partially_funded': ['Paid in part', 'waiting'],
  'payment_intent.payment_failed': ['A try to pay failed', 'bad'],
  'payment_intent.succeeded': ['Payment succeeded', 'good'],
  'payment_intent.canceled': ['Payment called off'],
  'charge.pending': ['Charge under way', 'waiting'],
  'charge.succeeded': ['Charge succeeded', 'good'],
  'charge.captured': ['Amount captured', 'good'],
  'charge.failed': ['Charge declined', 'bad'],
  'charge.expired': ['Authorisation expired', 'attention'],
  'charge.updated': ['Charge updated'],
  'charge.refunded': ['Charge refunded'],
  'charge.refund.updated': ['Refund updated'],
  'refund.created': ['Refund created'],
  'refund.updated': ['Refund updated'],
  'refund.failed': ['Refund failed', 'bad'],
  'charge.dispute.created': ['Customer’s bank opened a dispute', 'bad'],
  'charge.dispute.updated': ['Dispute updated', 'attention'],
  'charge.dispute.closed': ['Dispute closed'],
  'charge.dispute.funds_withdrawn': ['Disputed money withdrawn', 'bad'],
  'charge.dispute.funds_reinstated': ['Disputed money came back', 'good'],
  'checkout.session.completed': ['Session completed', 'good'],
  'checkout.session.async_payment_succeeded': ['Delayed payment succeeded', 'good'],
  'checkout.session.async_payment_failed': ['Delayed payment failed', 'bad'],
  'checkout.session.expired': ['Session expired'],
}

const readTitles: Readonly<Record<string, string>> = {
  balance_transaction: 'Balance transaction read',
  payment_intent: 'Payment read from Stripe',
  charge: 'Charge read from Stripe',
  refund: 'Refund read from Stripe',
  dispute: 'Dispute read from Stripe',
  'checkout.session': 'Session read from Stripe',
}

function transitionEntry(line: TransitionLine, head: PaymentHead, parts: PaymentParts): TimelineEntry {
  const heard = line.kind === 'delivery' || line.kind === 'backfill'
  const [title, tone] = titles[line.type] ?? [
    heard ? plainWords(line.type.replaceAll('.', ' ')) : (readTitles[line.type.replace(/\.(read|reply|list)$/, '')] ?? 'Read from Stripe'),
  ]
  const booked = line.type.startsWith('balance_transaction') || Object.keys(line.changes).some((name) => name.startsWith('txn_'))
  const shown = booked && !heard ? ledgerDetail(line, parts) : changeDetail(line, parts)
  const amount = booked && !heard ? bookedAmount(line, parts) : amountOf(line, head, parts)
  return {
    id: line.id,
    at: line.at.toISOString(),
    source: heard ? 'stripe' : 'matchbook',
    title: booked && !heard ? 'Balance transaction booked' : title,
    ...(booked && !heard ? { tone: 'good' as const } : tone === undefined ? {} : { tone }),
    ...(shown === null ? {} : { detail: shown }),
    ...(amount === null ? {} : { amount }),
    ...(line.event_id.startsWith('evt_') ? { eventId: line.event_id } : {}),
    ...(heard ? { eventType: line.type, receivedAt: line.received_at.toISOString() } : {}),
  }
}

function bookedRow(line: TransitionLine, parts: PaymentParts) {
  const ids = Object.keys(line.changes)
    .filter((name) => name.startsWith('txn_'))
    .map((name) => name.replace(/\.net$/, ''))
  return parts.ledger.find((row) => ids.includes(row.stripe_id))
}

function ledgerDetail(line: TransitionLine, parts: PaymentParts): string | null {
  const row = bookedRow(line, parts)
  if (row === undefined) return null
  const what = plainWords(row.reporting_category)
  return row.fee === '0'
    ? `${what}, without a fee.`
    : `${what} of ${formatMinor(BigInt(row.amount), row.currency)}, fee ${formatMinor(BigInt(row.fee), row.currency)}.`
}

function bookedAmount(line: TransitionLine, parts: PaymentParts) {
  const row = bookedRow(line, parts)
  return row === undefined ? null : money(row.net, row.currency)
}

/** What the title does not say: why a try was refused, what an update changed. */
function changeDetail(line: TransitionLine, parts: PaymentParts): string | null {
  if (line.type === 'charge.failed') return parts.charges.find((charge) => charge.stripe_id === line.object_id)?.failure_message ?? null
  if (line.type === 'checkout.session.completed')
    return Object.entries(line.changes).some(([name, [, to]]) => name.endsWith('payment_status') && to === 'unpaid')
      ? 'The customer is done; the money is still on its way.'
      : null
  const isUpdate = line.type.endsWith('updated') || titles[line.type] === undefined
  const says: string[] = []
  for (const [name, [from, to]] of Object.entries(line.changes)) {
    if (name.endsWith('balance_transaction_id') && typeof to === 'string') says.push(`Its balance transaction is ${to}.`)
    else if (isUpdate && /(^|\.)status$/.test(name))
      says.push(`${statusName(name)}: ${from === null || from === undefined || from === 'unknown' ? '' : `${text(from)} to `}${text(to)}.`)
    else if (isUpdate && name === 'metadata') says.push('Its labels changed.')
  }
  return says.length === 0 ? null : says.slice(0, 2).join(' ')
}

function statusName(name: string): string {
  if (name.startsWith('session')) return 'Session'
  if (name.startsWith('re_') || name.startsWith('pyr_')) return 'Refund'
  if (name.startsWith('dp_') || name.startsWith('du_')) return 'Dispute'
  if (name.startsWith('ch_') || name.startsWith('py_')) return 'Charge'
  return 'Status'
}

function text(value: unknown): string {
  return value === null || value === undefined ? 'unknown' : String(value).replaceAll('_', ' ')
}

function amountOf(line: TransitionLine, head: PaymentHead, parts: PaymentParts) {
  const object = [...parts.charges, ...parts.refunds, ...parts.disputes].find((one) => one.stripe_id === line.object_id)
  if (object !== undefined && /\.(created|succeeded|failed|captured|pending|funds_\w+)$/.test(line.type)) return money(object.amount, object.currency)
  if (line.type === 'payment_intent.succeeded') return money(head.amount_captured === '0' ? head.amount : head.amount_captured, head.currency)
  if (line.type === 'payment_intent.created') return money(head.amount, head.currency)
  return null
}

const effectTitles: Readonly<Record<string, [done: string, waits: string, dead: string, skipped: string]>> = {
  'order.mark_paid': ['Store told that the order is paid', 'The store is about to be told', 'The store could not be told', 'The store was left alone'],
  'order.note': ['Note added to the order', 'A note is about to be added', 'The note could not be added', 'No note was added'],
}

/** An effect as it stands: one entry, at the time it ended or was asked for. */
export function effectEntries(effect: EffectRow): TimelineEntry[] {
  const [done, waits, dead, skipped] = effectTitles[effect.kind] ?? ['Done', 'About to be done', 'Given up', 'Not needed']
  const at = (effect.done_at ?? effect.created_at).toISOString()
  const base = { id: publicId('effect', effect.id), at, source: 'matchbook' as const, eventType: effect.kind }
  const tries = effect.attempts > 1 ? ` after ${effect.attempts} tries` : ''
  switch (effect.state) {
    case 'done':
      return [{ ...base, title: done, tone: 'good', detail: `${receiptText(effect)}${tries === '' ? '' : ` It took ${effect.attempts} tries.`}` }]
    case 'skipped':
      return [{ ...base, title: skipped, detail: reasonText(effect) }]
    case 'dead':
      return [{ ...base, title: dead, tone: 'bad', detail: `Given up${tries}. ${effect.last_error ?? ''}`.trim() }]
    default:
      return [
        {
          ...base,
          title: waits,
          tone: 'waiting',
          ...(effect.last_error === null ? {} : { detail: `Tried ${effect.attempts} times so far. ${effect.last_error}` }),
        },
      ]
  }
}

export function receiptText(effect: EffectRow): string {
  if (effect.kind === 'order.mark_paid')
    return effect.receipt?.request == null ? 'The store already said so; nothing was sent.' : 'Written once and read back; the receipt is kept.'
  return effect.receipt?.request == null && effect.receipt !== null ? 'It was there already.' : 'Written once; the receipt is kept.'
}

export function reasonText(effect: EffectRow): string {
  const reason = effect.receipt?.reason
  return typeof reason === 'string' ? `${plainWords(reason)}.` : 'It was not needed.'
}

const causes: Readonly<Record<string, string>> = {
  checkout: 'Order read to collect it',
  effect: 'Order read back',
  sync: 'Order read on schedule',
  webhook: 'The store told of a change',
}

/** A version of the order, when we read it. */
export function revisionEntry(revision: Revision): TimelineEntry {
  const { status, total_text } = revision.snapshot
  const says = [typeof status === 'string' ? `Status “${status}”` : null, typeof total_text === 'string' ? `total ${total_text}` : null].filter(
    (part) => part !== null,
  )
  return {
    id: `revision-${revision.cause}-${revision.revision}`,
    at: revision.read_at.toISOString(),
    source: 'store',
    title: causes[revision.cause] ?? 'Order read',
    detail: `${says.length === 0 ? 'Kept' : says.join(', ')}, as revision ${revision.revision}.`,
  }
}

function hopEntries(head: PaymentHead): TimelineEntry[] {
  const entry = (id: string, hop: string | null, at: Date | null, title: string, detail?: string): TimelineEntry[] =>
    hop === 'proven' && at !== null ? [{ id, at: at.toISOString(), source: 'matchbook', title, tone: 'good', ...(detail === undefined ? {} : { detail }) }] : []
  const order = head.order_display_number === null ? 'its order' : `order ${numberText(head.order_display_number)}`
  return [
    ...entry('hop-order', head.order_hop, head.order_hop_at, `Linked to ${order}`),
    ...entry('hop-store', head.store_hop, head.store_hop_at, 'Confirmed by the store'),
    ...entry('hop-balance', head.balance_hop, head.balance_hop_at, 'The balance transactions add up'),
  ]
}
