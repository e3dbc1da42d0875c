import { clock } from '@/lib/kernel/clock'
import { isUuid } from '@/lib/kernel/id'
import { isDueForTouch, judgeSession } from './core/session-life'
import { findSession, touchSession } from './store/sessions'

/** A signed-in person, as their session row says now. */
export type Principal = { user_id: string; session_id: string; user: { email: string; name: string } }

/**
 * Reads the session behind a cookie's session id: null when it is unknown, revoked, expired, idle too long, or its
 * account is disabled. Asked wherever data is read, so that a revocation counts at once. `touch: false` looks without
 * counting as use (an open stream must not keep a session alive).
 */
export async function principalOf(session_id: string | null, options: { touch?: boolean } = {}): Promise<Principal | null> {
  if (session_id === null || !isUuid(session_id)) return null
  const row = await findSession(session_id)
  const nowMs = clock.wallMs()
  if (row === null || judgeSession(row, nowMs) !== 'alive') return null
  if (options.touch !== false && isDueForTouch(row, nowMs)) await touchSession(session_id, new Date(nowMs))
  return { user_id: row.user_id, session_id, user: row.user }
}
