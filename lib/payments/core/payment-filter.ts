import { parsePublicId } from '@/lib/kernel/public-id'
import { readSearch, type SearchTerm } from './search-terms'

/** What a payment is shown as: Stripe's status, and what became of the money since. `failed`: the last try was refused. */
export const shownStatuses = [
  'succeeded',
  'processing',
  'requires_action',
  'requires_capture',
  'failed',
  'partly_refunded',
  'refunded',
  'disputed',
  'requires_payment_method',
  'requires_confirmation',
  'canceled',
  'unknown',
] as const
export type ShownStatus = (typeof shownStatuses)[number]

/** Whose payment: ours, another application's on the same Stripe account, or labelled as ours wrongly. */
export const origins = ['checkout', 'foreign', 'withheld'] as const
export type Origin = (typeof origins)[number]

export const filterWords = ['unmatched', 'linked', 'confirmed', 'settled', 'paid_out', 'reconciled'] as const
export const feeStates = ['pending', 'known', 'not_applicable'] as const

/** Which payments. An empty list is no condition; values of one list are an "or", lists are an "and". Days are `YYYY-MM-DD`, both included. */
export type PaymentFilter = {
  statuses: ShownStatus[]
  words: (typeof filterWords)[number][]
  /** Ids of stores. */
  stores: string[]
  /** Stripe's payment method types. */
  methods: string[]
  origins: Origin[]
  fees: (typeof feeStates)[number][]
  currencies: string[]
  created: Days
  /** When Stripe took the money. */
  paid: Days
  search: SearchTerm[] | null
  ids: string[]
}

/** More values of one kind than this are not a person's. */
const most = 200

export type Days = { from: string | null; to: string | null }

/**
 * The filter that an address holds, the same for the list and for its export: `status`, `match`, `store`, `method`,
 * `origin`, `fee`, `currency`, `id` (each repeatable), `created_from`, `created_to`, `paid_from`, `paid_to`, `q`.
 * What we do not know is left out, so that an old link still opens.
 */
export function readPaymentFilter(params: URLSearchParams): PaymentFilter {
  const q = params.get('q')?.trim() ?? ''
  return {
    statuses: known(params, 'status', shownStatuses),
    words: known(params, 'match', filterWords),
    stores: publicIds(params, 'store'),
    methods: texts(params, 'method', /^[a-z0-9_]{1,40}$/),
    origins: known(params, 'origin', origins),
    fees: known(params, 'fee', feeStates),
    currencies: texts(params, 'currency', /^[a-z]{3}$/),
    created: days(params, 'created'),
    paid: days(params, 'paid'),
    search: q === '' ? null : readSearch(q),
    ids: publicIds(params, 'id', 'payment'),
  }
}

/** Every payment. */
export const noFilter: PaymentFilter = readPaymentFilter(new URLSearchParams())

/** True when anything is held back. */
export function isFiltered(filter: PaymentFilter): boolean {
  const { search, created, paid, ...lists } = filter
  return search !== null || [created, paid].some((span) => span.from !== null || span.to !== null) || Object.values(lists).some((list) => list.length > 0)
}

function known<const Value extends string>(params: URLSearchParams, name: string, values: readonly Value[]): Value[] {
  return values.filter((value) => params.getAll(name).includes(value))
}

function texts(params: URLSearchParams, name: string, shape: RegExp): string[] {
  return [...new Set(params.getAll(name).filter((text) => shape.test(text)))].slice(0, most)
}

function publicIds(params: URLSearchParams, name: string, kind: 'store' | 'payment' = 'store'): string[] {
  return [...new Set(params.getAll(name).flatMap((text) => parsePublicId(kind, text) ?? []))].slice(0, most)
}

function days(params: URLSearchParams, name: string): Days {
  return { from: day(params.get(`${name}_from`)), to: day(params.get(`${name}_to`)) }
}

/** A day that exists, else null. */
export function day(text: string | null): string | null {
  const found = text === null ? null : /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (found === null || text === null) return null
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) ? text : null
}
