/**
 * What a snapshot may settle. Stripe delivers in any order and `created` has whole seconds, so a snapshot is newer,
 * older, or of the same second (`tie`) as what was taken last. Facts that only grow do not ask this; the rest does.
 */
export type Snapshot = {
  kind: 'delivery' | 'read' | 'backfill' | 'reply'
  /** Stripe's event type, or `<object>.read` / `<object>.reply`. */
  type: string
  /** Event: its `created`. Read and reply: `as_of`. UTC, whole seconds. */
  created: Date
  /** Stripe's Date header of a read or reply; null for an event. */
  as_of: Date | null
  /** `data.previous_attributes` of an `*.updated` event. */
  previous: Record<string, unknown> | null
}

export type Settled = { snapshot_at: Date | null; read_as_of: Date | null }
export type Standing = 'newer' | 'older' | 'tie'

/**
 * A read settles every event created before its as_of; an event of that very second is a tie, because it may have
 * happened after the read. Between events the later second is newer. Two reads of one second are a tie as well.
 */
export function standing(row: Settled, snapshot: Snapshot): Standing {
  if (snapshot.as_of !== null) {
    const asOf = snapshot.as_of.getTime()
    if (row.read_as_of !== null && asOf < row.read_as_of.getTime()) return 'older'
    if (row.snapshot_at !== null && asOf < row.snapshot_at.getTime()) return 'older'
    if (asOf === row.snapshot_at?.getTime() || asOf === row.read_as_of?.getTime()) return 'tie'
    return 'newer'
  }
  const created = snapshot.created.getTime()
  const read = row.read_as_of?.getTime() ?? -Infinity
  const seen = row.snapshot_at?.getTime() ?? -Infinity
  if (created < read || created < seen) return 'older'
  if (created === read || created === seen) return 'tie'
  return 'newer'
}

/** The bookkeeping after a snapshot was taken or found older: these two fields alone. */
export function settle({ snapshot_at, read_as_of }: Settled, snapshot: Snapshot): Settled {
  if (snapshot.as_of !== null) return { snapshot_at, read_as_of: later(read_as_of, snapshot.as_of) }
  return { snapshot_at: later(snapshot_at, snapshot.created), read_as_of }
}

function later(a: Date | null, b: Date): Date {
  return a !== null && a.getTime() >= b.getTime() ? a : b
}

export type Pick<T> = { value: T; read: boolean }

/**
 * A field that may change back and forth: the newest wins; a tie with different values wants a read. Until that is
 * answered the larger text stands, so that the order of arrival does not show. `previous_attributes` cannot settle a
 * tie: within a second a value may go and come back.
 */
export function newest<T>(stands: Standing, current: T, incoming: T): Pick<T> {
  if (stands === 'older' || same(current, incoming)) return { value: current, read: false }
  if (stands === 'newer') return { value: incoming, read: false }
  return { value: text(incoming) > text(current) ? incoming : current, read: true }
}

/**
 * Two words that cannot both be: a read's stands over what was told before it, an event that a read has settled is not
 * heard again, and anything else asks for a read. Until that is answered the larger text stands.
 */
export function contradiction<T>(row: Settled, snapshot: Snapshot, current: T, incoming: T): Pick<T> {
  // Only a younger read has settled it: that a younger event says otherwise is what has to be asked about.
  if (row.read_as_of !== null && (snapshot.as_of ?? snapshot.created).getTime() < row.read_as_of.getTime()) return { value: current, read: false }
  if (snapshot.as_of !== null && standing(row, snapshot) === 'newer') return { value: incoming, read: false }
  return { value: text(incoming) > text(current) ? incoming : current, read: true }
}

/** An id that appears later and never changes: a value beats null; two different values are a contradiction. */
export function once(row: Settled, snapshot: Snapshot, current: string | null, incoming: string | null): Pick<string | null> {
  if (current === null || incoming === null || current === incoming) return { value: current ?? incoming, read: false }
  return contradiction(row, snapshot, current, incoming)
}

/** Equal as JSON: the order of an object's fields and fields that are undefined do not count, nested Dates are their ISO text. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (a instanceof Date || b instanceof Date) return a instanceof Date && b instanceof Date && a.getTime() === b.getTime()
  return alike(a, b)
}

/** Most values differ or agree at first sight; text is made only of what is rare. */
function alike(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    if (a instanceof Date || b instanceof Date) return text({ a }) === text({ a: b })
    if (Array.isArray(a) || Array.isArray(b))
      return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => alike(item ?? null, (b as unknown[])[index] ?? null))
    return alikeFields(a as Record<string, unknown>, b as Record<string, unknown>)
  }
  if (typeof a === typeof b && typeof a !== 'number') return false
  if (a === null || b === null || a === undefined || b === undefined) return typeof (a ?? b) === 'number' && text(a) === text(b)
  return text({ a }) === text({ a: b })
}

function alikeFields(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  let fields = 0
  for (const name in a) {
    if (a[name] === undefined) continue
    if (b[name] === undefined || !alike(a[name], b[name])) return false
    fields += 1
  }
  for (const name in b) if (b[name] !== undefined) fields -= 1
  return fields === 0
}

function text(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  return JSON.stringify(sorted(value), (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item)) ?? ''
}

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || value instanceof Date) return value
  if (Array.isArray(value)) return value.map(sorted)
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, sorted(item)]),
  )
}

/** The changed fields of a row, as [from, to], for the transition that the inbox row leaves. */
export function changesBetween<Row extends object>(
  before: Row | null,
  after: Row,
  fields: readonly (keyof Row & string)[],
): Record<string, [unknown, unknown]> {
  const changes: Record<string, [unknown, unknown]> = {}
  for (const name of fields) if (!same(before?.[name] ?? null, after[name] ?? null)) changes[name] = [before?.[name] ?? null, after[name] ?? null]
  return changes
}
