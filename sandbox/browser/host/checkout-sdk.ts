import type { Appearance, Layout, LayoutObject, StripeCheckoutElementsSdkOptions, TermsOption } from '@stripe/stripe-js'
import type { FrameConfig, MethodType } from '../shared/messages'
import { checkoutActions } from './actions'
import { sessionIdOf, type Refusal } from './api'
import { integrationError } from './errors'
import { paymentElement, type PaymentElement } from './payment-element'
import { sessionState } from './session-state'

type Caller = { origin: string; key: string; account: string | null; locale: string }
type ElementOptions = {
  layout?: Layout | LayoutObject
  paymentMethodOrder?: string[]
  readOnly?: boolean
  terms?: TermsOption
}

const KNOWN: readonly MethodType[] = ['card', 'us_bank_account', 'sepa_debit']
const OTHER_ELEMENTS = ['BillingAddress', 'ShippingAddress', 'ExpressCheckout', 'CurrencySelector', 'TaxId', 'ContactDetails', 'Terms', 'LinkSignup']

function methodsIn(offered: string[], order: string[] = []): MethodType[] {
  const rank = (method: string) => (order.includes(method) ? order.indexOf(method) : order.length + offered.indexOf(method))
  return KNOWN.filter((method) => offered.includes(method)).sort((a, b) => rank(a) - rank(b))
}

/**
 * `stripe.initCheckoutElementsSdk()`: answers at once, also for a promised client secret, with a plain object of own
 * functions (react-stripe-js spreads it). Source: @stripe/stripe-js checkout.d.ts and react-stripe-js's provider.
 */
export function initCheckoutElementsSdk(caller: Caller, options: StripeCheckoutElementsSdkOptions): Record<string, unknown> {
  const { origin, locale } = caller
  if (typeof options?.clientSecret === 'string') sessionIdOf(options.clientSecret)
  else if (typeof options?.clientSecret?.then !== 'function') sessionIdOf(undefined)

  const state = sessionState(origin, locale, options.defaultValues)
  let appearance: Appearance = options.elementsOptions?.appearance ?? {}
  let element: PaymentElement | null = null
  let elementOptions: ElementOptions = {}
  let refusal: Refusal | null = null

  const configure = () => {
    if (!element) return
    if (refusal) return element.failed(refusal.message)
    if (!state.loaded()) return
    const page = state.page()
    const methods = methodsIn(page.payment_method_types, elementOptions.paymentMethodOrder)
    if (methods.length === 0) return element.failed('No payment method of this Checkout Session can be shown.')
    const config: FrameConfig = {
      methods,
      merchant: { name: page.merchant.display_name, country: page.merchant.country },
      status: state.session().status.type,
      livemode: page.session.livemode,
      locale,
      appearance,
      layout: elementOptions.layout ?? 'auto',
      readOnly: elementOptions.readOnly ?? false,
      showTerms: elementOptions.terms?.usBankAccount !== 'never' && elementOptions.terms?.sepaDebit !== 'never',
    }
    element.configure(config)
  }

  const load = async () => {
    const clientSecret = await options.clientSecret
    const sessionId = sessionIdOf(clientSecret)
    const answer = await state.load({ key: caller.key, account: caller.account, clientSecret, sessionId })
    if (!answer.ok) refusal = answer.refusal
    configure()
    return answer
  }
  const loading = load()
  loading.catch(() => {})
  state.onChange(configure)

  const createPaymentElement = (given: ElementOptions = {}) => {
    if (element) {
      throw integrationError('Can only create one Element of type payment. Destroy the existing one first.')
    }
    elementOptions = given
    element = paymentElement(
      origin,
      () => appearance.theme ?? 'stripe',
      () => {
        const fieldsComplete = element?.state()?.complete ?? false
        if (fieldsComplete !== state.local().fieldsComplete) state.patch({ fieldsComplete })
      },
      () => {
        element = null
      },
      (changes) => {
        elementOptions = { ...elementOptions, ...changes }
        configure()
      },
    )
    // After mount(), which the caller does in this same turn.
    queueMicrotask(configure)
    return element.handle
  }

  const sdk: Record<string, unknown> = {
    on: (event: string, handler: Parameters<typeof state.onChange>[0]) => {
      if (event !== 'change') throw integrationError(`Checkout has no event '${event}': it emits 'change'.`)
      state.onChange(handler)
    },
    loadActions: async () => {
      const answer = await loading
      if (!answer.ok) return { type: 'error', error: { message: answer.refusal.message, code: null } }
      return { type: 'success', actions: checkoutActions(origin, state, () => element) }
    },
    changeAppearance: (next: Appearance) => {
      appearance = next
      configure()
    },
    loadFonts: () => {},
    getPaymentElement: () => element?.handle ?? null,
    createPaymentElement,
  }
  for (const name of OTHER_ELEMENTS) {
    sdk[`get${name}Element`] = () => null
    sdk[`create${name}Element`] = () => {
      throw integrationError(`create${name}Element() is not part of the sandbox's Stripe.js; it offers the Payment Element.`)
    }
  }
  return sdk
}
