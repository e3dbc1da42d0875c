import { lowerBound, type Collection, type Entry } from '../../core/store'
import type { Call } from '../call'
import { visible } from '../call'
import { scopeOf } from '../events'
import type { Owned } from '../tables'
import { invalidParam, missing } from './errors'
import { integer, text, type TimeRange } from './params'

/** The parameters every list takes. */
export const paging = { limit: integer(1, 100), starting_after: text(), ending_before: text() }

export interface Paging {
  readonly limit: number | undefined
  readonly starting_after: string | undefined
  readonly ending_before: string | undefined
}

export interface Page<T> {
  readonly object: 'list'
  readonly data: T[]
  readonly has_more: boolean
  readonly url: string
}

export interface ListOptions<R extends Owned<object>, T> {
  readonly table: Collection<R>
  readonly noun: string
  readonly url: string
  readonly paging: Paging
  /** A narrower index than the account's scope. */
  readonly index?: { readonly name: string; readonly key: string }
  readonly created?: TimeRange
  readonly where?: (row: R) => boolean
  readonly render: (row: R) => T
}

/** One page, newest first, by cursor (docs.stripe.com/api/pagination). Reads about as many rows as it answers. */
export function page<R extends Owned<object>, T>(call: Call, options: ListOptions<R, T>): Page<T> {
  const { table, paging: cursors } = options
  const limit = cursors.limit ?? 10
  const entries = table.list(options.index?.name ?? 'scope', options.index?.key ?? scopeOf(call.account.id, call.livemode))
  const matches = (row: R) => visible(call, row) && (options.where === undefined || options.where(row))
  const after = cursorSeq(call, options, cursors.starting_after, 'starting_after')
  const before = cursorSeq(call, options, cursors.ending_before, 'ending_before')
  if (after !== null && before !== null) throw invalidParam('ending_before', 'You can only specify one of these parameters: starting_after, ending_before.')

  // Rows are stored oldest first: a page walks down from the cursor, or up from `ending_before`.
  const found: R[] = []
  if (before !== null) {
    for (let at = lowerBound(entries, before + 1); at < entries.length && found.length <= limit; at++) collect(entries[at], found, matches, options.created)
    const more = found.length > limit
    return { object: 'list', data: found.slice(0, limit).reverse().map(options.render), has_more: more, url: options.url }
  }
  let at = (after === null ? entries.length : lowerBound(entries, after)) - 1
  if (options.created !== undefined) at = Math.min(at, lastCreatedBefore(entries, options.created.to))
  for (; at >= 0 && found.length <= limit; at--) {
    const entry = entries[at]
    if (options.created !== undefined && entry !== undefined && entry.row.created < options.created.from) break
    collect(entry, found, matches, options.created)
  }
  return { object: 'list', data: found.slice(0, limit).map(options.render), has_more: found.length > limit, url: options.url }
}

function collect<R extends Owned<object>>(entry: Entry<R> | undefined, found: R[], matches: (row: R) => boolean, created: TimeRange | undefined): void {
  if (entry === undefined) return
  const row = entry.row
  if (created !== undefined && (row.created < created.from || row.created > created.to)) return
  if (matches(row)) found.push(row)
}

/** Index of the last entry created at or before `to`; creation times never fall. */
function lastCreatedBefore<R extends Owned<object>>(entries: readonly Entry<R>[], to: number): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const mid = (low + high) >> 1
    const entry = entries[mid]
    if (entry !== undefined && entry.row.created <= to) low = mid + 1
    else high = mid
  }
  return low - 1
}

function cursorSeq<R extends Owned<object>, T>(call: Call, options: ListOptions<R, T>, id: string | undefined, param: string): number | null {
  if (id === undefined) return null
  const seq = options.table.seqOf(id)
  if (seq === undefined || !visible(call, options.table.get(id))) throw missing(options.noun, id, param)
  return seq
}
