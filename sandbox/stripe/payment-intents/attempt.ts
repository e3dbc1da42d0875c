import type Stripe from 'stripe'
import { newId } from '../../core/ids'
import { AUTHORIZATION_SECONDS, newCharge } from '../charges/build'
import { captureLater, captureNow } from '../charges/capture'
import { emit, type Call } from '../call'
import { afterSuccess } from '../disputes/automatic'
import { invalidParam } from '../protocol/errors'
import type { PaymentIntentRow, PaymentMethodRow } from '../tables'
import { behaviourOf } from '../test-methods/behaviour'
import type { DebitBehaviour } from '../test-methods/banks'
import type { CardBehaviour } from '../test-methods/cards'
import { DECLINES, type Decline } from '../test-methods/declines'
import { changeIntent } from './build'

export interface AttemptOptions {
  readonly off_session: boolean
  /** True when 3-D Secure was just passed. */
  readonly authenticated: boolean
  readonly return_url: string | null
}

/** Scheduled at the confirmation of a bank debit. */
export interface DebitDue {
  readonly account: string
  readonly livemode: boolean
  readonly payment_intent: string
}

export interface AuthorizationDue extends DebitDue {
  readonly charge: string
}

export const DEBIT_DUE = 'stripe.debit'
export const AUTHORIZATION_DUE = 'stripe.authorization'

/**
 * Tries to pay a PaymentIntent with a method and announces what happened, charge first. Afterwards its
 * status is succeeded, processing, requires_capture, requires_action, or requires_payment_method with
 * last_payment_error (docs.stripe.com/payments/paymentintents/lifecycle).
 */
export function attempt(call: Call, intent: PaymentIntentRow, method: PaymentMethodRow, options: AttemptOptions): PaymentIntentRow {
  if (!intent.object.payment_method_types.includes(method.object.type)) {
    throw invalidParam(
      'payment_method',
      `The PaymentMethod provided (${method.object.type}) is not allowed for this PaymentIntent. Please attach a PaymentMethod of one of the following types: ${intent.object.payment_method_types.join(', ')}.`,
    )
  }
  const behaviour = behaviourOf(method.behaviour)
  return behaviour.type === 'card' ? payByCard(call, intent, method, behaviour.card, options) : payByDebit(call, intent, method, behaviour.debit)
}

function payByCard(call: Call, intent: PaymentIntentRow, method: PaymentMethodRow, card: CardBehaviour, options: AttemptOptions): PaymentIntentRow {
  const wantsAuthentication = card.three_d_secure !== 'never' && !(card.three_d_secure === 'unless_off_session' && options.off_session)
  if (wantsAuthentication && options.off_session) return decline(call, intent, method, card, DECLINES.authentication_required, options)
  if (wantsAuthentication && !options.authenticated) return askForAuthentication(call, intent, method, options)
  if (card.decline !== null) return decline(call, intent, method, card, card.decline, options)

  const manual = intent.object.capture_method === 'manual'
  let charge = newCharge(call, intent, method, { status: 'succeeded', captured: !manual, authenticated: options.authenticated, card, decline: null })
  const settled = { last_payment_error: null, next_action: null, payment_method: method.id, latest_charge: charge.id }
  if (manual) {
    const held = changeIntent(call, intent, { ...settled, status: 'requires_capture', amount_capturable: intent.object.amount })
    const due: AuthorizationDue = { account: call.account.id, livemode: call.livemode, payment_intent: intent.id, charge: charge.id }
    call.world.clock.schedule(call.world.clock.now() + AUTHORIZATION_SECONDS, AUTHORIZATION_DUE, due)
    emit(call, 'charge.succeeded', charge.object)
    emit(call, 'payment_intent.amount_capturable_updated', held.object)
    return held
  }
  if (intent.object.capture_method === 'automatic') charge = captureNow(call, charge, intent.object.amount)
  else captureLater(call, charge, intent.object.amount)
  const paid = changeIntent(call, intent, { ...settled, status: 'succeeded', amount_received: intent.object.amount })
  emit(call, 'charge.succeeded', charge.object)
  emit(call, 'payment_intent.succeeded', paid.object)
  afterSuccess(call, charge, card.dispute)
  return paid
}

function askForAuthentication(call: Call, intent: PaymentIntentRow, method: PaymentMethodRow, options: AttemptOptions): PaymentIntentRow {
  const next: Stripe.PaymentIntent.NextAction =
    options.return_url !== null && intent.session === null
      ? {
          type: 'redirect_to_url',
          redirect_to_url: { return_url: options.return_url, url: `https://hooks.stripe.com/3d_secure_2/hosted?payment_intent=${intent.id}` },
        }
      : {
          type: 'use_stripe_sdk',
          use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: '', source: newId('src', 24) } as Stripe.PaymentIntent.NextAction.UseStripeSdk,
        }
  const waiting = changeIntent(call, intent, { status: 'requires_action', next_action: next, payment_method: method.id, last_payment_error: null })
  emit(call, 'payment_intent.requires_action', waiting.object)
  return waiting
}

function decline(
  call: Call,
  intent: PaymentIntentRow,
  method: PaymentMethodRow,
  card: CardBehaviour,
  reason: Decline,
  options: AttemptOptions,
): PaymentIntentRow {
  const charge = newCharge(call, intent, method, { status: 'failed', captured: false, authenticated: options.authenticated, card, decline: reason })
  const failed = changeIntent(call, intent, {
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    latest_charge: charge.id,
    last_payment_error: {
      ...(reason.advice_code === null ? {} : { advice_code: reason.advice_code }),
      charge: charge.id,
      code: reason.code,
      decline_code: reason.decline_code,
      doc_url: `https://stripe.com/docs/error-codes/${reason.code.replaceAll('_', '-')}`,
      message: reason.message,
      payment_method: method.object,
      type: 'card_error',
    },
  })
  emit(call, 'charge.failed', charge.object)
  emit(call, 'payment_intent.payment_failed', failed.object)
  return failed
}

function payByDebit(call: Call, intent: PaymentIntentRow, method: PaymentMethodRow, debit: DebitBehaviour): PaymentIntentRow {
  if (debit.outcome === 'refused') {
    throw invalidParam('payment_method', debit.failure_message ?? 'This payment was refused.', debit.failure_code ?? undefined)
  }
  const charge = newCharge(call, intent, method, { status: 'pending', captured: true, authenticated: false, card: null, decline: null })
  const processing = changeIntent(call, intent, {
    status: 'processing',
    payment_method: method.id,
    next_action: null,
    last_payment_error: null,
    latest_charge: charge.id,
  })
  emit(call, 'charge.pending', charge.object)
  emit(call, 'payment_intent.processing', processing.object)
  if (debit.outcome !== 'stays_processing') {
    const due: DebitDue = { account: call.account.id, livemode: call.livemode, payment_intent: intent.id }
    const wait = Math.max(call.world.config.values.delayedMethodSeconds, debit.min_seconds)
    call.world.clock.schedule(call.world.clock.now() + wait, DEBIT_DUE, due)
  }
  return processing
}
