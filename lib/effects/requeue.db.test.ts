import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FakeOrder } from '@/lib/commerce/fake-shop.test-support'
import { makeFakeWorld, type FakeWorld } from '@/lib/commerce/fake-world.test-support'
import { readOrder } from '@/lib/commerce/read-order'
import { inWorkerTransaction } from '@/lib/db/pools'
import { clockOffset, setClockOffset } from '@/lib/kernel/clock'
import { publicId } from '@/lib/kernel/public-id'
import { effectsOfOrder } from './queries'
import { queueEffects } from './queue-effects'
import { requeueEffect } from './requeue-effect'
import { requeueRepairedStep } from './requeue-repaired'
import { makeEffectRunner } from './run-effects'

let world: FakeWorld
const scope = { tenant_id: '01900000-0000-7000-8000-00000000000a', mode: 'test' as const }
const paymentId = '01900000-0000-7000-8000-0000000000dd'
const operator = { kind: 'operator' as const }

beforeAll(async () => void (world = await makeFakeWorld()))
afterAll(() => world.close())
beforeEach(async () => {
  world.shop.interfere = () => false
  await world.ask(`UPDATE store_connection SET failures_in_a_row = 0, paused_until = NULL, last_error = NULL`)
})
afterEach(() => setClockOffset(0))

type Placed = { id: string; external_id: number }
async function wanted(order: Partial<FakeOrder> = {}): Promise<Placed & { effect: string }> {
  const { id: external_id } = world.shop.place(order)
  const placed = { id: (await readOrder(scope, world.store_id, String(external_id), 'checkout')).id, external_id }
  await inWorkerTransaction((sql) =>
    queueEffects(sql, [
      {
        ...scope,
        kind: 'order.mark_paid',
        subject: publicId('order', placed.id),
        cause: 'pi_1',
        store_id: world.store_id,
        order_id: placed.id,
        payment_id: paymentId,
        due_at: new Date(),
        payload: { reference: 'pi_1', amount: '2000', currency: 'eur', paid_at: '2026-01-02T03:04:06Z', payment_id: paymentId },
      },
    ]),
  )
  return { ...placed, effect: (await effectsOfOrder(scope, placed.id))[0]?.id ?? '' }
}
async function run(): Promise<void> {
  const runner = makeEffectRunner()
  while (await runner.step());
}
const stateOf = async (order: Placed) => (await effectsOfOrder(scope, order.id)).map((effect) => effect.state)
const writesTo = (order: Placed) => world.shop.writes.filter((write) => write.order === order.external_id).length
const openOn = async (order: Placed) =>
  (await world.ask<{ type: string }>(`SELECT type FROM exception WHERE order_id = $1 AND state = 'open' ORDER BY 1`, [order.id])).map((row) => row.type)
const die = (order: Placed & { effect: string }) =>
  world.ask(`UPDATE effect SET state = 'dead', attempts = 5, done_at = now(), lease_until = NULL, last_error = 'x' WHERE id = $1`, [order.effect])

it('a dead effect runs once more under its key, and its exception closes', async () => {
  const order = await wanted()
  await die(order)
  const id = publicId('effect', order.effect)
  await world.ask(
    `INSERT INTO exception (tenant_id, id, mode, key, type, state, subject_kind, subject_id, order_id, detail, opened_at)
     VALUES ($1, gen_random_uuid(), 'test', $2, 'effect_dead', 'open', 'effect', $3, $4, '{}', now())`,
    [scope.tenant_id, `effect_dead:${id}`, id, order.id],
  )
  expect(await requeueEffect(scope, order.effect, operator)).toEqual({ id: order.effect, state: 'queued' })
  expect(await openOn(order)).toEqual([])
  await run()
  expect(await stateOf(order)).toEqual(['done'])
  expect(writesTo(order)).toBe(1)
  expect(await world.ask(`SELECT actor_kind, detail->>'from' AS came FROM activity WHERE subject_id = $1`, [id])).toEqual([
    { actor_kind: 'operator', came: 'dead' },
  ])
  await expect(requeueEffect(scope, order.effect, operator)).rejects.toMatchObject({ code: 'effect_not_requeueable', status: 409 })
  expect(await stateOf(order)).toEqual(['done'])
})

