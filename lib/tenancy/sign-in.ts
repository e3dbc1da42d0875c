import { createHmac } from 'node:crypto'
import { config } from '@/lib/config/config'
import { clock } from '@/lib/kernel/clock'
import { newId } from '@/lib/kernel/id'
import { log } from '@/lib/log/log'
import { normaliseEmail } from './core/email'
import { absoluteMs } from './core/session-life'
import { signInRefused, signInThrottled } from './errors'
import { passwordFits } from './password'
import { findUserForSignIn } from './store/people'
import { insertSession, markRevoked } from './store/sessions'
import { countTries, forgiveTry } from './store/throttle'

/**
 * Opens a session for an account and its password. `address` is where the try comes from, `replaces` the session that
 * the same browser held before, which ends. All times are wall time: sessions are about people, not about business.
 * @throws Fault `sign_in_refused` (the same for an unknown account, at the same cost) or `sign_in_throttled`.
 */
export async function signIn(
  email: string,
  password: string,
  from: { address: string; user_agent?: string | null; replaces?: string | null },
): Promise<{ session_id: string; user_id: string }> {
  const now = new Date(clock.wallMs())
  const known = normaliseEmail(email)
  const account = throttleKey('account', known ?? email.trim().toLowerCase().slice(0, 254))
  const address = throttleKey('address', from.address)
  const blocked = await countTries([account, address], now)
  if (blocked) throw signInThrottled(blocked.blocked_until, now)

  const user = known === null ? null : await findUserForSignIn(known)
  const fits = await passwordFits(user?.password_hash ?? null, password)
  if (user === null || !fits || user.disabled_at !== null) {
    log().info({ user_id: user?.id ?? null }, 'a sign-in was refused')
    throw signInRefused()
  }

  await forgiveTry(account, address, now)
  if (from.replaces) await markRevoked({ id: from.replaces }, now)
  const session_id = newId()
  await insertSession({
    id: session_id,
    user_id: user.id,
    created_at: now,
    expires_at: new Date(now.getTime() + absoluteMs),
    user_agent: from.user_agent?.slice(0, 200) ?? null,
  })
  return { session_id, user_id: user.id }
}

/** Neither mail addresses nor network addresses are kept: a keyed hash of either is enough to count. */
function throttleKey(kind: 'account' | 'address', text: string): string {
  return `${kind}:${createHmac('sha256', config().secret).update(`throttle ${kind} ${text}`).digest('hex').slice(0, 40)}`
}
