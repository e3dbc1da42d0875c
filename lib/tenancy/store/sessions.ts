import { globalDb } from '@/lib/db/tenant'
import type { SessionRow } from '../core/session-life'

export type StoredSession = SessionRow & { id: string; user_id: string; user: { email: string; name: string } }

/** Global tables: a session is known before any tenant is. */
export async function insertSession(row: { id: string; user_id: string; created_at: Date; expires_at: Date; user_agent: string | null }): Promise<void> {
  await globalDb().session.create({ data: { ...row, last_seen_at: row.created_at }, select: { id: true } })
}

export async function findSession(id: string): Promise<StoredSession | null> {
  const row = await globalDb().session.findUnique({
    where: { id },
    select: {
      id: true,
      user_id: true,
      created_at: true,
      last_seen_at: true,
      expires_at: true,
      revoked_at: true,
      user: { select: { email: true, name: true, disabled_at: true } },
    },
  })
  if (row === null) return null
  const { user, ...session } = row
  return { ...session, user_disabled_at: user.disabled_at, user: { email: user.email, name: user.name } }
}

/** Never makes a revoked session look used. */
export async function touchSession(id: string, at: Date): Promise<void> {
  await globalDb().session.updateMany({ where: { id, revoked_at: null, last_seen_at: { lt: at } }, data: { last_seen_at: at } })
}

/** The first revocation stays. */
export async function markRevoked(where: { id: string } | { user_id: string }, at: Date): Promise<number> {
  const { count } = await globalDb().session.updateMany({ where: { ...where, revoked_at: null }, data: { revoked_at: at } })
  return count
}