it('what the store took before the effect was given up is found, not done twice', async () => {
  const order = await wanted()
  world.shop.interfere = (request, response, body) => {
    if (request.method !== 'PUT') return false
    world.shop.write(order.external_id, JSON.parse(body) as Record<string, unknown>)
    response.destroy()
    return true
  }
  await die(order)
  await requeueEffect(scope, order.effect, operator)
  await run()
  expect(await stateOf(order)).toEqual(['queued'])
  world.shop.interfere = () => false
  await die(order)
  await requeueEffect(scope, order.effect, operator)
  await run()
  expect(await stateOf(order)).toEqual(['done'])
  expect(writesTo(order)).toBe(1)
})

it('what was given up with a write that its store may still do is not told again beside it', async () => {
  const order = await wanted()
  await world.ask(`UPDATE effect SET receipt = $2 WHERE id = $1`, [order.effect, { away: { tries: 9, since: '2026-01-01T00:00:00.000Z' } }])
  let late: () => void = () => undefined
  world.shop.interfere = (request, response, body) => {
    if (request.method !== 'PUT') return false
    late = () => world.shop.write(order.external_id, JSON.parse(body) as Record<string, unknown>)
    response.writeHead(504).end('<html>')
    return true
  }
  await run()
  world.shop.interfere = () => false
  expect(await stateOf(order)).toEqual(['dead'])
  await requeueEffect(scope, order.effect, operator)
  await run()
  late()
  expect([await stateOf(order), writesTo(order)]).toEqual([['queued'], 1])
  await world.ask(`UPDATE effect SET lease_until = now() - interval '1 second' WHERE id = $1`, [order.effect])
  await run()
  expect([await stateOf(order), writesTo(order)]).toEqual([['done'], 1])
})

