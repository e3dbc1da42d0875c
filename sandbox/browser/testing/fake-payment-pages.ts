import type { Hono } from 'hono'

type Session = Record<string, unknown>
type Intent = Record<string, unknown>

export type FakeSession = {
  id: string
  clientSecret: string
  currency: string
  amount: number
  methods: string[]
  email: string | null
  country: string
}

/** One received call, for assertions. */
export type Received = { path: string; origin: string | undefined; form: Record<string, string> }

/** A payment-pages API small enough to test the browser part against, with the shapes of the real contract. */
export type FakePaymentPages = { sessions: Map<string, FakeSession & { status: string; paymentStatus: string }>; received: Received[] }

function sessionObject(session: FakeSession & { status: string; paymentStatus: string }): Session {
  return {
    id: session.id,
    object: 'checkout.session',
    livemode: false,
    currency: session.currency,
    status: session.status,
    payment_status: session.paymentStatus,
    amount_total: session.amount,
    amount_subtotal: session.amount,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    customer_email: session.email,
    customer_details: null,
    return_url: null,
    line_items: {
      object: 'list',
      data: [
        {
          id: 'li_1',
          object: 'item',
          description: 'Walnut desk',
          quantity: 1,
          amount_subtotal: session.amount,
          amount_total: session.amount,
          amount_discount: 0,
          amount_tax: 0,
          currency: session.currency,
          price: { id: 'price_1', unit_amount: session.amount },
        },
      ],
    },
  }
}

const DECLINES: Record<string, { code: string; decline_code?: string; message: string }> = {
  '4000000000000002': { code: 'card_declined', decline_code: 'generic_decline', message: 'Your card has been declined.' },
  '4000000000009995': { code: 'card_declined', decline_code: 'insufficient_funds', message: 'Your card has insufficient funds.' },
}

/** Mounts the fake on an app. Sessions are put into `sessions` by the test. */
export function fakePaymentPages(app: Hono): FakePaymentPages {
  const fake: FakePaymentPages = { sessions: new Map(), received: [] }
  const intent = (status: string, more: Intent = {}) => ({ id: 'pi_1', status, next_action: null, last_payment_error: null, ...more })
  app.use('/v1/*', async (c, next) => {
    await next()
    c.header('access-control-allow-origin', '*')
  })
  app.get('/v1/payment_pages/:id', (c) => {
    const session = fake.sessions.get(c.req.param('id'))
    if (!session || session.clientSecret !== c.req.query('client_secret')) {
      return c.json({ error: { type: 'invalid_request_error', code: 'resource_missing', message: 'No such checkout.session' } }, 404)
    }
    return c.json({
      session: sessionObject(session),
      merchant: { display_name: 'Aspen Furniture', country: session.country },
      payment_method_types: session.methods,
    })
  })
  app.post('/v1/payment_pages/:id/:verb', async (c) => {
    const session = fake.sessions.get(c.req.param('id'))
    const form = Object.fromEntries(Object.entries(await c.req.parseBody()).map(([name, value]) => [name, String(value)]))
    fake.received.push({ path: c.req.path, origin: c.req.header('origin'), form })
    if (!session) return c.json({ error: { type: 'invalid_request_error', message: 'No such checkout.session' } }, 404)
    const paid = (paymentStatus: string) => {
      session.status = 'complete'
      session.paymentStatus = paymentStatus
    }
    if (c.req.param('verb') === 'three_d_secure') {
      if (form.outcome === 'succeed') {
        paid('paid')
        return c.json({ session: sessionObject(session), payment_intent: intent('succeeded') })
      }
      const last = {
        type: 'invalid_request_error',
        code: 'payment_intent_authentication_failure',
        message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
      }
      return c.json({ session: sessionObject(session), payment_intent: intent('requires_payment_method', { last_payment_error: last }) })
    }
    if (form['payment_method_data[type]'] !== 'card') {
      paid('unpaid')
      return c.json({ session: sessionObject(session), payment_intent: intent('processing') })
    }
    const number = form['payment_method_data[card][number]'] ?? ''
    const decline = DECLINES[number]
    if (decline) {
      return c.json({ error: { type: 'card_error', ...decline, payment_intent: intent('requires_payment_method') } }, 402)
    }
    if (number === '4000002760003184') {
      const action = { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect' } }
      return c.json({ session: sessionObject(session), payment_intent: intent('requires_action', { next_action: action }) })
    }
    paid('paid')
    return c.json({ session: sessionObject(session), payment_intent: intent('succeeded') })
  })
  return fake
}
