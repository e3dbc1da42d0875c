import type { Hono } from 'hono'
import { z } from 'zod'
import type { World } from '../core/world'
import { automaticCall } from '../stripe/call'
import { openDispute, resolveDispute } from '../stripe/disputes/dispute'
import { idOf, tablesOf, type ChargeRow } from '../stripe/tables'
import { accountOf } from './account-routes'
import { bodyOf, ControlError, queryOf, wholeNumber } from './control-reply'
import type { StripeCaller } from './stripe-caller'

const minor = z.number().int().min(1).max(99_999_999)
const which = { charge: z.string().optional(), payment_intent: z.string().optional() }
const refund = z.strictObject({
  ...which,
  amount: minor.optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
})
const dispute = z.strictObject({ ...which, amount: minor.optional(), reason: z.string().default('fraudulent'), inquiry: z.boolean().default(false) })
const foreign = z.strictObject({
  account: z.string(),
  livemode: z.boolean().default(false),
  amount: minor,
  currency: z.string().regex(/^[a-z]{3}$/, 'three small letters such as eur'),
  payment_method: z.string().default('pm_card_visa'),
  description: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
})

/** Payments as a person at the Dashboard sees them, and what may be done to them there. */
export function mountPayments(app: Hono, world: World, stripe: StripeCaller): void {
  const tables = tablesOf(world.store)

  const chargeOf = (input: { charge?: string; payment_intent?: string }): ChargeRow => {
    if (input.charge === undefined && input.payment_intent === undefined) {
      throw new ControlError(400, 'charge: give charge or payment_intent', { charge: 'give charge or payment_intent' })
    }
    const row =
      input.charge !== undefined
        ? tables.charge.get(input.charge)
        : tables.charge.by('payment_intent', input.payment_intent ?? '').findLast((one) => one.object.status !== 'failed')
    if (!row) throw new ControlError(404, `no charge ${input.charge ?? `of ${input.payment_intent ?? ''}`}`)
    return row
  }

  app.get('/_sandbox/payments', (c) => {
    const { limit, account } = queryOf(c, z.object({ limit: wholeNumber(1, 500).default(50), account: z.string().optional() }))
    const charges = [...tables.charge.all()].filter((row) => account === undefined || row.account === account)
    return c.json({
      total: charges.length,
      payments: charges
        .slice(-limit)
        .reverse()
        .map((row) => paymentJson(world, row)),
    })
  })

  app.post('/_sandbox/payments/foreign', async (c) => {
    const { account, livemode, ...rest } = await bodyOf(c, foreign)
    const made = await stripe.asMerchant(accountOf(world, account), livemode, 'POST', '/v1/payment_intents', {
      ...rest,
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    })
    return c.json(made, 201)
  })

  app.post('/_sandbox/refunds', async (c) => {
    const { charge, payment_intent, ...rest } = await bodyOf(c, refund)
    const row = chargeOf({ charge, payment_intent })
    return c.json(await stripe.asMerchant(accountOf(world, row.account), row.livemode, 'POST', '/v1/refunds', { charge: row.id, ...rest }), 201)
  })

  app.get('/_sandbox/disputes', (c) => {
    const rows = [...tables.dispute.all()].reverse()
    return c.json({ disputes: rows.map((row) => ({ account: row.account, ...row.object })) })
  })
  app.post('/_sandbox/disputes', async (c) => {
    const { charge, payment_intent, ...options } = await bodyOf(c, dispute)
    const row = chargeOf({ charge, payment_intent })
    return c.json(
      attempt(() => openDispute(automaticCall(world, row.account, row.livemode), row.id, options).object),
      201,
    )
  })
  for (const [path, outcome] of [
    ['win', 'won'],
    ['lose', 'lost'],
  ] as const) {
    app.post(`/_sandbox/disputes/:id/${path}`, (c) => {
      const row = tables.dispute.get(c.req.param('id'))
      if (!row) throw new ControlError(404, 'no such dispute')
      return c.json(attempt(() => resolveDispute(automaticCall(world, row.account, row.livemode), row.id, outcome).object))
    })
  }
}

/** What Stripe's rules refuse becomes a 422 with the reason. */
function attempt<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new ControlError(422, error instanceof Error ? error.message : String(error))
  }
}

function paymentJson(world: World, row: ChargeRow): Record<string, unknown> {
  const tables = tablesOf(world.store)
  const { object } = row
  const intent = idOf(object.payment_intent)
  const session = intent === null ? undefined : tables.session.by('payment_intent', intent)[0]
  const dispute = tables.dispute.by('charge', row.id).at(-1)
  return {
    charge: row.id,
    payment_intent: intent,
    session: session?.id ?? null,
    client_reference_id: session?.object.client_reference_id ?? null,
    account: row.account,
    account_name: world.accounts.get(row.account)?.name ?? null,
    livemode: row.livemode,
    created: object.created,
    amount: object.amount,
    amount_refunded: object.amount_refunded,
    currency: object.currency,
    status: object.status,
    failure_message: object.failure_message,
    method: object.payment_method_details?.type ?? null,
    description: object.description,
    metadata: object.metadata,
    balance_transaction: idOf(object.balance_transaction),
    dispute: dispute === undefined ? null : { id: dispute.id, status: dispute.object.status, amount: dispute.object.amount },
  }
}
