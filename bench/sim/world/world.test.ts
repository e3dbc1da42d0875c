import { createHash } from 'node:crypto'
import Stripe from 'stripe'
import { expect, it } from 'vitest'
import { balanceOf, capturedOf, refundedOf } from './books'
import { drive, send } from './drive.test-support'
import { usualFaults } from './faults'

const seeds = Array.from({ length: 16 }, (_, index) => `world-${index}`)
const hash = (lines: string[]) => createHash('sha256').update(lines.join('\n')).digest('hex')

it('is the same again for the same seed, and another for another', () => {
  for (const seed of seeds.slice(0, 3)) expect(hash(drive(seed).trace)).toBe(hash(drive(seed).trace))
  expect(hash(drive('a').trace)).not.toBe(hash(drive('b').trace))
})

it('signs as Stripe does: what it expects to be taken passes the SDK, what it expects to be refused does not', () => {
  for (const seed of seeds.slice(0, 4)) {
    const { world, deliveries } = drive(seed)
    let first: number | undefined
    for (const delivery of deliveries) {
      const tenant = world.tenants.find(({ key }) => key === delivery.tenant)
      const signed = Number(/t=(\d+)/.exec(delivery.signature)?.[1])
      first ??= signed
      const passes = tenant?.webhook_secrets.slice(0, signed - first > 24 * 3_600 ? 1 : 2).some((secret) => {
        try {
          return Stripe.webhooks.signature?.verifyHeader(delivery.body, delivery.signature, secret, Number.MAX_SAFE_INTEGER) === true
        } catch {
          return false
        }
      })
      expect(passes).toBe(delivery.expect === 200)
    }
  }
})

it('keeps books that agree with what Stripe itself says', () => {
  const hits: Record<string, number> = {}
  let events = 0
  for (const seed of seeds) {
    const done = drive(seed)
    const { world } = done
    events += world.events()
    for (const [name, count] of Object.entries(world.hits())) hits[name] = (hits[name] ?? 0) + count
    expect(world.books.seen).toEqual([])
    for (const tenant of world.tenants) {
      const get = (path: string) =>
        JSON.parse(send(done, 'GET', `https://api.stripe.com${path}`, { authorization: `Bearer ${tenant.keys.reader}` }, '')?.body ?? '{}')
      const sums = new Map<string, { count: number; amount: number; fee: number; net: number }>()
      for (let after = ''; ;) {
        const page = get(`/v1/balance_transactions?limit=100${after && `&starting_after=${after}`}`)
        for (const row of page.data) {
          const sum = sums.get(row.currency) ?? { count: 0, amount: 0, fee: 0, net: 0 }
          sums.set(row.currency, { count: sum.count + 1, amount: sum.amount + row.amount, fee: sum.fee + row.fee, net: sum.net + row.net })
        }
        after = page.data.at(-1)?.id ?? ''
        if (!page.has_more) break
      }
      expect(Object.fromEntries(sums)).toEqual(Object.fromEntries(balanceOf(world.books, tenant.key)))
    }
    for (const payment of world.books.payments.values()) {
      const thing = world.accounts.get(payment.tenant)?.things.get(payment.id)
      if (thing?.object === 'payment_intent') expect(thing.amount_received).toBe(payment.state === 'paid' ? capturedOf(payment) : 0)
      expect(refundedOf(payment)).toBeLessThanOrEqual(capturedOf(payment))
    }
  }
  expect(events / seeds.length).toBeGreaterThan(100)
  for (const name of Object.keys(usualFaults)) expect(hits[name] ?? 0, name).toBeGreaterThan(0)
})

it('delivers every event that is not withheld, however often it is refused at first', () => {
  let calls = 0
  const { world, accepted } = drive('retries', { answer: (delivery) => (delivery.expect === 200 && calls++ % 3 > 0 ? 503 : delivery.expect) })
  for (const account of world.accounts.values())
    for (const event of account.events) expect(accepted.has(event.id) || world.post.withheld.has(event.id)).toBe(true)
})

it('freezes an event when it is made', () => {
  const { world } = drive('frozen', { faults: {} })
  const bodies = [...world.accounts.values()].flatMap((account) => account.events.map((event) => JSON.parse(event.body)))
  const created = bodies.filter((event) => event.type === 'payment_intent.created')
  expect(created.length).toBeGreaterThan(5)
  for (const event of created) expect(event.data.object).toMatchObject({ status: 'requires_payment_method', latest_charge: null })
  for (const event of bodies.filter(({ type }) => type === 'charge.succeeded')) expect(event.data.object.balance_transaction).toBeNull()
})
