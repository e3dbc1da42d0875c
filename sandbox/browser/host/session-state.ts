import type { StripeCheckoutElementsSdkOptions, StripeCheckoutSession } from '@stripe/stripe-js'
import { fetchPage, type Answer, type ConfirmAnswer, type Credentials } from './api'
import { integrationError } from './errors'
import { browserSession, type LocalState, type PaymentPage } from './session'
import { totalReads } from './total-reads'

/** The one session a page has open: the API's view, the page's additions, and who wants to hear of changes. */
export type SessionState = {
  credentials: () => Credentials
  page: () => PaymentPage
  local: () => LocalState
  /** The current session object; the same one until something changes. */
  session: () => StripeCheckoutSession
  totalWasRead: () => boolean
  loaded: () => boolean
  onChange: (handler: (session: StripeCheckoutSession) => void) => void
  /** First load. Only a failure keeps the state empty. */
  load: (credentials: Credentials) => Promise<Answer<PaymentPage>>
  /** Reads the API again and tells of it. A failure leaves the last known session standing. */
  refresh: () => Promise<Answer<PaymentPage>>
  /** Takes over a session object that came with another answer. */
  accept: (answer: ConfirmAnswer) => void
  patch: (change: Partial<LocalState>) => void
}

/** State before anything was loaded. */
export function sessionState(origin: string, locale: string, defaults: StripeCheckoutElementsSdkOptions['defaultValues']): SessionState {
  const reads = totalReads()
  const handlers: ((session: StripeCheckoutSession) => void)[] = []
  let credentials: Credentials | null = null
  let page: PaymentPage | null = null
  let current: StripeCheckoutSession | null = null
  let local: LocalState = {
    email: defaults?.email ?? null,
    phoneNumber: defaults?.phoneNumber ?? null,
    individualName: null,
    businessName: null,
    billingAddress: defaults?.billingAddress ?? null,
    shippingAddress: defaults?.shippingAddress ?? null,
    lastPaymentError: null,
    fieldsComplete: false,
  }

  const required = <T>(value: T | null): T => {
    if (value === null) throw integrationError('The Checkout Session is not loaded: wait for loadActions() first.')
    return value
  }
  const changed = () => {
    if (!page) return
    current = browserSession(page, local, locale, reads)
    for (const handler of [...handlers]) handler(current)
  }
  const take = (answer: Answer<PaymentPage>) => {
    if (answer.ok) {
      page = answer.body
      changed()
    }
    return answer
  }

  return {
    credentials: () => required(credentials),
    page: () => required(page),
    local: () => local,
    session: () => required(current),
    totalWasRead: reads.sufficient,
    loaded: () => page !== null,
    onChange: (handler) => {
      handlers.push(handler)
    },
    load: async (who) => {
      credentials = who
      return take(await fetchPage(origin, who))
    },
    refresh: async () => take(await fetchPage(origin, required(credentials))),
    accept: (answer) => {
      const known = required(page)
      // Answers to a confirm need not carry line items again.
      page = { ...known, session: { ...answer.session, line_items: answer.session.line_items ?? known.session.line_items } }
      changed()
    },
    patch: (change) => {
      local = { ...local, ...change }
      changed()
    },
  }
}
