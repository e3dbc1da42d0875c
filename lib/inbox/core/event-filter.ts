import { parsePublicId } from '@/lib/kernel/public-id'
import { stripeIdKind } from '@/lib/stripe/core/ids'
import { day, type Days } from '@/lib/payments/core/payment-filter'

/** What became of an event. `waiting` is a row that is not folded yet. */
export const eventOutcomes = ['waiting', 'applied', 'ignored', 'quarantined'] as const
export type EventOutcome = (typeof eventOutcomes)[number]

/** How an event reached us: told by Stripe, read by us, answered to a call of ours, or found in Stripe's list. */
export const eventKinds = ['delivery', 'read', 'reply', 'backfill'] as const
export type EventKind = (typeof eventKinds)[number]

/** What was typed into the search box of the events. */
export type EventSearch =
  /** Stripe's id of the event, or the key of a read: `evt_...`, `read:req_...`. */
  | { by: 'event'; id: string }
  /** Our own id of the row. */
  | { by: 'row'; id: string }
  /** Our id of a payment: the events of everything that hangs on it. */
  | { by: 'payment'; id: string }
  /** Stripe's id of an object. */
  | { by: 'object'; id: string }
  /** The beginning of a type: `charge.`. */
  | { by: 'type'; prefix: string }
  /** Something that names nothing. */
  | { by: 'nothing' }

/** Which events. An empty list is no condition; values of one list are an "or", lists are an "and". Days are whole, both included. */
export type EventFilter = {
  outcomes: EventOutcome[]
  /** Codes of reasons, without what follows a colon. */
  reasons: string[]
  kinds: EventKind[]
  /** Exact types, or beginnings of types when they end with `*`: `charge.*`. */
  types: string[]
  /** Ids of connections. */
  connections: string[]
  received: Days
  /** Only events whose repeat was not the same event. */
  alarm: boolean
  /** Only events that were delivered more than once. */
  repeated: boolean
  search: EventSearch | null
}

/** Reasons that only ignored rows have, and those that only rows set aside have. */
const ofIgnored = new Set([
  'nothing_new',
  'object_not_followed',
  'asked_for_a_read',
  'other_api_release',
  'thin_event_not_followed',
  'other_mode',
  'platform_account',
  'foreign_session',
  'other_session',
])
const ofQuarantined = new Set(['fold_failed', 'misrouted', 'unknown_account', 'endpoint_unknown', 'body_unreadable'])

/** Reasons by the state that they belong to, because each state is found by an index of its own; one that we do not know may be of either. */
export function reasonsByState(codes: readonly string[]): { of: 'ignored' | 'quarantined'; codes: string[] }[] {
  const parts = [
    { of: 'ignored' as const, codes: codes.filter((code) => !ofQuarantined.has(code)) },
    { of: 'quarantined' as const, codes: codes.filter((code) => !ofIgnored.has(code)) },
  ]
  return parts.filter((part) => part.codes.length > 0)
}

const most = 50

/**
 * The filter that an address holds: `outcome`, `reason`, `kind`, `type`, `connection` (each repeatable), `received_from`,
 * `received_to`, `only` (`alarm`, `repeated`), `q`. What we do not know is left out, so that an old link still opens.
 */
export function readEventFilter(params: URLSearchParams): EventFilter {
  const q = params.get('q')?.trim() ?? ''
  const only = params.getAll('only')
  return {
    outcomes: eventOutcomes.filter((value) => params.getAll('outcome').includes(value)),
    reasons: texts(params, 'reason', /^[a-z0-9_]{1,60}$/),
    kinds: eventKinds.filter((value) => params.getAll('kind').includes(value)),
    types: texts(params, 'type', /^[a-z0-9_.]{1,100}\*?$/),
    connections: [...new Set(params.getAll('connection').flatMap((text) => parsePublicId('connection', text) ?? []))].slice(0, most),
    received: { from: day(params.get('received_from')), to: day(params.get('received_to')) },
    alarm: only.includes('alarm'),
    repeated: only.includes('repeated'),
    search: q === '' ? null : readEventSearch(q),
  }
}

/** Every event. */
export const everyEvent: EventFilter = readEventFilter(new URLSearchParams())

/** Reads the search box: ids of ours and of Stripe's, and types or their beginnings. */
export function readEventSearch(typed: string): EventSearch {
  const text = typed.trim().slice(0, 255)
  const row = parsePublicId('inbox_event', text)
  if (row !== null) return { by: 'row', id: row }
  const payment = parsePublicId('payment', text)
  if (payment !== null) return { by: 'payment', id: payment }
  if (/^(evt_|read:|reply:|page:|list:)[\w:./-]+$/.test(text)) return { by: 'event', id: text }
  if (stripeIdKind(text) !== null || /^[a-z]{2,6}_[A-Za-z0-9_]*[A-Z0-9][A-Za-z0-9_]*$/.test(text)) return { by: 'object', id: text }
  if (/^[a-z][a-z0-9_.]*\*?$/.test(text)) return { by: 'type', prefix: text.replace(/\*$/, '') }
  return { by: 'nothing' }
}

/** True when anything is held back. */
export function isEventFiltered(filter: EventFilter): boolean {
  const { search, received, alarm, repeated, ...lists } = filter
  return search !== null || alarm || repeated || received.from !== null || received.to !== null || Object.values(lists).some((list) => list.length > 0)
}

function texts(params: URLSearchParams, name: string, shape: RegExp): string[] {
  return [...new Set(params.getAll(name).filter((text) => shape.test(text)))].slice(0, most)
}
