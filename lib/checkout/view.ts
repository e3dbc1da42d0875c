import { config } from '@/lib/config/config'
import { publicId } from '@/lib/kernel/id'
import { unseal } from '@/lib/kernel/seal'
import { clientSecretPlace, type AttemptRow } from './core/attempt'
import type { AttemptState } from './core/attempt-state'
import { payUrlOf } from './pay-link'
import type { ConnectionRow } from './store/places'

/** What a page needs to show the Payment Element. `account`: the connected account, null when the key is the account's own. */
export type BrowserSession = { client_secret: string; publishable_key: string; account: string | null }

/** A checkout as our API answers it. Amount in minor units, times ISO 8601 in UTC. `session` only while it can be paid. */
export type CheckoutView = {
  id: string
  status: AttemptState
  amount: number
  currency: string
  order: string
  pay_url: string
  session: BrowserSession | null
  expires_at: string | null
}

export function viewOf(attempt: AttemptRow, connection: ConnectionRow): CheckoutView {
  return {
    id: publicId('attempt', attempt.id),
    status: attempt.state,
    amount: Number(attempt.amount),
    currency: attempt.currency,
    order: publicId('order', attempt.order_id),
    pay_url: payUrlOf(attempt),
    session: browserSessionOf(attempt, connection),
    expires_at: attempt.session_expires_at?.toISOString() ?? null,
  }
}

/** Null unless the attempt is open and the account's publishable key is known. */
export function browserSessionOf(attempt: AttemptRow, connection: ConnectionRow): BrowserSession | null {
  if (attempt.state !== 'open' || attempt.client_secret_sealed === null) return null
  const isConnect = connection.kind === 'connect'
  const publishable_key = isConnect ? config().stripe[attempt.mode].publishable : connection.publishable_key
  if (!publishable_key) return null
  return {
    client_secret: unseal(config().secret, clientSecretPlace(attempt), attempt.client_secret_sealed),
    publishable_key,
    account: isConnect ? connection.account_id : null,
  }
}
