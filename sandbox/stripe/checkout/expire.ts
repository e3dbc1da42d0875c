import { emit, type Call } from '../call'
import { cancel } from '../payment-intents/close'
import { idOf, type SessionRow } from '../tables'
import { changeSession } from './complete'

/** Ends an open session. A PaymentIntent it had already made (after a decline) is cancelled with it. */
export function expireSession(call: Call, row: SessionRow): SessionRow {
  call.world.clock.cancel(row.expiry)
  const intent = call.tables.payment_intent.get(idOf(row.object.payment_intent) ?? '')
  if (intent !== undefined && intent.object.status !== 'succeeded' && intent.object.status !== 'canceled') cancel(call, intent, 'automatic')
  const expired = changeSession(call, row, { status: 'expired', url: null })
  emit(call, 'checkout.session.expired', expired.object)
  return expired
}
