import type { Addresses } from '@/components/frame/address'
import type { ReplayAsk, ReplayDetailView, ReplayRow } from '@/components/replays/view'
import { wordFor } from '@/components/state/words'
import { dayStart } from '@/lib/inbox/core/day-start'
import type { EventFilter } from '@/lib/inbox/core/event-filter'
import { redactEvent } from '@/lib/inbox/core/redact'
import type { PaymentDifference, ReplayFilter, ReplayLine, ReplayRow as Replay } from '@/lib/inbox/replay/queries'
import { publicId } from '@/lib/kernel/public-id'
import { effectNames } from './exception-views'
import { valueText } from './event-views'
import { iso, plainWords } from './plain'

/** More payments, and longer texts, are too much for a person and for a browser; the figures say how many there are. */
const mostShown = 25
const longestText = 160

const systemNames: Readonly<Record<string, string>> = { operator: 'An operator', system: 'Matchbook', api_key: 'An API key' }

/** What a replay speaks of by id, as people call it: people and connections by their ids. */
export type ReplayNames = { people: ReadonlyMap<string, string>; connections: ReadonlyMap<string, string> }

export function replayNames(people: readonly { user_id: string; name: string }[], connections: readonly { id: string; name: string }[]): ReplayNames {
  return {
    people: new Map(people.map((person) => [person.user_id, person.name])),
    connections: new Map(connections.map((connection) => [publicId('connection', connection.id), connection.name])),
  }
}

/** One replay in the list. */
export function replayRow(row: ReplayLine, names: ReplayNames, at: Addresses): ReplayRow {
  const id = publicId('replay', row.id)
  return {
    id,
    href: at.replay(id),
    dryRun: row.dry_run,
    state: row.state,
    what: filterText(row.filter, names.connections),
    who: row.actor_kind === 'user' ? (names.people.get(row.actor_id ?? '') ?? 'Someone who left') : (systemNames[row.actor_kind] ?? plainWords(row.actor_kind)),
    found: row.found,
    folded: row.folded,
    failed: row.failed,
    payments: row.counts.payments,
    at: row.created_at.toISOString(),
  }
}

/** All that the screen of one replay shows. `currencies` by payment. */
export function replayDetail(row: Replay, names: ReplayNames, currencies: ReadonlyMap<string, string>, mayReplay: boolean, at: Addresses): ReplayDetailView {
  const { counts } = row.difference
  const over = row.state !== 'queued' && row.state !== 'running'
  const path = at.api('/api/replays')
  const nothing = Object.values(counts).every((count) => count === 0)
  return {
    ...replayRow({ ...row, counts }, names, at),
    startedAt: iso(row.started_at),
    finishedAt: iso(row.finished_at),
    error: row.error,
    counts: {
      payments: counts.payments,
      others: counts.others,
      events: counts.events,
      effects: counts.effects,
      opened: counts.exceptions_opened,
      closed: counts.exceptions_closed,
    },
    changes: row.difference.payments.slice(0, mostShown).map((payment) => changeView(payment, currencies.get(payment.payment_id), row.dry_run, at)),
    outcomes: row.difference.events.slice(0, mostShown).map((event) => ({
      id: event.id,
      href: at.event(publicId('inbox_event', event.id)),
      type: event.type,
      from: outcomeText(event.from),
      to: outcomeText(event.to),
    })),
    problems: row.problems.map((problem) => ({
      eventId: problem.event_id,
      href: at.place('events', { q: problem.event_id }),
      type: problem.type,
      reason: problem.reason,
    })),
    apply: row.dry_run && row.state === 'done' && !nothing && mayReplay ? { path, body: { filter: row.filter, dry_run: false } } : null,
    cancelPath: !over && mayReplay ? at.api(`/api/replays/${publicId('replay', row.id)}/cancel`) : null,
  }
}

/** `quarantined: fold_failed` as people read it. */
function outcomeText(stored: string): string {
  const [state = '', reason] = stored.split(/:\s*/)
  const word = wordFor('event', state).label
  return reason === undefined || reason === '' ? word : `${word}, ${wordFor('eventReason', reason).label.toLowerCase()}`
}

function changeView(payment: PaymentDifference, known: string | undefined, dryRun: boolean, at: Addresses): ReplayDetailView['changes'][number] {
  const fields = redactEvent(payment.fields) as PaymentDifference['fields']
  const currency = known ?? currencyIn(payment)
  return {
    payment: {
      name: payment.stripe_id === '' ? publicId('payment', payment.payment_id) : payment.stripe_id,
      // A payment that a dry run would make is not there to be looked at.
      ...(dryRun && payment.is_new ? {} : { href: at.payment(publicId('payment', payment.payment_id)) }),
    },
    isNew: payment.is_new,
    // What the payment is comes before what it was made of.
    fields: sorted(Object.entries(fields)).map(([name, [from, to]]) => {
      const lists = listTexts(from, to)
      const text = (value: unknown) => (currency === null ? plainText(value) : valueText(name, value, currency))
      return { name, from: lists?.from ?? shortened(text(from)), to: lists?.to ?? shortened(text(to)) }
    }),
    effects: payment.effects.map((effect) => effectNames[effect.kind] ?? plainWords(effect.kind)),
    opened: payment.exceptions_opened.map((exception) => wordFor('exception', exception.type).label),
    closed: payment.exceptions_closed.map((exception) => wordFor('exception', exception.type).label),
  }
}

