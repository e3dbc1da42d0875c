import { clock } from '@/lib/kernel/clock'
import { isUuid } from '@/lib/kernel/id'
import { markRevoked } from './store/sessions'

/** Ends one session; its cookie is refused from the next request on. Ending an ended one changes nothing. */
export async function signOut(session_id: string): Promise<void> {
  if (isUuid(session_id)) await markRevoked({ id: session_id }, new Date(clock.wallMs()))
}

/** Ends every session of a person; says how many were open. */
export async function revokeSessionsOf(user_id: string): Promise<number> {
  return markRevoked({ user_id }, new Date(clock.wallMs()))
}
