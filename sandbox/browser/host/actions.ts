import type { StripeCheckoutConfirmResult, StripeCheckoutLoadActionsSuccess, StripeCheckoutValidateElementsResult } from '@stripe/stripe-js'
import { confirmSession, type ConfirmArgs } from './confirm'
import { integrationError } from './errors'
import type { PaymentElement } from './payment-element'
import type { LocalState } from './session'
import type { SessionState } from './session-state'

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/

/** The actions loadActions() hands out: own functions over closures, so that spreading them loses nothing. */
export function checkoutActions(origin: string, state: SessionState, element: () => PaymentElement | null): StripeCheckoutLoadActionsSuccess {
  let confirming = false
  const success = () => ({ type: 'success' as const, session: state.session() })
  const patch = (change: Partial<LocalState>) => {
    state.patch(change)
    return success()
  }
  const notOffered = (what: string) => {
    throw integrationError(`The Checkout Session was not created with ${what}.`)
  }

  const confirm = async (args: ConfirmArgs = {}): Promise<StripeCheckoutConfirmResult> => {
    if (confirming) throw integrationError('confirm() was called while an earlier confirm() is still running.')
    confirming = true
    try {
      return await confirmSession(origin, state, element(), args)
    } finally {
      confirming = false
    }
  }

  const validateElements = async (): Promise<StripeCheckoutValidateElementsResult> => {
    const current = element()
    if (!current?.mounted()) {
      return { type: 'error', error: { code: 'no_elements', message: 'No elements are mounted.', validation_errors: [] } }
    }
    const checked = await current.validate()
    if (checked.kind === 'valid') return success()
    const message = checked.kind === 'invalid' ? checked.message : 'The Payment Element is not ready.'
    return {
      type: 'error',
      error: { code: 'validation_error', message, validation_errors: [{ message, element: 'payment' }] },
    }
  }

  return {
    getSession: () => state.session(),
    confirm,
    validateElements,
    runServerUpdate: async (userFunction) => {
      try {
        await userFunction()
      } catch (error) {
        const message = error instanceof Error ? error.message : 'The update failed.'
        return { type: 'error', error: { message, code: null } }
      }
      const answer = await state.refresh()
      return answer.ok ? success() : { type: 'error', error: { message: answer.refusal.message, code: null } }
    },
    updateEmail: async (email) => {
      if (email !== null && email.trim() !== '' && !EMAIL.test(email.trim())) {
        return email.includes('@')
          ? { type: 'error', error: { message: 'Your email is invalid.', code: 'invalidEmail' } }
          : { type: 'error', error: { message: 'Your email is incomplete.', code: 'incompleteEmail' } }
      }
      return patch({ email: email?.trim() || null })
    },
    updatePhoneNumber: async (phoneNumber) => patch({ phoneNumber }),
    updateIndividualName: async (individualName) => patch({ individualName }),
    updateBusinessName: async (businessName) => patch({ businessName }),
    updateBillingAddress: async (billingAddress) => patch({ billingAddress }),
    updateShippingAddress: async (shippingAddress) => patch({ shippingAddress }),
    applyPromotionCode: async () => ({
      type: 'error',
      error: { message: 'This promotion code is invalid.', code: 'invalidCode' },
    }),
    removePromotionCode: async () => success(),
    updateLineItemQuantity: async () => notOffered('adjustable quantities'),
    updateShippingOption: async () => notOffered('shipping options'),
    updateTaxIdInfo: async () => notOffered('tax ID collection'),
    addOptionalLineItem: async () => notOffered('optional items'),
    removeOptionalLineItem: async () => notOffered('optional items'),
  }
}