const tables = ['payment', 'order', 'reconciliation', 'checkout_attempt']

function sorted<Entry extends [string, unknown]>(entries: Entry[]): Entry[] {
  const place = ([name]: Entry) => {
    const found = tables.indexOf(name.split('.')[0] ?? '')
    return found === -1 ? tables.length : found
  }
  return entries
    .map((entry, index) => ({ entry, index }))
    .sort((a, b) => place(a.entry) - place(b.entry) || a.index - b.index)
    .map(({ entry }) => entry)
}

/** Only a payment that is new tells its currency among what changed. */
function currencyIn(payment: PaymentDifference): string | null {
  const currency = payment.fields['payment.currency']?.[1]
  return typeof currency === 'string' ? currency : null
}

/** Of two lists of names how long they are, and what came and went: written out, the difference would be at their ends. */
function listTexts(from: unknown, to: unknown): { from: string; to: string } | null {
  const isList = (value: unknown): value is string[] => Array.isArray(value) && value.every((entry) => typeof entry === 'string')
  if (!isList(from) || !isList(to) || from.length === 0) return null
  const changes = [
    ...to.filter((entry) => !from.includes(entry)).map((entry) => `+ ${entry}`),
    ...from.filter((entry) => !to.includes(entry)).map((entry) => `− ${entry}`),
  ]
  if (changes.length === 0) return null
  return { from: `${from.length} entries`, to: shortened(`${to.length} entries: ${changes.join(', ')}`) }
}

function shortened(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text
}

function plainText(value: unknown): string {
  if (value === null || value === undefined) return 'none'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

const onlyNames: Readonly<Record<NonNullable<ReplayFilter['only']>[number], string>> = {
  repeated: 'delivered more than once',
  alarm: 'with a repeat that differs',
}

/** The events of a filter in words. `connections`: names by public id. */
export function filterText(filter: ReplayFilter, connections: ReadonlyMap<string, string>): string {
  const parts = [
    filter.event === undefined ? '' : `event ${filter.event}`,
    filter.payment === undefined ? '' : `everything about ${filter.payment}`,
    filter.types === undefined ? '' : `events ${filter.types.join(' or ')}`,
    filter.states === undefined ? '' : filter.states.map((state) => wordFor('event', state).label.toLowerCase()).join(' or '),
    filter.reasons === undefined ? '' : `because: ${filter.reasons.map((reason) => wordFor('eventReason', reason).label.toLowerCase()).join(' or ')}`,
    filter.kinds === undefined ? '' : filter.kinds.map((kind) => wordFor('eventKind', kind).label.toLowerCase()).join(' or '),
    filter.only === undefined ? '' : filter.only.map((only) => onlyNames[only]).join(' or '),
    filter.connections === undefined
      ? ''
      : `${filter.types === undefined ? 'events ' : ''}of ${filter.connections.map((id) => connections.get(id) ?? id).join(' or ')}`,
    filter.since === undefined ? '' : `received from ${momentText(filter.since)}`,
    filter.until === undefined ? '' : `until ${momentText(filter.until)}`,
  ].filter((part) => part !== '')
  if (parts.length === 0) return 'Every stored event'
  const text = parts.join(', ')
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function momentText(at: string): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** What a filter of the events list comes down to for a replay; null when a replay cannot be told so. */
export function replayFilter(filter: EventFilter, zone: string): ReplayFilter | null {
  const states = filter.outcomes.flatMap((outcome) => (outcome === 'waiting' ? [] : [outcome]))
  if (filter.outcomes.length > 0 && states.length === 0) return null
  const { search, received } = filter
  if (search?.by === 'nothing') return null
  const types =
    search?.by === 'type' ? (filter.types.length === 0 ? [`${search.prefix}*`] : filter.types.filter((type) => type.startsWith(search.prefix))) : filter.types
  const asked: ReplayFilter = {
    ...(search?.by === 'event' ? { event: search.id } : {}),
    ...(search?.by === 'row' ? { event: publicId('inbox_event', search.id) } : {}),
    ...(search?.by === 'payment' ? { payment: publicId('payment', search.id) } : {}),
    ...(search?.by === 'object' ? { payment: search.id } : {}),
    ...(types.length === 0 ? {} : { types }),
    ...(states.length === 0 ? {} : { states }),
    ...(filter.reasons.length === 0 ? {} : { reasons: filter.reasons }),
    ...(filter.kinds.length === 0 ? {} : { kinds: filter.kinds }),
    ...(filter.repeated ? { only: ['repeated'] } : filter.alarm ? { only: ['alarm'] } : {}),
    ...(filter.connections.length === 0 ? {} : { connections: filter.connections.map((id) => publicId('connection', id)) }),
    ...(received.from === null ? {} : { since: dayStart(received.from, zone).toISOString() }),
    ...(received.to === null ? {} : { until: dayStart(received.to, zone, 1).toISOString() }),
  }
  return Object.keys(asked).length === 0 ? { all: true } : asked
}

/** What the button of a replay needs; null for those who may not. */
export function replayAsk(
  filter: ReplayFilter | null,
  mayReplay: boolean,
  at: Addresses,
  connections: readonly { id: string; name: string }[] = [],
): ReplayAsk | null {
  if (filter === null || !mayReplay) return null
  return { path: at.api('/api/replays'), filter, what: filterText(filter, replayNames([], connections).connections), hrefBase: at.replays() }
}
