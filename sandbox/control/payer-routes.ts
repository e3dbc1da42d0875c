import type { Hono } from 'hono'
import { z } from 'zod'
import type { World } from '../core/world'
import { tablesOf } from '../stripe/tables'
import { bodyOf, ControlError } from './control-reply'
import type { StripeCaller } from './stripe-caller'

const card = z.union([
  z
    .string()
    .regex(/^[\d ]{12,23}$/, 'a card number')
    .transform((number) => ({ number, exp_month: 12, exp_year: 2034, cvc: '123' })),
  z.strictObject({ number: z.string(), exp_month: z.number().int().default(12), exp_year: z.number().int().default(2034), cvc: z.string().default('123') }),
])
const pay = z
  .strictObject({
    client_secret: z.string().regex(/^cs_.+_secret_.+$/, 'a Checkout Session client secret, cs_..._secret_...'),
    publishable_key: z.string().startsWith('pk_').optional(),
    account: z.string().startsWith('acct_').optional(),
    email: z.string().optional(),
    name: z.string().optional(),
    country: z.string().length(2).default('US'),
    postal_code: z.string().default('97209'),
    return_url: z.string().optional(),
    card: card.optional(),
    us_bank_account: z
      .strictObject({
        routing_number: z.string().default('110000000'),
        account_number: z.string().default('000123456789'),
        account_holder_type: z.enum(['individual', 'company']).default('individual'),
      })
      .optional(),
    sepa_debit: z.strictObject({ iban: z.string().default('AT611904300234573201') }).optional(),
    three_d_secure: z.enum(['succeed', 'fail', 'leave']).default('succeed'),
  })
  .refine((input) => [input.card, input.us_bank_account, input.sepa_debit].filter((one) => one !== undefined).length <= 1, {
    message: 'give one of card, us_bank_account, sepa_debit',
    path: ['card'],
  })

interface PaymentIntentSeen {
  id: string
  status: string
  next_action?: { type?: string } | null
  last_payment_error?: { code?: string; message?: string } | null
}

/** One word for how a confirmation ended. */
function outcomeOf(status: number, intent: PaymentIntentSeen | undefined): string {
  if (status >= 400) return status === 402 ? 'declined' : 'refused'
  if (intent?.status === 'requires_payment_method') return 'declined'
  return intent?.status ?? 'unknown'
}

/** Payers without a browser: they confirm through the endpoints that the browser script calls. */
export function mountPayers(app: Hono, world: World, stripe: StripeCaller): void {
  app.post('/_sandbox/payers/pay', async (c) => {
    const input = await bodyOf(c, pay)
    const session = input.client_secret.slice(0, input.client_secret.indexOf('_secret_'))
    const page = `/v1/payment_pages/${session}`
    const auth = credentials(world, session, input.publishable_key, input.account)
    const method = input.us_bank_account ? 'us_bank_account' : input.sepa_debit ? 'sepa_debit' : 'card'
    const details = input.us_bank_account ?? input.sepa_debit ?? input.card ?? { number: '4242424242424242', exp_month: 12, exp_year: 2034, cvc: '123' }
    const name = input.name ?? 'Sam Payer'
    const email = input.email ?? 'sam.payer@example.com'
    let reply = await stripe.asBrowser('POST', `${page}/confirm`, {
      ...auth,
      client_secret: input.client_secret,
      return_url: input.return_url,
      email,
      payment_method_data: {
        type: method,
        [method]: details,
        billing_details: { name, email, address: { country: input.country, postal_code: input.postal_code } },
      },
    })
    let intent = reply.body['payment_intent'] as PaymentIntentSeen | undefined
    const asked = reply.status === 200 && intent?.status === 'requires_action' && input.three_d_secure !== 'leave'
    if (asked && intent) {
      reply = await stripe.asBrowser('POST', `${page}/three_d_secure`, {
        ...auth,
        client_secret: input.client_secret,
        payment_intent: intent.id,
        outcome: input.three_d_secure,
      })
      intent = reply.body['payment_intent'] as PaymentIntentSeen | undefined
    }
    const error = reply.body['error'] as Record<string, unknown> | undefined
    return c.json({
      outcome: outcomeOf(reply.status, intent),
      status: reply.status,
      three_d_secure: asked ? input.three_d_secure : null,
      session: reply.body['session'] ?? null,
      payment_intent: intent ?? error?.['payment_intent'] ?? null,
      error: error ?? intent?.last_payment_error ?? null,
    })
  })
}

/** The key the browser would have: as given, else the session's own (a connected account's page has its platform's key). */
function credentials(world: World, session: string, key: string | undefined, account: string | undefined): Record<string, string | undefined> {
  if (key !== undefined) return { key, _stripe_account: account }
  const row = tablesOf(world.store).session.get(session)
  const owner = row === undefined ? undefined : world.accounts.get(row.account)
  if (row === undefined || owner === undefined) throw new ControlError(404, `no session ${session}`, { client_secret: 'no such session' })
  const mode = row.livemode ? 'live' : 'test'
  const platform = owner.platform === null ? undefined : world.accounts.get(owner.platform)
  return platform === undefined ? { key: owner.keys[mode].publishable } : { key: platform.keys[mode].publishable, _stripe_account: owner.id }
}
