import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Scope } from '@/lib/db/tenant'
import { startCheckout } from './start-checkout'
import { openCheckoutWorld, type CheckoutWorld, type TestStore } from './testing/checkout-world'

let world: CheckoutWorld
let scope: Scope
let shop: TestStore

beforeAll(async () => {
  world = await openCheckoutWorld()
  scope = { ...(await world.tenant('acme')), mode: 'live' }
  shop = await world.store(scope, 'north')
}, 60_000)
afterAll(() => world?.stop())

it('smoke', async () => {
  const order = await world.sandbox.post<{ id: number; total: string }>(`/_sandbox/shops/north/orders`, { items: [{ name: 'Cup', quantity: 2, unit_price: '9.50' }] })
  const view = await startCheckout(scope, { store_id: shop.store_id, order: { external_id: String(order.id) }, created_by: 'test' })
  console.log(view)
  expect(view.amount).toBe(1900)
})
