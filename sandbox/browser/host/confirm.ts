import type { StripeCheckoutConfirmResult, StripeCheckoutContact } from '@stripe/stripe-js'
import type { ConfirmOrder } from '../shared/messages'
import { readAnswer, sendChallengeOutcome, type Answer, type ConfirmAnswer, type Refusal } from './api'
import { challengeBuyer } from './challenge-dialog'
import { CONNECTION_MESSAGE, integrationError } from './errors'
import type { PaymentElement } from './payment-element'
import { sessionEmail } from './session'
import type { SessionState } from './session-state'

export type ConfirmArgs = {
  returnUrl?: string
  redirect?: 'always' | 'if_required'
  paymentMethod?: string
  email?: string
  phoneNumber?: string
  billingAddress?: StripeCheckoutContact
  shippingAddress?: StripeCheckoutContact
}

/** Message of Stripe's API when the buyer's bank did not authenticate them. */
const UNAUTHENTICATED = 'We are unable to authenticate your payment method. Please choose a different payment method and try again.'

const buyerError = (message: string): StripeCheckoutConfirmResult => ({ type: 'error', error: { message, code: null } })

const paymentFailed = (message: string, declineCode: string | null): StripeCheckoutConfirmResult => ({
  type: 'error',
  error: { message, code: 'paymentFailed', paymentFailed: { declineCode } },
})

function checkUse(state: SessionState, element: PaymentElement | null, args: ConfirmArgs, returnUrl: string | null) {
  if (!state.totalWasRead()) {
    throw integrationError(
      'You must read and display `total.total.amount` (or `total.total.minorUnitsAmount`, `currency` and `minorUnitsAmountDivisor`) from the session before calling confirm().',
    )
  }
  if (args.paymentMethod !== undefined) {
    throw integrationError('confirm({paymentMethod}) needs a saved PaymentMethod, which this sandbox does not keep.')
  }
  if (!element?.mounted()) {
    throw integrationError('confirm() needs a mounted Payment Element: call createPaymentElement() and mount() first.')
  }
  if (args.redirect !== undefined && args.redirect !== 'always' && args.redirect !== 'if_required') {
    throw integrationError("Invalid value for confirm(): redirect should be 'always' or 'if_required'.")
  }
  if (args.redirect !== 'if_required' && returnUrl === null) {
    throw integrationError('confirm() needs a `returnUrl`, since the Checkout Session was created without a return_url.')
  }
  if (returnUrl !== null && !/^https?:\/\/\S+$/.test(returnUrl)) {
    throw integrationError('Invalid value for confirm(): returnUrl should be an absolute URL, with https:// or http://.')
  }
}

async function refuse(state: SessionState, refusal: Refusal): Promise<StripeCheckoutConfirmResult> {
  if (refusal.declined) state.patch({ lastPaymentError: refusal.message })
  // The session may have expired, or have been paid after all behind a lost answer: the change event tells.
  await state.refresh()
  return refusal.declined ? paymentFailed(refusal.message, refusal.declineCode) : buyerError(refusal.message)
}

async function passChallenge(origin: string, state: SessionState, answer: ConfirmAnswer): Promise<Answer<ConfirmAnswer>> {
  const intent = answer.payment_intent
  if (intent?.status !== 'requires_action') return { ok: true, body: answer }
  const outcome = await challengeBuyer(origin, {
    merchant: state.page().merchant.display_name,
    amount: state.session().total.total.amount,
  })
  return sendChallengeOutcome(origin, state.credentials(), intent.id, outcome)
}

/**
 * One run of confirm(): fields checked in the frame, details sent by the frame, 3-D Secure shown if asked for, then
 * redirect or result. Throws an IntegrationError for the page's mistakes; buyers' mistakes resolve as errors.
 * Source: https://docs.stripe.com/js/custom_checkout/confirm
 */
export async function confirmSession(
  origin: string,
  state: SessionState,
  element: PaymentElement | null,
  args: ConfirmArgs,
): Promise<StripeCheckoutConfirmResult> {
  const apiSession = state.page().session
  const returnUrl = args.returnUrl ?? apiSession.return_url ?? null
  checkUse(state, element, args, returnUrl)
  if (!element) throw integrationError('confirm() needs a Payment Element.')

  if (args.email !== undefined) state.patch({ email: args.email })
  if (args.phoneNumber !== undefined) state.patch({ phoneNumber: args.phoneNumber })
  if (args.billingAddress !== undefined) state.patch({ billingAddress: args.billingAddress })
  if (args.shippingAddress !== undefined) state.patch({ shippingAddress: args.shippingAddress })

  const status = state.session().status.type
  if (status !== 'open') {
    return buyerError(status === 'complete' ? 'This Checkout Session has already been paid.' : 'This Checkout Session has expired.')
  }
  const checked = await element.validate()
  if (checked.kind === 'invalid') return buyerError(checked.message)
  const local = state.local()
  const email = sessionEmail(apiSession, local)
  if (email === null) return buyerError('Please provide your email address.')

  const order: ConfirmOrder = {
    ...state.credentials(),
    returnUrl,
    email,
    billing: {
      name: local.billingAddress?.name ?? local.individualName,
      country: local.billingAddress?.address.country ?? null,
      postalCode: local.billingAddress?.address.postal_code ?? null,
    },
  }
  const reply = await element.confirm(order)
  if (reply.kind === 'invalid') return buyerError(reply.message)
  if (reply.kind !== 'answered') return refuse(state, { message: CONNECTION_MESSAGE, declined: false, declineCode: null })
  const first = readAnswer<ConfirmAnswer>(reply.status, reply.body)
  if (!first.ok) return refuse(state, first.refusal)

  const last = await passChallenge(origin, state, first.body)
  if (!last.ok) return refuse(state, last.refusal)
  const intent = last.body.payment_intent
  if (intent?.status === 'requires_payment_method' || intent?.status === 'requires_action') {
    const message = intent.last_payment_error?.message ?? UNAUTHENTICATED
    return refuse(state, { message, declined: true, declineCode: intent.last_payment_error?.decline_code ?? null })
  }
  state.patch({ lastPaymentError: null })
  state.accept(last.body)
  if (args.redirect !== 'if_required' && returnUrl !== null) {
    window.location.assign(returnUrl.replaceAll('{CHECKOUT_SESSION_ID}', apiSession.id))
    // The page is leaving: like Stripe's, this promise never settles.
    return new Promise(() => {})
  }
  return { type: 'success', session: state.session() }
}