it('asked for twice at once it is queued once; of another tenant or mode it is not found', async () => {
  const order = await wanted()
  await die(order)
  const asked = await Promise.allSettled([requeueEffect(scope, order.effect, operator), requeueEffect(scope, order.effect, operator)])
  expect(asked.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
  await expect(requeueEffect({ ...scope, mode: 'live' }, order.effect, operator)).rejects.toMatchObject({ code: 'not_found' })
  await expect(requeueEffect({ ...scope, tenant_id: '01900000-0000-7000-8000-0000000000bb' }, order.effect, operator)).rejects.toMatchObject({
    code: 'not_found',
  })
  await run()
  expect(writesTo(order)).toBe(1)
})

it('an order that the store cancelled and takes back is marked paid by itself, once', async () => {
  const order = await wanted({ status: 'cancelled' })
  await run()
  expect(await stateOf(order)).toEqual(['skipped'])
  await requeueRepairedStep()
  await readOrder(scope, world.store_id, String(order.external_id), 'sync')
  await requeueRepairedStep()
  expect(await stateOf(order)).toEqual(['skipped'])

  world.shop.change(order.external_id, { status: 'pending', needs_payment: true })
  await readOrder(scope, world.store_id, String(order.external_id), 'sync')
  await requeueRepairedStep()
  expect(await stateOf(order)).toEqual(['queued'])
  await run()
  await requeueRepairedStep()
  expect(await stateOf(order)).toEqual(['done'])
  expect(writesTo(order)).toBe(1)
})

it('an order that its store has no more is left alone until the store has it again, then marked paid once', async () => {
  const order = await wanted()
  const there = world.shop.orders.get(order.external_id) as FakeOrder
  world.shop.orders.delete(order.external_id)
  await run()
  expect(await stateOf(order)).toEqual(['skipped'])
  await requeueRepairedStep()
  expect(await stateOf(order)).toEqual(['skipped'])

  world.shop.orders.set(order.external_id, there)
  await readOrder(scope, world.store_id, String(order.external_id), 'sync')
  await requeueRepairedStep()
  expect(await stateOf(order)).toEqual(['queued'])
  await run()
  expect(await stateOf(order)).toEqual(['done'])
  expect(writesTo(order)).toBe(1)
})

it('an order whose money all went back is not marked, what was open closes, and it is marked once the refund fails', async () => {
  const order = await wanted({ status: 'processing', date_paid_gmt: '2026-01-02T03:04:05', transaction_id: 'pi_other' })
  await run()
  expect(await openOn(order)).toEqual(['order_paid_elsewhere'])
  await world.ask(
    `INSERT INTO payment (tenant_id, id, mode, connection_id, stripe_id, origin, status, currency, amount, amount_captured, amount_refunded, amount_disputed, fee_state, attribution, created_at, updated_at)
     VALUES ($1, $2, 'test', $3, 'pi_1', 'checkout', 'succeeded', 'eur', 2000, 2000, 2000, 0, 'pending', 'none', now(), now())`,
    [scope.tenant_id, paymentId, world.connection_id],
  )
  await world.ask(
    `INSERT INTO refund (tenant_id, id, mode, connection_id, stripe_id, payment_id, status, amount, currency, created_at)
     VALUES ($1, gen_random_uuid(), 'test', $2, 're_1', $3, 'succeeded', 2000, 'eur', now())`,
    [scope.tenant_id, world.connection_id, paymentId],
  )
  const reason = async () => (await world.ask<{ reason: string }>(`SELECT receipt ->> 'reason' AS reason FROM effect WHERE id = $1`, [order.effect]))[0]?.reason
  await requeueRepairedStep()
  expect(await stateOf(order)).toEqual(['queued'])
  await run()
  expect([await stateOf(order), await reason(), await openOn(order), writesTo(order)]).toEqual([['skipped'], 'payment_refunded', [], 0])

  world.shop.change(order.external_id, { status: 'pending', needs_payment: true, date_paid_gmt: null, transaction_id: '' })
  await readOrder(scope, world.store_id, String(order.external_id), 'sync')
  await requeueRepairedStep()
  expect(await stateOf(order)).toEqual(['skipped'])

  await world.ask(`UPDATE refund SET status = 'failed' WHERE payment_id = $1`, [paymentId])
  await world.ask(`UPDATE payment SET amount_refunded = 0 WHERE id = $1`, [paymentId])
  await requeueRepairedStep()
  await run()
  expect([await stateOf(order), writesTo(order)]).toEqual([['done'], 1])
})

describe('a store that is away', () => {
  const minute = 60_000
  const day = 24 * 60 * minute
  const outages: [string, (response: ServerResponse) => void, string[]][] = [
    ['fails', (response) => void response.writeHead(500).end(), []],
    ['asks to slow down', (response) => void response.writeHead(429).end(), []],
    ['does not answer', (response) => void response.destroy(), []],
    ['refuses our keys', (response) => void response.writeHead(401).end('{"code":"woocommerce_rest_cannot_view"}'), ['effect_dead']],
  ]
  const away = (how: (response: ServerResponse) => void) => {
    world.shop.interfere = (_, response) => {
      how(response)
      return true
    }
  }
  /** Lets time go on until then, jumping from try to try. @returns how often the shop was asked. */
  async function until(order: Placed, end: number): Promise<number> {
    const before = world.shop.requests.length
    for (let at = clockOffset(); at < end;) {
      setClockOffset(at)
      await run()
      const [next] = await world.ask<{ due_at: Date }>(
        `SELECT greatest(e.due_at, c.paused_until) AS due_at FROM effect e JOIN store_connection c USING (tenant_id, store_id) WHERE order_id = $1 AND e.state = 'queued'`,
        [order.id],
      )
      at = next ? next.due_at.getTime() - Date.now() + 5 : end
    }
    setClockOffset(end)
    return world.shop.requests.length - before
  }

  /** The same without the tries in between. */
  async function leapTo(end: number): Promise<void> {
    setClockOffset(end)
    await world.ask(`UPDATE store_connection SET paused_until = NULL`)
    await run()
  }

  it.each(outages)('for a day (it %s) is asked now and then, nothing is given up, and half an hour later all is done', async (_, how, said) => {
    const order = await wanted()
    away(how)
    const asked = await until(order, day)
    expect([await stateOf(order), await openOn(order)]).toEqual([['queued'], said])
    expect(asked).toBeGreaterThan(90)
    expect(asked).toBeLessThan(150)
    world.shop.interfere = () => false
    await until(order, day + 30 * minute)
    expect([await stateOf(order), await openOn(order), writesTo(order), world.shop.completed.includes(order.external_id)]).toEqual([['done'], [], 1, true])
  })

  it('for longer than five days ends in death, and what died of it is queued again once the store has answered', async () => {
    const order = await wanted()
    const id = publicId('effect', order.effect)
    away((response) => void response.writeHead(401).end('{"code":"woocommerce_rest_cannot_view"}'))
    await until(order, 30 * minute)
    await leapTo(5 * day + 30 * minute)
    expect([await stateOf(order), await openOn(order)]).toEqual([['dead'], ['effect_dead']])
    await requeueRepairedStep()
    expect(await stateOf(order)).toEqual(['dead'])

    world.shop.interfere = () => false
    setClockOffset(6 * day)
    await readOrder(scope, world.store_id, String(order.external_id), 'by_hand')
    await Promise.all([requeueRepairedStep(), requeueRepairedStep()])
    expect([await stateOf(order), await openOn(order)]).toEqual([['queued'], ['effect_dead']])
    expect(await world.ask(`SELECT actor_kind, detail->>'from' AS came, detail->>'because' AS because FROM activity WHERE subject_id = $1`, [id])).toEqual([
      { actor_kind: 'system', came: 'dead', because: 'store_answered' },
    ])
    await run()
    await requeueRepairedStep()
    expect([await stateOf(order), await openOn(order), writesTo(order)]).toEqual([['done'], [], 1])
  })

  it('to our writes alone is something that a person sees, also while it is tried again, until the order is told', async () => {
    const order = await wanted()
    world.shop.interfere = (request, response) => {
      if (request.method !== 'PUT') return false
      response.writeHead(401).end('{"code":"woocommerce_rest_authentication_error"}')
      return true
    }
    await until(order, 30 * minute)
    expect([await stateOf(order), await openOn(order)]).toEqual([['queued'], ['effect_dead']])
    await leapTo(5 * day + 30 * minute)
    await readOrder(scope, world.store_id, String(order.external_id), 'by_hand')
    setClockOffset(6 * day)
    await requeueRepairedStep()
    expect([await stateOf(order), await openOn(order)]).toEqual([['queued'], ['effect_dead']])
    world.shop.interfere = () => false
    await until(order, 6 * day + 30 * minute)
    expect([await stateOf(order), await openOn(order), writesTo(order)]).toEqual([['done'], [], 1])
  })

  it('to our writes alone, by failures of its own, is something that a person sees after a day in which it was read', async () => {
    const order = await wanted()
    world.shop.interfere = (request, response) => {
      if (request.method !== 'PUT') return false
      response.writeHead(500).end()
      return true
    }
    await until(order, day - 30 * minute)
    await world.ask(`UPDATE store_connection SET last_sync_at = $1`, [new Date(Date.now() + clockOffset())])
    expect([await stateOf(order), await openOn(order)]).toEqual([['queued'], []])
    await until(order, day + 30 * minute)
    expect([await stateOf(order), await openOn(order)]).toEqual([['queued'], ['effect_dead']])
    world.shop.interfere = () => false
    await until(order, day + 60 * minute)
    expect([await stateOf(order), await openOn(order), writesTo(order)]).toEqual([['done'], [], 1])
  })

  it('is given days again when what died of it is queued again and the store goes away once more', async () => {
    const order = await wanted()
    away((response) => void response.writeHead(500).end())
    await until(order, 30 * minute)
    await leapTo(5 * day + 30 * minute)
    expect(await stateOf(order)).toEqual(['dead'])
    await requeueEffect(scope, order.effect, operator)
    await run()
    await leapTo(7 * day)
    expect(await stateOf(order)).toEqual(['queued'])
    world.shop.interfere = () => false
    await until(order, 7 * day + 30 * minute)
    expect([await stateOf(order), writesTo(order)]).toEqual([['done'], 1])
  })

  it('is something else than one that refuses: what was refused stays given up when the store answers', async () => {
    const order = await wanted()
    away((response) => void response.writeHead(500).end())
    await until(order, day)
    away((response) => void response.writeHead(400).end('{"code":"woocommerce_rest_invalid"}'))
    await until(order, day + 30 * minute)
    expect([await stateOf(order), await openOn(order)]).toEqual([['dead'], ['effect_dead']])
    const [row] = await effectsOfOrder(scope, order.id)
    expect(row?.last_error).toContain('store_refused_request')
    world.shop.interfere = () => false
    await readOrder(scope, world.store_id, String(order.external_id), 'by_hand')
    setClockOffset(2 * day)
    await requeueRepairedStep()
    expect(await stateOf(order)).toEqual(['dead'])
  })
})
