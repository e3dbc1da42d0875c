import { withTenant, type Scope, type Tx } from '@/lib/db/tenant'
import { recordReply } from '@/lib/inbox/record-reply'
import { clock } from '@/lib/kernel/clock'
import { Fault } from '@/lib/kernel/fault'
import type { SessionAnswer } from '@/lib/stripe/checkout-sessions'
import { stripeFor, type StripeCall } from '@/lib/stripe/client'
import type { AttemptRow } from './core/attempt'
import { selectConnection, type ConnectionRow } from './store/places'

/** What the verbs of this slice work with: the attempt's own connection, which need not be the store's of today. */
export type SessionCall = StripeCall & { connection: ConnectionRow }

/** @throws Fault `connection_revoked`, `stripe_key_missing` */
export async function callFor(scope: Scope, attempt: Pick<AttemptRow, 'connection_id'>): Promise<SessionCall> {
  const connection = await withTenant(scope, (tx) => selectConnection(tx, scope, attempt.connection_id))
  if (connection === null) throw new Fault('connection_unknown', 500, 'The Stripe connection of this checkout is not stored.')
  return { ...stripeFor(connection, 'checkout'), connection }
}

/** Hands Stripe's answer to the fold, without the secret that only the payer's page needs. */
export async function recordSession(tx: Tx, call: SessionCall, answer: SessionAnswer): Promise<void> {
  const { connection } = call
  await recordReply(tx, {
    tenant_id: connection.tenant_id,
    connection_id: connection.id,
    account_id: connection.account_id,
    mode: connection.mode,
    object: Object.assign({}, answer.object, { client_secret: null }),
    request_id: answer.request_id,
    as_of: answer.as_of,
    received_at: clock.now(),
  })
}
