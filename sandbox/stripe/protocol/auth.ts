import type { World } from '../../core/world'
import type { AccountRow, KeyOwner } from '../accounts'
import { ApiError } from './errors'
import { maskedKey } from './permissions'

/** Who is calling and on which account. */
export interface Caller {
  readonly key: string
  readonly owner: KeyOwner
  /** The account the call acts on: the key's own, or the one of the Stripe-Account header. */
  readonly account: AccountRow
  readonly livemode: boolean
}

function unauthorized(message: string, code?: string): ApiError {
  return new ApiError(401, { type: 'invalid_request_error', ...(code === undefined ? {} : { code }), message }, false, {
    'www-authenticate': 'Bearer realm="Stripe"',
  })
}

/** The key of an Authorization header: `Bearer sk_...`, or the user of Basic. */
export function keyOf(header: string | undefined): string | null {
  const [scheme = '', credentials = ''] = (header ?? '').split(/\s+/, 2)
  if (/^bearer$/i.test(scheme)) return credentials === '' ? null : credentials
  if (/^basic$/i.test(scheme)) return Buffer.from(credentials, 'base64').toString('utf8').split(':')[0] || null
  return null
}

/** Throws 401 for a missing or unknown key, 403 account_invalid for an account the key cannot act on. */
export function authenticate(world: World, key: string | null, stripeAccount: string | undefined, publishable: boolean): Caller {
  if (key === null || key === '') {
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details.",
    )
  }
  const owner = world.accounts.ownerOf(key)
  if (owner === undefined) {
    const shown = key.length > 12 ? `${key.slice(0, 8)}${'*'.repeat(Math.max(key.length - 12, 4))}${key.slice(-4)}` : '*'.repeat(key.length)
    throw unauthorized(`Invalid API Key provided: ${shown}`)
  }
  if (owner.type === 'publishable' && !publishable) {
    throw new ApiError(
      401,
      {
        type: 'invalid_request_error',
        code: 'secret_key_required',
        message:
          'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.',
      },
      false,
    )
  }
  const account = accountFor(world, key, owner, stripeAccount)
  return { key, owner, account, livemode: owner.mode === 'live' }
}

function accountFor(world: World, key: string, owner: KeyOwner, stripeAccount: string | undefined): AccountRow {
  if (stripeAccount === undefined || stripeAccount === '' || stripeAccount === owner.account.id) return owner.account
  const other = world.accounts.get(stripeAccount)
  if (other !== undefined && other.kind === 'connected' && other.platform === owner.account.id) return other
  throw new ApiError(
    403,
    {
      type: 'invalid_request_error',
      code: 'account_invalid',
      message: `The provided key '${maskedKey(key)}' does not have access to account '${stripeAccount}' (or that account does not exist). Application access may have been revoked.`,
    },
    false,
  )
}
