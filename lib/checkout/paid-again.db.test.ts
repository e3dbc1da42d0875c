import Stripe from 'stripe'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openLivingShop, type LivingShop } from '@/lib/inbox/living-shop.test-support'
import { startCheckout } from './start-checkout'
import type { CheckoutView } from './view'

vi.setConfig({ testTimeout: 120_000 })

let shop: LivingShop
beforeAll(async () => void (shop = await openLivingShop()), 120_000)
afterAll(() => shop?.stop())

it('a refunded order may be paid again, once: what was paid again is known before the order says so', async () => {
  const { sandbox } = shop.world
  await shop.rows(`UPDATE store_connection SET write_back = false`)
  const order = await sandbox.post<{ id: number }>('/_sandbox/shops/north/orders', { items: [{ name: 'Cup', quantity: 2, unit_price: '9.50' }] })
  const start = () => startCheckout(shop.scope, { store_id: shop.store.store_id, order: { external_id: String(order.id) }, created_by: 'test' })
  const pay = ({ session }: CheckoutView) =>
    sandbox.post<{ payment_intent: { id: string } }>('/_sandbox/payers/pay', {
      client_secret: session?.client_secret,
      publishable_key: session?.publishable_key,
      account: session?.account,
    })
  const stateOfOrder = async () => (await shop.rows(`SELECT payment_state FROM "order" WHERE external_id = $1`, [String(order.id)]))[0]

  const first = await pay(await start())
  await shop.work()
  expect(await stateOfOrder()).toEqual({ payment_state: 'paid' })
  const url = new URL(sandbox.url)
  const stripe = new Stripe(process.env.STRIPE_LIVE_SECRET_KEY ?? '', { host: url.hostname, port: url.port, protocol: 'http', telemetry: false })
  await stripe.refunds.create({ payment_intent: first.payment_intent.id }, { stripeAccount: shop.store.account_id })
  await shop.work()
  expect(await stateOfOrder()).toEqual({ payment_state: 'refunded' })

  await pay(await start())
  await shop.drain()
  expect(await stateOfOrder(), 'not read since the payment').toEqual({ payment_state: 'refunded' })
  await expect(start()).rejects.toMatchObject({ code: 'order_paid' })
})
