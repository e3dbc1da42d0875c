import type { Stripe, StripeConstructor } from '@stripe/stripe-js'

/**
 * Stripe.js, loaded when the page needs it and never before: Stripe's own script from Stripe, or the stand-in's in
 * sandbox mode. On the server nothing is loaded. Rejects when the script cannot be had.
 */
export async function loadStripe(source: { script_url: string | null; publishable_key: string; account: string | null }): Promise<Stripe | null> {
  if (typeof window === 'undefined') return null
  const options = source.account === null ? {} : { stripeAccount: source.account }
  if (source.script_url === null) {
    const { loadStripe: load } = await import('@stripe/stripe-js/pure')
    return load(source.publishable_key, options)
  }
  await script(source.script_url)
  const make = (window as { Stripe?: StripeConstructor }).Stripe
  if (!make) throw new Error('The script defined no Stripe.')
  return make(source.publishable_key, options)
}

function script(src: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const element = document.createElement('script')
    element.src = src
    element.onload = () => resolve()
    element.onerror = () => reject(new Error('The script could not be loaded.'))
    document.head.append(element)
  })
}
