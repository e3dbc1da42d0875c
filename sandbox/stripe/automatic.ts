import type Stripe from 'stripe'
import { newId } from '../core/ids'
import type { World } from '../core/world'
import { automaticCall, emit, type Call } from './call'
import { CAPTURE_DUE, captureArrived, type CaptureDue } from './charges/capture'
import { EXPIRY_DUE, type ExpiryDue } from './checkout/create'
import { expireSession } from './checkout/expire'
import { DISPUTE_DUE, type DisputeDue } from './disputes/automatic'
import { DISPUTE_DEADLINE, DISPUTE_DECISION, isOpen, openDispute, resolveDispute, type DisputeStep } from './disputes/dispute'
import { AUTHORIZATION_DUE, DEBIT_DUE, type AuthorizationDue, type DebitDue } from './payment-intents/attempt'
import { authorizationExpired } from './payment-intents/close'
import { debitArrived } from './payment-intents/debit'
import { REFUND_DUE, refundFailed, refundSucceeded, type RefundDue } from './refunds/refund'
import { idOf } from './tables'

/** What happens by itself as time passes. Each step checks that it still applies: states may have moved on. */
export function registerAutomatic(world: World): void {
  const callFor = (due: { account: string; livemode: boolean }): Call => automaticCall(world, due.account, due.livemode)
  const on = <D extends { account: string; livemode: boolean }>(kind: string, run: (call: Call, due: D) => void) =>
    world.clock.onDue<D>(kind, (due) => run(callFor(due), due))

  on<CaptureDue>(CAPTURE_DUE, (call, due) => captureArrived(call, due.charge, due.amount))
  on<DebitDue>(DEBIT_DUE, (call, due) => debitArrived(call, due.payment_intent))
  on<AuthorizationDue>(AUTHORIZATION_DUE, (call, due) => authorizationExpired(call, due.payment_intent, due.charge))
  on<ExpiryDue>(EXPIRY_DUE, (call, due) => {
    const session = call.tables.session.get(due.session)
    if (session !== undefined && session.object.status === 'open') expireSession(call, session)
  })
  on<RefundDue>(REFUND_DUE, (call, due) => {
    const refund = call.tables.refund.get(due.refund)
    if (refund === undefined) return
    if (due.outcome === 'fail') refundFailed(call, refund)
    else refundSucceeded(call, refund)
  })
  on<DisputeDue>(DISPUTE_DUE, (call, due) => disputeFollows(call, due))
  for (const kind of [DISPUTE_DEADLINE, DISPUTE_DECISION]) {
    on<DisputeStep>(kind, (call, due) => {
      const dispute = call.tables.dispute.get(due.dispute)
      if (dispute === undefined || !isOpen(dispute)) return
      // A deadline only ends what was never answered; an unanswered inquiry is closed without loss.
      const unanswered = dispute.object.status === 'needs_response' || dispute.object.status === 'warning_needs_response'
      if (kind === DISPUTE_DEADLINE && !unanswered) return
      const outcome = dispute.object.status.startsWith('warning_') && kind === DISPUTE_DEADLINE ? 'won' : due.outcome
      resolveDispute(call, dispute.id, outcome)
    })
  }
}

function disputeFollows(call: Call, due: DisputeDue): void {
  const charge = call.tables.charge.get(due.charge)
  if (charge === undefined || charge.object.disputed) return
  if (due.kind === 'early_fraud_warning') {
    const warning = {
      id: newId('issfr', 24),
      object: 'radar.early_fraud_warning',
      actionable: true,
      charge: charge.id,
      created: call.world.clock.now(),
      fraud_type: 'misc',
      livemode: call.livemode,
      ...(charge.object.payment_intent === null ? {} : { payment_intent: idOf(charge.object.payment_intent) ?? '' }),
    } satisfies Stripe.Radar.EarlyFraudWarning
    emit(call, 'radar.early_fraud_warning.created', warning)
    return
  }
  const reasons = { fraudulent: 'fraudulent', product_not_received: 'product_not_received', inquiry: 'fraudulent', debit: 'debit_not_authorized' } as const
  openDispute(call, charge.id, { reason: reasons[due.kind], inquiry: due.kind === 'inquiry' })
}
