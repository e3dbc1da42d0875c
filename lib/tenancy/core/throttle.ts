/** Failures that are free; the last of them starts a block. */
export const freeFailures = 5
/** Failures count together when they began within this time. */
export const windowMs = 15 * 60_000
/** The first block; each further five failures double it. */
export const firstBlockMs = 15 * 60_000
export const longestBlockMs = 60 * 60_000
/** So long after the end of a block everything is forgotten. */
export const forgottenAfterMs = 24 * 60 * 60_000

/** Failed sign-ins of one account, or of one address. Times are wall time. */
export type ThrottleRow = { failures: number; window_from: Date; blocked_until: Date | null }
export type ThrottleAnswer = { allowed: true; next: ThrottleRow } | { allowed: false; until: Date }

/**
 * Counts a try before it is made, as if it would fail: a thousand tries at the same moment are then still five.
 * The one that succeeds is taken back with `forgive`.
 */
export function countTry(row: ThrottleRow | null, now: Date): ThrottleAnswer {
  if (row?.blocked_until && row.blocked_until > now) return { allowed: false, until: row.blocked_until }
  const known = row === null || isForgotten(row, now) ? { failures: 0, window_from: now, blocked_until: null } : row
  const failures = known.failures + 1
  const blocked_until = failures % freeFailures === 0 ? new Date(now.getTime() + blockMs(failures)) : null
  return { allowed: true, next: { failures, window_from: known.window_from, blocked_until: blocked_until ?? known.blocked_until } }
}

/** Takes back one counted try. */
export function forgive(row: ThrottleRow): ThrottleRow {
  return { failures: Math.max(0, row.failures - 1), window_from: row.window_from, blocked_until: row.failures % freeFailures === 0 ? null : row.blocked_until }
}

function isForgotten(row: ThrottleRow, now: Date): boolean {
  if (row.failures === 0) return true
  if (row.failures < freeFailures) return now.getTime() - row.window_from.getTime() >= windowMs
  const end = row.blocked_until ?? row.window_from
  return now.getTime() - end.getTime() >= forgottenAfterMs
}

function blockMs(failures: number): number {
  return Math.min(longestBlockMs, firstBlockMs * 2 ** (failures / freeFailures - 1))
}
