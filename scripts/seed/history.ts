import { publicId } from '@/lib/kernel/public-id'
import { workerPool } from '@/lib/db/pools'
import { storeFor, storyOf, type Story } from './storyline'
import type { DemoStore, DemoTenant } from './tenants'
import type { World } from './world'

export const demoDays = 60
const hours = [10, 18]
const dayMs = 86_400_000
const afterwardsMs = 5_000

type Later = { onStep: number; run: () => Promise<unknown> }

/**
 * Sixty days of business through the real path: shops take orders, our API makes checkouts, payers confirm at Stripe,
 * webhooks come in, the worker folds and marks orders paid; between the steps time moves on. `tell` shows progress.
 */
export async function liveThroughHistory(
  world: World,
  webUrl: string,
  tenants: DemoTenant[],
  tell: (day: number, orders: number) => void,
): Promise<{ orders: number }> {
  const later: Later[] = []
  const startOffset = await world.offsetMs()
  let orders = 0
  const steps = demoDays * hours.length
  for (let step = 0; step < steps; step++) {
    const day = Math.floor(step / hours.length)
    const hour = hours[step % hours.length] ?? 12
    const offset = startOffset + day * dayMs + (hour - (hours[0] ?? 0)) * 3_600_000
    await world.advanceTo(Math.min(offset, 0))
    await quiet(world)
    const due = later.filter((item) => item.onStep <= step)
    for (const item of due) later.splice(later.indexOf(item), 1)
    await Promise.all(due.map((item) => item.run()))
    await Promise.all(
      tenants.map(async (tenant, place) => {
        const index = step + place * 13
        const store = tenant.stores[storeFor(index, tenant.stores.length)]
        if (!store) return
        orders += 1
        await oneOrder(world, webUrl, store, tenant, storyOf(index), step, later)
      }),
    )
    if (step % 21 === 12) await somethingElse(world, tenants[step % 2], step)
    await quiet(world)
    // What Stripe does a moment later (booking the charge) happens before the next hours go by.
    await world.advanceTo(Math.min(offset + afterwardsMs, 0))
    await quiet(world)
    tell(day + 1, orders)
  }
  await world.advanceTo(0)
  await quiet(world)
  return { orders }
}

async function oneOrder(world: World, webUrl: string, store: DemoStore, tenant: DemoTenant, story: Story, step: number, later: Later[]): Promise<void> {
  const { ending } = story
  const order = await world.createOrder(store.slug, { seed: step * 7 + tenant.slug.length })
  const checkout = await startCheckout(webUrl, store, order.id)
  if (!checkout.session) throw new Error(`the checkout of ${order.number} was refused: ${JSON.stringify(checkout)}`)
  const payer = {
    client_secret: checkout.session.client_secret,
    publishable_key: checkout.session.publishable_key,
    ...(checkout.session.account && { account: checkout.session.account }),
  }
  const card = (number: string, more: object = {}) => world.pay({ ...payer, card: number, ...more })
  switch (ending.kind) {
    case 'abandoned':
      return
    case 'declined_then_paid':
      await card('4000000000000002')
      await card('4242424242424242')
      break
    case 'three_d_secure':
      await card('4000002760003184', { three_d_secure: ending.outcome })
      break
    case 'delayed':
      if (store.currency === 'eur') await world.pay({ ...payer, sepa_debit: { iban: ending.succeeds ? 'AT611904300234573201' : 'AT861904300235473202' } })
      else if (store.currency === 'usd') await world.pay({ ...payer, us_bank_account: { account_number: ending.succeeds ? '000123456789' : '000222222227' } })
      else await card('4242424242424242')
      break
    case 'cancelled_while_paying':
      await world.post(`/_sandbox/shops/${store.slug}/orders/${order.id}/cancel`)
      await card('4242424242424242')
      break
    case 'two_tabs': {
      const again = await startCheckout(webUrl, store, order.id)
      if (again.session?.client_secret !== checkout.session.client_secret) throw new Error(`a second checkout of ${order.number} made a second session`)
      await card('4242424242424242')
      break
    }
    case 'paid': {
      const paid = await card(ending.card ?? '4242424242424242')
      const intent = paid.payment_intent?.id
      for (const next of story.later) {
        const onStep = step + next.days * hours.length
        if (next.what === 'refund')
          later.push({
            onStep,
            run: () =>
              world.post('/_sandbox/refunds', { payment_intent: intent, reason: 'requested_by_customer', ...(next.share === 'part' && { amount: 700 }) }),
          })
        else later.push({ onStep, run: () => decide(world, intent, next.what) })
      }
    }
  }
}

async function decide(world: World, intent: string | undefined, verdict: 'win' | 'lose'): Promise<void> {
  const { disputes } = await world.ask<{ disputes: { id: string; payment_intent: string | null; status: string }[] }>('GET', '/_sandbox/disputes')
  const dispute = disputes.find((candidate) => candidate.payment_intent === intent && candidate.status === 'needs_response')
  if (dispute) await world.post(`/_sandbox/disputes/${dispute.id}/${verdict}`)
}

/** Payments on the same Stripe account that we did not make; now and then one whose label names a store of ours. */
async function somethingElse(world: World, tenant: DemoTenant | undefined, step: number): Promise<void> {
  const store = tenant?.stores[0]
  if (!tenant || !store) return
  const wrong = step === 54
  await world.post('/_sandbox/payments/foreign', {
    account: store.account,
    livemode: true,
    amount: 4_500 + step,
    currency: store.currency,
    description: wrong ? 'Terminal sale' : 'Invoice 2026-' + String(step).padStart(4, '0'),
    ...(wrong && { metadata: { mb_store: publicId('store', tenant.stores[1]?.store_id ?? ''), mb_attempt: 'att_00000000000070008000000000000000' } }),
  })
}

type Checkout = { session: { client_secret: string; publishable_key: string; account: string | null } | null }

async function startCheckout(webUrl: string, store: DemoStore, orderId: number): Promise<Checkout> {
  const answer = await fetch(`${webUrl}/api/v1/checkouts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${store.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ store: publicId('store', store.store_id), order: { external_id: String(orderId) } }),
  })
  return { session: null, ...((await answer.json()) as object) } as Checkout
}

/** Waits until every delivery is out, every inbox row folded, and every effect and read that is due is done. */
async function quiet(world: World): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    await world.settle()
    const { rows } = await workerPool().query(
      `SELECT (SELECT count(*) FROM inbox_event WHERE state = 'pending') + (SELECT count(*) FROM effect WHERE state IN ('queued', 'running') AND attempts = 0) AS busy`,
    )
    if (Number((rows as { busy: bigint }[])[0]?.busy ?? 0) === 0) return
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
}
