import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { webhookSecretPlace } from '@/lib/commerce/core/places'
import { webhookAddress } from '@/lib/commerce/core/webhook-address'
import { readOrder } from '@/lib/commerce/read-order'
import { receiveStoreWebhook } from '@/lib/commerce/receive-store-webhook'
import { config } from '@/lib/config/config'
import { requeueRepairedStep } from '@/lib/effects/requeue-repaired'
import { makeEffectRunner } from '@/lib/effects/run-effects'
import { openLivingShop, type LivingShop } from '@/lib/inbox/living-shop.test-support'
import { unseal } from '@/lib/kernel/seal'

vi.setConfig({ testTimeout: 120_000 })

let shop: LivingShop
beforeAll(async () => void (shop = await openLivingShop()), 120_000)
afterAll(() => shop?.stop())

const change = async (order: string, status: string) => {
  await shop.world.sandbox.patch(`/_sandbox/shops/north/orders/${order}`, { status })
  await shop.advance(10)
  await readOrder(shop.scope, shop.store.store_id, order, 'sync')
}
/** Delivers the store's signed webhook that the order was deleted. */
const sayGone = async (order: string) => {
  const key = { tenant_id: shop.scope.tenant_id, store_id: shop.store.store_id }
  const [row] = await shop.rows<{ sealed: string }>('SELECT webhook_secret_sealed AS sealed FROM store_connection WHERE store_id = $1', [key.store_id])
  const raw = Buffer.from(JSON.stringify({ id: Number(order) }))
  const signature = createHmac('sha256', unseal(config().secret, webhookSecretPlace(key), row?.sealed ?? ''))
    .update(raw)
    .digest('base64')
  const headers: Record<string, string> = { 'x-wc-webhook-signature': signature, 'x-wc-webhook-topic': 'order.deleted' }
  await receiveStoreWebhook(webhookAddress(key), raw, (name) => headers[name] ?? null)
}
/** What is open about the payment, and what the store says of it. */
const said = async (payment: string) =>
  shop.rows<{ type: string | null; at_risk: string | null; store_hop: string }>(
    `SELECT x.type, x.amount_at_risk::text AS at_risk, r.store_hop FROM payment p JOIN reconciliation r ON r.tenant_id = p.tenant_id AND r.payment_id = p.id
       LEFT JOIN exception x ON x.tenant_id = p.tenant_id AND x.payment_id = p.id AND x.state = 'open' WHERE p.stripe_id = $1`,
    [payment],
  )

it('an order that its store calls off after it was told of the money is a finding, until it is reopened or the money goes back', async () => {
  const { order, payment_intent } = await shop.pay()
  await shop.work()
  const quiet = [{ type: null, at_risk: null, store_hop: 'proven' }]
  const [row] = await shop.rows<{ amount: string }>('SELECT amount::text FROM payment WHERE stripe_id = $1', [payment_intent])
  const found = (amount: unknown) => [{ type: 'paid_but_order_cancelled', at_risk: amount, store_hop: 'proven' }]
  expect(await said(payment_intent)).toEqual(quiet)

  await change(order, 'cancelled')
  expect(await said(payment_intent)).toEqual(found(row?.amount))
  await change(order, 'processing')
  expect(await said(payment_intent)).toEqual(quiet)

  await change(order, 'refunded')
  expect(await said(payment_intent)).toEqual(found(row?.amount))
  await shop.world.sandbox.post('/_sandbox/refunds', { payment_intent, amount: 100 })
  await shop.work()
  expect(await said(payment_intent)).toEqual(found(String(Number(row?.amount) - 100)))
  await shop.world.sandbox.post('/_sandbox/refunds', { payment_intent })
  await shop.work()
  expect(await said(payment_intent)).toEqual(quiet)
})

it('nobody is asked to refund what a dispute holds back; money that a won one brings back is a finding again', async () => {
  const { order, payment_intent } = await shop.pay()
  await shop.work()
  await change(order, 'cancelled')
  expect(await said(payment_intent)).toMatchObject([{ type: 'paid_but_order_cancelled' }])
  const dispute = await shop.world.sandbox.post<{ id: string }>('/_sandbox/disputes', { payment_intent })
  await shop.work()
  expect(await said(payment_intent)).toMatchObject([{ type: null }])
  await shop.world.sandbox.post(`/_sandbox/disputes/${dispute.id}/win`, {})
  await shop.work()
  expect(await said(payment_intent)).toMatchObject([{ type: 'paid_but_order_cancelled' }])
})

it('a late word of the store that an order is gone asks nobody for a refund: its own answer has to say so', async () => {
  const { order, payment_intent } = await shop.pay()
  const effects = makeEffectRunner()
  await shop.drain()
  while (await effects.step()) continue
  await sayGone(order)
  // The payment is explained once more before the store is asked: its money comes in.
  await shop.work()
  expect(await said(payment_intent)).toMatchObject([{ type: null }])
  await change(order, 'processing')
  expect(await said(payment_intent)).toMatchObject([{ type: null }])
})

it('an order that its store called off before it was told is left alone and found, and told once it is reopened', async () => {
  const { order, payment_intent } = await shop.pay()
  await shop.world.sandbox.patch(`/_sandbox/shops/north/orders/${order}`, { status: 'cancelled' })
  await shop.work()
  const effect = async () =>
    (
      await shop.rows<{ state: string }>(
        `SELECT e.state FROM effect e JOIN payment p ON p.tenant_id = e.tenant_id AND p.id = e.payment_id WHERE p.stripe_id = $1`,
        [payment_intent],
      )
    )[0]?.state
  expect([(await said(payment_intent))[0]?.type, await effect()]).toEqual(['paid_but_order_cancelled', 'skipped'])
  await change(order, 'pending')
  expect(await said(payment_intent)).toEqual([{ type: null, at_risk: null, store_hop: 'missing' }])
  await requeueRepairedStep()
  await shop.work()
  expect([await said(payment_intent), await effect()]).toEqual([[{ type: null, at_risk: null, store_hop: 'proven' }], 'done'])
})
