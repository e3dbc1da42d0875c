'use client'

import { CheckoutElementsProvider, PaymentElement, useCheckoutElements } from '@stripe/react-stripe-js/checkout'
import { useCallback, useEffect, useRef, useState, useSyncExternalStore, type FormEvent, type MouseEvent, type PointerEvent } from 'react'
import { buttonClass } from '@/components/ui/button-class'
import { Field, Input } from '@/components/ui/field'
import { Skeleton } from '@/components/ui/skeleton'
import { appearanceFor, schemeOf } from './appearance'
import { loadStripe } from './load-stripe'
import { useOutcome } from './use-outcome'
import type { PaySessionView } from './view'

/** Card fields are there within a second or two; after so long something is in the way. */
const slowAfterMs = 15_000
const never = () => () => undefined
const payButton =
  'figures flex h-12 w-full items-center justify-center rounded-md bg-accent-solid px-4 text-lg font-medium text-on-accent ' +
  'transition-colors hover:bg-accent-solid-hover disabled:opacity-60'

/** Stripe's form and the one button. Amount and currency are the session's, made by the server; the browser sends neither. */
export function PayForm({ session, token }: { session: PaySessionView; token: string }) {
  const isBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  return isBrowser ? <InBrowser key={session.id} session={session} token={token} /> : <Placeholder />
}

function InBrowser({ session, token }: { session: PaySessionView; token: string }) {
  // Made once: the provider does not take another one later.
  const [stripe] = useState(() => loadStripe(session))
  const [options] = useState(() => ({
    clientSecret: session.client_secret,
    elementsOptions: { appearance: appearanceFor(schemeOf()), loader: 'never' as const },
    adaptivePricing: { allowed: false },
  }))
  return (
    <CheckoutElementsProvider stripe={stripe} options={options}>
      <Form token={token} />
    </CheckoutElementsProvider>
  )
}

function Form({ token }: { token: string }) {
  const state = useCheckoutElements()
  const [email, setEmail] = useState('')
  const [emailProblem, setEmailProblem] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const [isPaying, setIsPaying] = useState(false)
  const [element, setElement] = useState<'loading' | 'slow' | 'ready' | 'failed'>('loading')
  const emailField = useRef<HTMLInputElement>(null)
  const { above, hold } = useHeld()
  // confirm() has been seen never to settle: while it runs, ask how the payment stands.
  const outcome = useOutcome(token, { active: isPaying, firstAfterMs: 10_000, everyMs: 3_000 })
  const isOver =
    (state.type === 'success' && state.checkout.status.type !== 'open') || (outcome !== null && outcome.outcome !== 'open' && outcome.outcome !== 'preparing')
  useEffect(() => {
    if (isOver) leave(token)
  }, [isOver, token])

  useEffect(() => {
    if (element !== 'loading') return
    const timer = setTimeout(() => setElement('slow'), slowAfterMs)
    return () => clearTimeout(timer)
  }, [element])

  if (state.type === 'error' || element === 'failed') return <NotLoaded />
  const checkout = state.type === 'success' ? state.checkout : null
  const asksEmail = checkout !== null && checkout.email === null

  async function pay(event: FormEvent) {
    event.preventDefault()
    if (checkout === null || element !== 'ready' || isPaying) return
    if (asksEmail && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim())) {
      setEmailProblem('Enter an e-mail address, such as name@example.com.')
      emailField.current?.focus()
      return
    }
    setProblem(undefined)
    setIsPaying(true)
    try {
      const result = await checkout.confirm({ redirect: 'if_required', ...(asksEmail && { email: email.trim() }) })
      if (result.type === 'success') return leave(token)
      setProblem(result.error.message)
    } catch {
      setProblem('Something went wrong on this page. Your card was not charged by this try, as far as we know; reload the page to see how the payment stands.')
    }
    setIsPaying(false)
  }

  return (
    <form onSubmit={(event) => void pay(event)} noValidate aria-label="Payment" className="space-y-4">
      <div ref={above} className="flow-root space-y-4">
        {asksEmail && (
          <Field label="E-mail" error={emailProblem} help="For the receipt.">
            {(parts) => (
              <Input
                {...parts}
                ref={emailField}
                type="email"
                name="email"
                autoComplete="email"
                inputMode="email"
                value={email}
                onChange={(event) => {
                  setEmail(event.target.value)
                  setEmailProblem(undefined)
                }}
              />
            )}
          </Field>
        )}
        <div className="relative min-h-56">
          {element !== 'ready' && (
            <div className="absolute inset-0">
              <Fields />
            </div>
          )}
          <PaymentElement
            options={{ layout: 'tabs' }}
            onReady={() => setElement('ready')}
            onLoadError={() => setElement('failed')}
            onChange={() => setProblem(undefined)}
          />
        </div>
        {element === 'slow' && <SlowToLoad />}
        {problem !== undefined && (
          <div role="alert" className="rounded-md bg-bad-tint px-4 py-3 text-base">
            <p className="font-medium text-bad-ink">The payment did not go through</p>
            <p className="mt-0.5 text-soft">{problem} Everything you entered is kept; correct it or try another way to pay.</p>
          </div>
        )}
      </div>
      <button
        type="submit"
        disabled={checkout === null || element !== 'ready' || isPaying}
        onPointerDown={hold}
        onClick={onlyInside}
        aria-busy={isPaying || undefined}
        className={payButton}
      >
        {isPaying ? 'Paying…' : checkout === null ? 'Pay' : `Pay ${checkout.total.total.amount}`}
      </button>
      <p role="status" className="sr-only">
        {isPaying ? 'The payment is being made. Please wait.' : ''}
      </p>
    </form>
  )
}

