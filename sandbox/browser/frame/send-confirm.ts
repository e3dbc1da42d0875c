import type { ConfirmOrder, FrameReply } from '../shared/messages'

/**
 * Sends the buyer's details from the frame straight to the API. `payload` holds the method's own parameters; the
 * page's order adds the rest. Never throws: an unreachable API is a reply too.
 */
export async function sendConfirm(order: ConfirmOrder, payload: Record<string, string>): Promise<FrameReply> {
  const body = new URLSearchParams({ key: order.key, client_secret: order.clientSecret })
  if (order.account) body.set('_stripe_account', order.account)
  if (order.returnUrl) body.set('return_url', order.returnUrl)
  if (order.email) {
    body.set('email', order.email)
    body.set('payment_method_data[billing_details][email]', order.email)
  }
  const { name, country, postalCode } = order.billing
  if (name) body.set('payment_method_data[billing_details][name]', name)
  if (country) body.set('payment_method_data[billing_details][address][country]', country)
  if (postalCode) body.set('payment_method_data[billing_details][address][postal_code]', postalCode)
  // What the buyer typed in the element wins over what the page knew.
  for (const [name, value] of Object.entries(payload)) if (value !== '') body.set(`payment_method_data${name}`, value)
  try {
    const response = await fetch(`/v1/payment_pages/${encodeURIComponent(order.sessionId)}/confirm`, {
      method: 'POST',
      body,
      // A page that is closed in this moment must not cut the payment in half.
      keepalive: true,
    })
    return { kind: 'answered', status: response.status, body: await response.json().catch(() => null) }
  } catch {
    return { kind: 'unreachable' }
  }
}
