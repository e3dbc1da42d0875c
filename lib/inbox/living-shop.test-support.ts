import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openCheckoutWorld, type CheckoutWorld, type TestStore } from '@/lib/checkout/checkout-world.test-support'
import { startCheckout } from '@/lib/checkout/start-checkout'
import type { Scope } from '@/lib/db/tenant'
import { makeEffectRunner } from '@/lib/effects/run-effects'
import { setClockOffset } from '@/lib/kernel/clock'
import { settleStep } from '@/lib/ledger/settle'
import { apiVersion, platformStripe } from '@/lib/stripe/client'
import { createWebhookEndpoint } from '@/lib/stripe/webhook-endpoints'
import { answerReadsStep } from './answer-reads'
import { drainStep } from './drain'
import { registerEndpoint } from './endpoints'
import { receive } from './receive'

export type Paid = { outcome: string; payment_intent: string; order: string }

/** A checkout world whose shop collects through a connected account and hears Stripe over HTTP. Tests only. */
export type LivingShop = {
  world: CheckoutWorld
  scope: Scope
  store: TestStore
  rows<Row extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>
  /** Sandbox and product move on together. */
  advance(seconds: number): Promise<void>
  /** Takes what was delivered and folds it. */
  drain(): Promise<void>
  /** Everything that a worker would do until nothing is left to do now. */
  work(): Promise<void>
  /** An order, its checkout, and the payer's try with this card. */
  pay(more?: Record<string, unknown>): Promise<Paid>
  stop(): Promise<void>
}

export async function openLivingShop(): Promise<LivingShop> {
  const world = await openCheckoutWorld()
  const scope: Scope = { ...(await world.tenant('acme')), mode: 'live' }
  const store = await world.store(scope, 'north')
  const hears = createServer((request, answer) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const delivery = { endpoint_id: 'connect_live', body: Buffer.concat(parts), signature: String(request.headers['stripe-signature']) }
      void receive(delivery).then(({ status }) => answer.writeHead(status).end())
    })
  })
  await new Promise<void>((resolve) => hears.listen(0, '127.0.0.1', resolve))
  const endpoint = await createWebhookEndpoint(
    { stripe: platformStripe('live'), options: {} },
    { url: `http://127.0.0.1:${(hears.address() as AddressInfo).port}/`, connect: true, enabled_events: ['*'], api_version: apiVersion },
    'endpoint-1',
  )
  await registerEndpoint({ id: 'connect_live', kind: 'connect', mode: 'live', account_id: null, secret: endpoint.secret, stripe_endpoint_id: endpoint.id })

  const advance = async (seconds: number) => {
    await world.sandbox.post('/_sandbox/clock/advance', { by_seconds: seconds })
    setClockOffset((await world.sandbox.get<{ offset_ms: number }>('/_sandbox/clock')).offset_ms)
  }
  const drain = async () => {
    await world.sandbox.post('/_sandbox/webhooks/settle', {})
    while (await drainStep('test')) continue
  }
  return {
    world,
    scope,
    store,
    advance,
    drain,
    rows: async <Row>(text: string, values: unknown[] = []) => {
      await world.owner.query('SET ROLE matchbook_worker')
      return (await world.owner.query(text, values)).rows as Row[]
    },
    work: async () => {
      const effects = makeEffectRunner()
      for (let round = 0; round < 4; round++) {
        await drain()
        await advance(20)
        while (await answerReadsStep()) continue
        while (await settleStep()) continue
        while (await effects.step()) continue
      }
      await drain()
    },
    pay: async (more = {}) => {
      const order = await world.sandbox.post<{ id: number }>('/_sandbox/shops/north/orders', { items: [{ name: 'Cup', quantity: 2, unit_price: '9.50' }] })
      const view = await startCheckout(scope, { store_id: store.store_id, order: { external_id: String(order.id) }, created_by: 'test' })
      const { session } = view
      if (!session) throw new Error('the checkout has no session')
      const paid = await world.sandbox.post<{ outcome: string; payment_intent: { id: string } | null }>('/_sandbox/payers/pay', {
        client_secret: session.client_secret,
        publishable_key: session.publishable_key,
        ...(session.account && { account: session.account }),
        ...more,
      })
      return { outcome: paid.outcome, payment_intent: paid.payment_intent?.id ?? '', order: String(order.id) }
    },
    stop: async () => {
      hears.close()
      await world.stop()
    },
  }
}
