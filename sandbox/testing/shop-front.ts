import Stripe from 'stripe'
import { expect } from 'vitest'
import { openSandbox, type Sandbox } from '../app'
import type { SandboxSettings } from '../core/config'

/** A running sandbox, spoken to over HTTP by the real SDK and by a pretended browser. */
export interface Front {
  readonly sandbox: Sandbox
  readonly stripe: Stripe
  readonly secret: string
  readonly publishable: string
  /** An SDK client with another key or account. */
  client(key: string, stripeAccount?: string): Stripe
  /** POST as stripe.js does; answers status and body without throwing. */
  browser(path: string, form: Record<string, string>, method?: 'GET' | 'POST'): Promise<{ status: number; body: BrowserBody }>
  close(): Promise<void>
}

export interface BrowserBody {
  readonly session: Stripe.Checkout.Session
  readonly payment_intent: Pick<Stripe.PaymentIntent, 'id' | 'status' | 'next_action' | 'last_payment_error'>
  readonly payment_method_types: string[]
  readonly merchant: { display_name: string; country: string }
  readonly error: { type: string; code?: string; decline_code?: string; message: string; param?: string; payment_intent?: Stripe.PaymentIntent }
}

export async function startFront(settings: Partial<SandboxSettings> = {}, dataDir: string | null = null): Promise<Front> {
  const sandbox = await openSandbox({ host: '127.0.0.1', port: 0, dataDir, settings: { asyncCaptureSeconds: 3600, ...settings }, freshOffsetMs: 0 })
  const { hostname, port } = new URL(sandbox.url)
  const { secret, publishable } = sandbox.world.accounts.platform().keys.test
  const client = (key: string, stripeAccount?: string) =>
    new Stripe(key, {
      host: hostname,
      port,
      protocol: 'http',
      maxNetworkRetries: 0,
      telemetry: false,
      ...(stripeAccount === undefined ? {} : { stripeAccount }),
    })
  return {
    sandbox,
    stripe: client(secret),
    secret,
    publishable,
    client,
    browser: async (path, form, method = 'POST') => {
      const query = new URLSearchParams({ key: publishable, ...form }).toString()
      const answer =
        method === 'POST' ? await fetch(`${sandbox.url}${path}`, { method, body: new URLSearchParams(query) }) : await fetch(`${sandbox.url}${path}?${query}`)
      return { status: answer.status, body: (await answer.json()) as BrowserBody }
    },
    close: () => sandbox.close(),
  }
}

/** A session for one book at 20.00, as the product would create it. */
export function sessionParams(change: Partial<Stripe.Checkout.SessionCreateParams> = {}): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'payment',
    ui_mode: 'elements',
    line_items: [{ price_data: { currency: 'usd', unit_amount: 1000, product_data: { name: 'Book' } }, quantity: 2 }],
    return_url: 'https://shop.example/return',
    ...change,
  }
}

/** Form fields of a card. */
export function card(number: string, change: Record<string, string> = {}): Record<string, string> {
  return {
    'payment_method_data[type]': 'card',
    'payment_method_data[card][number]': number,
    'payment_method_data[card][exp_month]': '12',
    'payment_method_data[card][exp_year]': '34',
    'payment_method_data[card][cvc]': '123',
    'payment_method_data[billing_details][email]': 'jenny@example.com',
    ...change,
  }
}

export function usBankAccount(number: string): Record<string, string> {
  return {
    'payment_method_data[type]': 'us_bank_account',
    'payment_method_data[us_bank_account][routing_number]': '110000000',
    'payment_method_data[us_bank_account][account_number]': number,
    'payment_method_data[us_bank_account][account_holder_type]': 'individual',
    'payment_method_data[billing_details][name]': 'Jenny Rosen',
  }
}

export function sepaDebit(iban: string): Record<string, string> {
  return {
    'payment_method_data[type]': 'sepa_debit',
    'payment_method_data[sepa_debit][iban]': iban,
    'payment_method_data[billing_details][name]': 'Jenny Rosen',
  }
}

/** Confirms a session in the browser. */
export function confirm(front: Front, session: Stripe.Checkout.Session, method: Record<string, string>): ReturnType<Front['browser']> {
  return front.browser(`/v1/payment_pages/${session.id}/confirm`, { client_secret: session.client_secret ?? '', ...method })
}

/** Creates a session and pays it by card. */
export async function pay(
  front: Front,
  number = '4242424242424242',
  change: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Promise<Stripe.Checkout.Session> {
  const session = await front.stripe.checkout.sessions.create(sessionParams(change))
  const { status, body } = await confirm(front, session, card(number))
  expect(status, JSON.stringify(body)).toBe(200)
  return body.session
}

/** The newest events of the account, oldest first. */
export async function eventsOf(stripe: Stripe): Promise<Stripe.Event[]> {
  const all: Stripe.Event[] = []
  for await (const event of stripe.events.list({ limit: 100 })) all.push(event)
  return all.reverse()
}

/** One expected event. `by` says who caused it: a request with an idempotency key, one without (a browser's, a DELETE), or Stripe itself. */
export interface ExpectedEvent {
  readonly type: string
  readonly by: 'api' | 'browser' | 'stripe'
  /** Fields of data.object, by dotted path. */
  readonly object?: Readonly<Record<string, unknown>>
  readonly previous?: Readonly<Record<string, unknown>>
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => (inner === null || inner === undefined ? undefined : (inner as Record<string, unknown>)[key]), value)
}

/** Compares what happened with what is documented, event for event. */
export function expectSequence(events: readonly Stripe.Event[], expected: readonly ExpectedEvent[]): void {
  expect(events.map((event) => event.type)).toEqual(expected.map((event) => event.type))
  for (const [index, wanted] of expected.entries()) {
    const event = events[index]
    if (event === undefined) continue
    const label = `${index} ${wanted.type}`
    for (const [path, value] of Object.entries(wanted.object ?? {})) {
      expect(at(event.data.object, path), `${label} ${path}`).toEqual(value)
    }
    expect(event.data.previous_attributes, `${label} previous_attributes`).toEqual(wanted.previous)
    const { id = null, idempotency_key = null } = event.request ?? {}
    expect({ request: id !== null, key: idempotency_key !== null }, `${label} request`).toEqual({ request: wanted.by !== 'stripe', key: wanted.by === 'api' })
    expect(event.object).toBe('event')
    expect(event.api_version).toBe(Stripe.API_VERSION)
  }
}
