/** Stripe keeps events for 30 days (docs.stripe.com/api/events). */
export const keptMs = 30 * 86_400_000
/** A look begins this long before the last one ended: an event may be listed later than its `created` says. */
export const overlapMs = 10 * 60_000
/** A first look goes back to this long before the connection was made. */
const beforeConnectionMs = 86_400_000
/** A connection with more events than this in one look is looked at whole once a day, and in between for what Stripe could not deliver. */
export const manyEvents = 2_000
const wholeEveryMs = 86_400_000

/** Where looking stands: everything created before `whole_until` was compared; `many`: the last whole look found many. */
type Position = { whole_until: string; many: boolean }

export type Look = { from: Date; undelivered_only: boolean }

/** The text that a cursor keeps. */
export function positionAt(until: Date, many = false): string {
  return JSON.stringify({ whole_until: until.toISOString(), many } satisfies Position)
}

/**
 * What to list next. Listing costs one call per 100 events, so that a busy connection is compared whole only once a
 * day; what Stripe knows to be undelivered is a short list however busy the connection is.
 */
export function nextLook(position: string | null, connection: { created_at: Date }, now: Date): Look {
  const oldest = now.getTime() - keptMs
  if (position === null) return { from: new Date(Math.max(oldest, connection.created_at.getTime() - beforeConnectionMs)), undelivered_only: false }
  const { whole_until, many } = JSON.parse(position) as Position
  const until = Date.parse(whole_until)
  const from = new Date(Math.max(oldest, until - overlapMs))
  return { from, undelivered_only: many && now.getTime() - until < wholeEveryMs }
}

/**
 * The position of a look that is asked for from `since` on, null for where it stands. Never later than where it stands:
 * what lies between, another ask of a moment ago perhaps, would never be compared. What is asked for is compared whole.
 */
export function askedPosition(position: string | null, connection: { created_at: Date }, since: Date | null): string | null {
  if (since === null) return position
  if (position === null) return since.getTime() < connection.created_at.getTime() - beforeConnectionMs ? positionAt(since) : null
  const { whole_until } = JSON.parse(position) as Position
  return positionAt(new Date(Math.min(Date.parse(whole_until), since.getTime())))
}

/**
 * Has a look ended, well or not, that began after one was asked for? Until one begins the cursor stays due, at that
 * moment or before; while one is under way it is leased. When the last one ended says nothing: it may have begun before.
 */
export function isCompared(view: { due_at: Date | null; is_under_way: boolean; last_run_at: Date | null; last_error: string | null }, askedAt: Date): boolean {
  if (view.last_run_at === null && view.last_error === null) return false
  return view.due_at !== null && view.due_at.getTime() > askedAt.getTime() && !view.is_under_way
}
