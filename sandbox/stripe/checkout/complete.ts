import type Stripe from 'stripe'
import { emit, type Call } from '../call'
import type { PaymentIntentRow, SessionRow } from '../tables'

/** Replaces fields of a session. */
export function changeSession(call: Call, row: SessionRow, change: Partial<Stripe.Checkout.Session>): SessionRow {
  return call.tables.session.put({ ...row, object: { ...row.object, ...change } })
}

/** Session events come from Checkout itself, not from a request. */
function announce(call: Call, type: string, row: SessionRow): void {
  emit({ ...call, request: null }, type, row.object)
}

/** The customer is done: complete, and paid unless the money is still on its way or only authorised. */
export function completeSession(call: Call, row: SessionRow, paymentStatus: 'paid' | 'unpaid' | 'no_payment_required'): SessionRow {
  call.world.clock.cancel(row.expiry)
  const complete = changeSession(call, row, { status: 'complete', payment_status: paymentStatus })
  announce(call, 'checkout.session.completed', complete)
  return complete
}

function sessionOf(call: Call, intent: PaymentIntentRow): SessionRow | undefined {
  return intent.session === null ? undefined : call.tables.session.get(intent.session)
}

/** A delayed payment arrived. */
export function sessionPaidLater(call: Call, intent: PaymentIntentRow): void {
  const row = sessionOf(call, intent)
  if (row === undefined) return
  announce(call, 'checkout.session.async_payment_succeeded', changeSession(call, row, { payment_status: 'paid' }))
}

/** A delayed payment failed: the session stays complete and unpaid, so its snapshot equals that of completed. */
export function sessionFailedLater(call: Call, intent: PaymentIntentRow): void {
  const row = sessionOf(call, intent)
  if (row !== undefined) announce(call, 'checkout.session.async_payment_failed', row)
}

/** An authorised payment of a session was captured. */
export function sessionCaptured(call: Call, intent: PaymentIntentRow): void {
  const row = sessionOf(call, intent)
  if (row !== undefined) changeSession(call, row, { payment_status: 'paid' })
}
