import { StrictMode, useMemo, useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { Appearance, Stripe, StripeConstructorOptions, Layout } from '@stripe/stripe-js'
import { CheckoutElementsProvider, PaymentElement, useCheckoutElements } from '@stripe/react-stripe-js/checkout'

/** Script of the page under test: a merchant's page as React authors write it, driven by its query string. */
const query = new URLSearchParams(window.location.search)
const log: string[] = []
Object.assign(window, { elementLog: log })

function loadStripe(): Promise<Stripe> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.src = query.get('script') ?? ''
    script.onload = () => {
      const make = (window as unknown as { Stripe: (key: string, options: StripeConstructorOptions) => Stripe }).Stripe
      resolve(make('pk_test_123', { stripeAccount: 'acct_1' }))
    }
    script.onerror = () => reject(new Error('Failed to load Stripe.js'))
    document.head.appendChild(script)
  })
}

function Pay() {
  const state = useCheckoutElements()
  const [message, setMessage] = useState('')
  const [shown, setShown] = useState(true)
  if (state.type === 'loading') return <p>Loading</p>
  if (state.type === 'error') return <p role="alert">{state.error.message}</p>
  const { checkout } = state
  const confirm = async () => {
    try {
      const result = await checkout.confirm({
        returnUrl: `${window.location.origin}/back?session={CHECKOUT_SESSION_ID}`,
        redirect: query.get('redirect') === 'always' ? 'always' : 'if_required',
      })
      setMessage(JSON.stringify(result.type === 'success' ? { type: result.type, status: result.session.status } : result))
    } catch (error) {
      setMessage(error instanceof Error ? `${error.name}: ${error.message}` : 'unknown')
    }
  }
  return (
    <div>
      <h1>Aspen Furniture</h1>
      <p id="total">{query.has('blind') ? 'hidden' : checkout.total.total.amount}</p>
      <p id="can-confirm">{String(checkout.canConfirm)}</p>
      <p id="status">{checkout.status.type}</p>
      <p id="last-error">{checkout.lastPaymentError?.message ?? ''}</p>
      {shown && (
        <PaymentElement
          options={{ layout: (query.get('layout') ?? 'auto') as Layout }}
          onReady={() => log.push('ready')}
          onChange={(event) => log.push(`change ${event.value.type} ${event.complete ? 'complete' : 'incomplete'}`)}
          onFocus={() => log.push('focus')}
          onBlur={() => log.push('blur')}
          onLoadError={(event) => log.push(`loaderror ${event.error.message ?? ''}`)}
        />
      )}
      <button id="pay" onClick={() => void confirm()}>
        Pay
      </button>
      <button id="toggle" onClick={() => setShown((before) => !before)}>
        Toggle
      </button>
      <button id="email" onClick={() => void checkout.updateEmail('late@example.com')}>
        E-mail
      </button>
      <output id="message">{message}</output>
    </div>
  )
}

function App() {
  const [stripe] = useState(loadStripe)
  const options = useMemo(
    () => ({
      clientSecret: query.get('secret') ?? '',
      elementsOptions: { appearance: { theme: (query.get('theme') ?? 'stripe') as Appearance['theme'] } },
    }),
    [],
  )
  return (
    <CheckoutElementsProvider stripe={stripe} options={options}>
      <Pay />
    </CheckoutElementsProvider>
  )
}

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
