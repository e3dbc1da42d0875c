/** A session ends this long after it was last used. Wall time: moving business time forward signs nobody out. */
export const idleMs = 30 * 60_000
/** A session ends this long after signing in, used or not. */
export const absoluteMs = 12 * 60 * 60_000
/** How stale `last_seen_at` may get before it is written again: a page view is not a write each time. */
export const touchEveryMs = 60_000

export type SessionRow = { created_at: Date; last_seen_at: Date; expires_at: Date; revoked_at: Date | null; user_disabled_at: Date | null }
export type SessionVerdict = 'alive' | 'revoked' | 'expired' | 'idle' | 'disabled'

/** Whether a session counts at `nowMs` (wall time, UTC milliseconds). */
export function judgeSession(row: SessionRow, nowMs: number): SessionVerdict {
  if (row.revoked_at !== null) return 'revoked'
  if (row.user_disabled_at !== null) return 'disabled'
  if (nowMs >= row.expires_at.getTime() || nowMs >= row.created_at.getTime() + absoluteMs) return 'expired'
  if (nowMs >= row.last_seen_at.getTime() + idleMs) return 'idle'
  return 'alive'
}

export function isDueForTouch(row: Pick<SessionRow, 'last_seen_at'>, nowMs: number): boolean {
  return nowMs - row.last_seen_at.getTime() >= touchEveryMs
}
