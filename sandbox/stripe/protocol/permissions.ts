import { ApiError } from './errors'

/**
 * Permission names of restricted keys as in docs.stripe.com/keys/permissions-reference: refunds belong to
 * `charge`, balance transactions to `balance_read`, accounts to `connected_account_read`; write includes read.
 */
const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  // docs.stripe.com/stripe-apps/reference/permissions, "This permission also implies"
  checkout_session_read: ['payment_intent_read', 'product_read'],
  checkout_session_write: ['payment_intent_read', 'product_read'],
  payment_intent_read: ['product_read'],
  payment_intent_write: ['product_read'],
  balance_transaction_source_read: ['balance_read', 'transfer_read', 'application_fee_read'],
}

/** Whether a key with these permissions (null: any) may do what `wanted` names. */
export function allows(permissions: ReadonlySet<string> | null, wanted: string): boolean {
  if (permissions === null || permissions.has(wanted)) return true
  const write = wanted.replace(/_read$/, '_write')
  if (permissions.has(write)) return true
  for (const held of permissions) if (IMPLIED[held]?.includes(wanted) === true) return true
  return false
}

export function maskedKey(key: string): string {
  const [kind = '', mode = ''] = key.split('_')
  return `${kind}_${mode}_***${key.slice(-6)}`
}

export function permissionError(key: string, account: string, wanted: string): ApiError {
  const label = wanted
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ')
  return new ApiError(
    403,
    {
      type: 'invalid_request_error',
      code: 'more_permissions_required',
      message: `Permission denied. The provided key '${maskedKey(key)}' does not have the required permissions for this endpoint on account '${account}'. Enabling "${label}" ('${wanted}') permissions on this key would allow this request to continue.`,
    },
    false,
  )
}