/**
 * Keeps what stands above the button at its height while the button is pressed. Leaving a field may show or take away a
 * line under it; the button would then move from under the finger, and the click would be lost. The pointer is captured,
 * so that its end is seen wherever it comes, over Stripe's frame too.
 */
function useHeld() {
  const above = useRef<HTMLDivElement>(null)
  const hold = useCallback((event: PointerEvent<HTMLButtonElement>) => {
    const box = above.current
    if (box === null) return
    box.style.height = `${box.offsetHeight}px`
    box.style.overflow = 'clip'
    event.currentTarget.setPointerCapture(event.pointerId)
    // After the click, which comes after this.
    const release = () => setTimeout(() => box.removeAttribute('style'))
    event.currentTarget.addEventListener('lostpointercapture', release, { once: true })
  }, [])
  return { above, hold }
}

/** Who presses and moves off the button before letting go does not mean to pay; a captured pointer clicks all the same. */
function onlyInside(event: MouseEvent<HTMLButtonElement>): void {
  const isKeyboard = event.detail === 0
  const { left, right, top, bottom } = event.currentTarget.getBoundingClientRect()
  const isInside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom
  if (!isKeyboard && !isInside) event.preventDefault()
}

/** A new document: the return page reads how the payment stands from our own rows. */
function leave(token: string): void {
  window.location.assign(new URL(`/pay/${token}/return`, window.location.origin))
}

function NotLoaded() {
  return (
    <div role="alert" className="rounded-lg border border-line bg-surface px-5 py-5 text-base">
      <p className="font-medium">The payment form could not be loaded</p>
      <p className="mt-1 text-soft">Nothing was charged. Check your connection, switch off what blocks scripts for this page, and try again.</p>
      <button type="button" className={buttonClass('solid', 'md', 'mt-4')} onClick={() => window.location.reload()}>
        Load it again
      </button>
    </div>
  )
}

function SlowToLoad() {
  return (
    <p role="status" className="text-base text-soft">
      The fields take long to load. Nothing was charged; wait a little more, or{' '}
      <button type="button" className="rounded-sm text-accent underline" onClick={() => window.location.reload()}>
        load the page again
      </button>
      .
    </p>
  )
}

function Fields() {
  return (
    <div className="space-y-4">
      <Skeleton className="h-11 w-full" />
      <Skeleton className="h-11 w-full" />
      <div className="flex gap-4">
        <Skeleton className="h-11 flex-1" />
        <Skeleton className="h-11 flex-1" />
      </div>
    </div>
  )
}

function Placeholder() {
  return (
    <div className="space-y-4">
      <p role="status" className="sr-only">
        The payment form is loading.
      </p>
      <div className="min-h-56">
        <Fields />
      </div>
      <Skeleton className="h-11 w-full" />
      <noscript>
        <p className="text-base text-soft">Paying on this page needs JavaScript.</p>
      </noscript>
    </div>
  )
}
