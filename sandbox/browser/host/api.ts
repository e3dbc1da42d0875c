import { integrationError, CONNECTION_MESSAGE } from './errors'
import type { PaymentPage } from './session'
import type Stripe from 'stripe'

/** Who is asking: taken from `Stripe(key, {stripeAccount})` and the session's client secret. */
export type Credentials = { key: string; account: string | null; clientSecret: string; sessionId: string }

/** PaymentIntent fields the script acts on. */
export type IntentView = Pick<Stripe.PaymentIntent, 'id' | 'status' | 'next_action' | 'last_payment_error'>
export type ConfirmAnswer = { session: Stripe.Checkout.Session; payment_intent: IntentView | null }

/** A refused call, in words for the buyer. `declined` is false when it was no matter of the payment method. */
export type Refusal = { message: string; declined: boolean; declineCode: string | null }

export type Answer<T> = { ok: true; body: T } | { ok: false; refusal: Refusal }

/** Splits `cs_..._secret_...`. Throws an IntegrationError for anything else. */
export function sessionIdOf(clientSecret: unknown): string {
  const match = typeof clientSecret === 'string' ? /^(cs_\w+?)_secret_\w+$/.exec(clientSecret) : null
  if (!match?.[1]) {
    throw integrationError('Invalid value for `clientSecret`: it should be the client_secret of a Checkout Session, of the form ${id}_secret_${secret}.')
  }
  return match[1]
}

/** Reads an HTTP answer of the API into a result. Non-JSON and unknown shapes become a generic refusal. */
export function readAnswer<T>(status: number, body: unknown): Answer<T> {
  if (status >= 200 && status < 300) return { ok: true, body: body as T }
  const error = (body as { error?: { message?: string; type?: string; decline_code?: string } } | null)?.error
  return {
    ok: false,
    refusal: {
      message: error?.message ?? 'A processing error occurred.',
      declined: error?.type === 'card_error' || status === 402,
      declineCode: error?.decline_code ?? null,
    },
  }
}

const unreachable: Refusal = { message: CONNECTION_MESSAGE, declined: false, declineCode: null }

async function call<T>(url: string, init?: RequestInit): Promise<Answer<T>> {
  try {
    const response = await fetch(url, init)
    return readAnswer<T>(response.status, await response.json().catch(() => null))
  } catch {
    return { ok: false, refusal: unreachable }
  }
}

function identify(who: Credentials): URLSearchParams {
  const params = new URLSearchParams({ key: who.key, client_secret: who.clientSecret })
  if (who.account) params.set('_stripe_account', who.account)
  return params
}

/** The session as the API has it now. */
export function fetchPage(origin: string, who: Credentials): Promise<Answer<PaymentPage>> {
  return call<PaymentPage>(`${origin}/v1/payment_pages/${who.sessionId}?${identify(who)}`, { cache: 'no-store' })
}

/** Tells the API how the buyer's 3-D Secure challenge ended. */
export function sendChallengeOutcome(origin: string, who: Credentials, paymentIntent: string, outcome: 'succeed' | 'fail'): Promise<Answer<ConfirmAnswer>> {
  const body = identify(who)
  body.set('payment_intent', paymentIntent)
  body.set('outcome', outcome)
  return call<ConfirmAnswer>(`${origin}/v1/payment_pages/${who.sessionId}/three_d_secure`, { method: 'POST', body })
}
