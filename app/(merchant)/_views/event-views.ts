import type { EventChangeView, EventDetailView, EventRow, EventStep } from '@/components/events/view'
import type { Addresses } from '@/components/frame/address'
import { wordFor } from '@/components/state/words'
import { redactEvent } from '@/lib/inbox/core/redact'
import type { EventChange, EventLine, EventWhole } from '@/lib/inbox/queries'
import { publicId } from '@/lib/kernel/public-id'
import { formatMinor } from '@/lib/money/core/decimal'
import { numberText } from './payment-row'
import { iso, money, plainWords } from './plain'

/** Longer content is not put on a screen. */
const mostBytes = 300_000

/** One row of the events list. */
export function eventRow(row: EventLine, at: Addresses): EventRow {
  const id = publicId('inbox_event', row.id)
  return {
    id,
    href: at.event(id),
    eventId: row.event_id,
    type: row.type,
    kind: row.kind,
    outcome: row.state,
    reason: codeOf(row.reason),
    objectId: row.object_id,
    connection: row.connection_name,
    repeats: row.duplicate_count,
    alarm: row.alarm !== null,
    // A replay sets the time anew: what it says then is not how long the first time took.
    tookMs: row.processed_at === null || row.attempts > 1 ? null : row.processed_at.getTime() - row.received_at.getTime(),
    replayed: row.attempts > 1,
    receivedAt: row.received_at.toISOString(),
  }
}

/** What stands before the colon of a stored reason; the rest is the message of one failure. */
function codeOf(reason: string | null): string | null {
  return reason?.split(':')[0] ?? null
}

/** All that the screen of one event shows; its content without what names a person or a secret. */
export function eventDetail({ event, changes, reads, others }: EventWhole, at: Addresses): EventDetailView {
  const { href: _href, ...row } = eventRow(event, at)
  const differs = event.alarm?.differs
  const payment = changes.length === 1 ? changes[0] : undefined
  return {
    ...row,
    reasonDetail: detailOf(event.reason),
    alarmDetail:
      event.alarm === null
        ? null
        : {
            differs: (Array.isArray(differs) ? differs.map(String) : ['its content']).map((name) => plainWords(name).toLowerCase()).join(', '),
            at: typeof event.alarm.at === 'string' ? event.alarm.at : (event.last_duplicate_at ?? event.received_at).toISOString(),
          },
    steps: stepsOf(event, changes),
    createdAt: event.created_at.toISOString(),
    processedAt: iso(event.processed_at),
    asOf: iso(event.as_of),
    attempts: event.attempts,
    apiVersion: event.api_version,
    accountId: event.account_id,
    endpoint: event.endpoint === null ? null : { id: event.endpoint.id, url: event.endpoint.url },
    object:
      event.object_id === null
        ? null
        : { name: event.object_id, ...(payment?.payment_stripe_id === event.object_id ? { href: at.payment(publicId('payment', payment.payment_id)) } : {}) },
    changes: changes.map((change) => changeView(change, at)),
    reads: reads.map((read) => ({
      objectId: read.object_id,
      why: readReasons[read.reason] ?? plainWords(read.reason),
      dueAt: read.due_at.toISOString(),
      attempts: read.attempts,
      error: read.last_error,
    })),
    others: others.map((other) => eventRow(other, at)),
    othersHref: event.object_id === null ? null : at.place('events', { q: event.object_id }),
    content: contentOf(event.body),
  }
}

const readReasons: Readonly<Record<string, string>> = {
  unknown_object: 'Something mentioned it before Stripe told us about it',
  dispute: 'Disputes are always read whole',
  money_moved: 'Its money moved, and nobody told us why',
  session_paid: 'Its session is paid, and nobody told us that it succeeded',
  ledger_lacks: 'To book a movement of money that Stripe’s list did not show',
  access_revoked: 'To see whether the account gives us access again',
  asked_for_a_read: 'An event asked for it',
  other_api_release: 'An event came in another API version',
}

function detailOf(reason: string | null): string | null {
  const colon = reason?.indexOf(':') ?? -1
  return reason === null || colon < 0 ? null : reason.slice(colon + 1).trim()
}

