import { Fault } from '@/lib/kernel/fault'
import { whoMay, type Action } from './core/roles'

/** Wrong password, unknown account, disabled account: one answer, so that none can be told from another. */
export function signInRefused(): Fault {
  return new Fault('sign_in_refused', 401, 'The e-mail address and the password do not belong together.', { remedy: 'Check both and try again.' })
}

/** Too many failures of this account or this address. */
export function signInThrottled(until: Date, now: Date): Fault {
  const minutes = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 60_000))
  return new Fault('sign_in_throttled', 429, 'Too many sign-ins have failed.', {
    remedy: `Wait ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, then try again.`,
  })
}

export function notSignedIn(): Fault {
  return new Fault('not_signed_in', 401, 'You are not signed in, or your session has ended.', { remedy: 'Sign in again.' })
}

/** Also for a tenant that exists but is not this person's: the two must look the same. */
export function nothingHere(): Fault {
  return new Fault('not_found', 404, 'There is nothing at this address for you.')
}

export function notAllowed(action: Action): Fault {
  return new Fault('not_allowed', 403, 'Your role does not allow this.', { remedy: `Ask someone with the role ${whoMay(action).join(' or ')}.` })
}

/** Unknown, wrong, revoked, of another mode or tenant: one answer. */
export function apiKeyRefused(): Fault {
  return new Fault('api_key_invalid', 401, 'This API key is not valid.', {
    remedy: 'Use a key from Settings that has not been revoked, as it was shown when it was made.',
  })
}

export function apiKeyMissing(): Fault {
  return new Fault('api_key_missing', 401, 'This address needs an API key.', { remedy: 'Send it as the header `Authorization: Bearer mbk_...`.' })
}