function contentOf(body: Uint8Array): EventDetailView['content'] {
  const bytes = body.byteLength
  if (bytes > mostBytes) return { json: null, text: null, bytes }
  try {
    const json = redactEvent(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)))
    return { json, text: JSON.stringify(json, null, 2), bytes }
  } catch {
    return { json: null, text: null, bytes }
  }
}

function changeView(change: EventChange, at: Addresses): EventChangeView {
  const shown = redactEvent(change.changes) as EventChange['changes']
  return {
    payment: { name: 'Payment', href: at.payment(publicId('payment', change.payment_id)) },
    order: change.order_display_number === null ? null : `order ${numberText(change.order_display_number)}`,
    amount: money(change.amount, change.currency),
    objectId: change.object_id,
    fields: Object.entries(shown).map(([name, [from, to]]) => ({
      name,
      from: valueText(name, from, change.currency),
      to: valueText(name, to, change.currency),
    })),
  }
}

/** A stored value as people read it. Amounts of a balance may be in another currency than the payment: they stay minor units. */
export function valueText(name: string, value: unknown, currency: string): string {
  if (value === null || value === undefined) return 'none'
  const field = name.split('.').at(-1) ?? name
  if (/^amount(_|$)/.test(field) && !name.startsWith('txn_') && /^-?\d+$/.test(String(value))) return formatMinor(BigInt(String(value)), currency)
  if (typeof value === 'object') return JSON.stringify(value)
  return String(value)
}

function stepsOf(event: EventWhole['event'], changes: readonly EventChange[]): EventStep[] {
  const received = event.received_at.toISOString()
  const arrival: EventStep[] =
    event.kind === 'delivery'
      ? [
          { key: 'received', title: 'Received', text: 'Stored before Stripe was answered, so that nothing can lose it.', tone: 'good', at: received },
          {
            key: 'verified',
            title: 'Verified',
            text: `The signature held, with the secret of ${event.endpoint === null ? 'an endpoint that is gone' : `endpoint ${event.endpoint.id}`}.`,
            tone: 'good',
            at: received,
          },
          event.duplicate_count === 0
            ? { key: 'deduplicated', title: 'Came once', text: 'No repeat of it was delivered.', tone: 'plain', at: null }
            : {
                key: 'deduplicated',
                title: `Came ${event.duplicate_count + 1} times, counted once`,
                text: event.alarm === null ? 'The repeats were the same event.' : 'A repeat was not the same event: the first one counts.',
                tone: event.alarm === null ? 'good' : 'bad',
                at: iso(event.last_duplicate_at),
              },
        ]
      : [{ key: 'received', title: arrivals[event.kind] ?? 'Received', text: wordFor('eventKind', event.kind).sentence, tone: 'good', at: received }]
  return [...arrival, outcomeStep(event, changes)]
}

const arrivals: Readonly<Record<string, string>> = { read: 'Read from Stripe', reply: 'Answered by Stripe', backfill: 'Found in Stripe’s list' }

function outcomeStep(event: EventWhole['event'], changes: readonly EventChange[]): EventStep {
  const at = iso(event.processed_at)
  const code = codeOf(event.reason)
  switch (event.state) {
    case 'applied': {
      const payments = new Set(changes.map((change) => change.payment_id)).size
      return {
        key: 'outcome',
        title: 'Applied',
        text:
          payments === 0
            ? 'It changed something that belongs to no payment.'
            : payments === 1
              ? 'It changed one payment, see below.'
              : `It changed ${payments} payments, see below.`,
        tone: 'good',
        at,
      }
    }
    case 'pending':
      return {
        key: 'outcome',
        title: event.attempts > 0 ? 'Waits to be tried again' : 'Waits for its turn',
        text: wordFor('event', 'pending').sentence,
        tone: 'waiting',
        at: null,
      }
    default: {
      const reason = wordFor('eventReason', code ?? 'unknown')
      return {
        key: 'outcome',
        title: `${wordFor('event', event.state).label}: ${reason.label.toLowerCase()}`,
        text: event.state === 'quarantined' ? 'It is kept whole, and can be replayed.' : reason.sentence,
        tone: wordFor('event', event.state).tone,
        at,
      }
    }
  }
}
