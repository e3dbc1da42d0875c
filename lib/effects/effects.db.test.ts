import { spawn } from 'node:child_process'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createStore } from '@/lib/commerce/create-store'
import type { FakeOrder } from '@/lib/commerce/fake-shop.test-support'
import { makeFakeWorld, type FakeWorld } from '@/lib/commerce/fake-world.test-support'
import { storeOf } from '@/lib/commerce/queries'
import { readOrder } from '@/lib/commerce/read-order'
import { inWorkerTransaction } from '@/lib/db/pools'
import { clock, setClockOffset } from '@/lib/kernel/clock'
import { publicId } from '@/lib/kernel/public-id'
import type { NewEffect } from './core/effect'
import { effectsOfOrder, effectsOfPayment, undoneEffects } from './queries'
import { queueEffects } from './queue-effects'
import { requeueEffect } from './requeue-effect'
import { makeEffectRunner } from './run-effects'

let world: FakeWorld
const scope = { tenant_id: '01900000-0000-7000-8000-00000000000a', mode: 'test' as const }
const otherTenant = '01900000-0000-7000-8000-0000000000bb'
const paymentId = '01900000-0000-7000-8000-0000000000dd'

beforeAll(async () => {
  world = await makeFakeWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  world.shop.interfere = () => false
  world.shop.writes = []
  world.shop.completed = []
  world.shop.requests = []
  await world.ask(`UPDATE store_connection SET failures_in_a_row = 0, paused_until = NULL, last_error = NULL, write_back = true`)
  await world.ask(`UPDATE effect SET state = 'skipped', receipt = '{}' WHERE state IN ('queued', 'running')`)
})

type Placed = { id: string; external_id: number }
/** An order in the shop that we have read once, as at checkout. */
async function placed(order: Partial<FakeOrder> = {}): Promise<Placed> {
  const { id } = world.shop.place(order)
  return { id: (await readOrder(scope, world.store_id, String(id), 'checkout')).id, external_id: id }
}
function markPaid(order: Placed, more: Record<string, unknown> = {}, row: Partial<NewEffect> = {}): NewEffect {
  return {
    ...scope,
    kind: 'order.mark_paid',
    subject: publicId('order', order.id),
    cause: 'pi_1',
    store_id: world.store_id,
    order_id: order.id,
    payment_id: paymentId,
    due_at: new Date(),
    payload: { reference: 'pi_1', amount: '2000', currency: 'eur', paid_at: '2026-01-02T03:04:06Z', payment_id: paymentId, ...more },
    ...row,
  }
}
const note = (order: Placed, cause = 'succeeded'): NewEffect =>
  markPaid(
    order,
    {},
    {
      kind: 'order.note',
      subject: `re_${order.external_id}`,
      cause,
      payload: { note: 'refund', status: cause, reference: 're_1', amount: '500', currency: 'eur', failure_reason: null },
    },
  )
const queue = (...rows: NewEffect[]) => inWorkerTransaction((sql) => queueEffects(sql, rows))
async function run(runner = makeEffectRunner()): Promise<void> {
  while (await runner.step());
}
const again = () =>
  world.ask(
    `UPDATE effect SET due_at = now() - interval '1 second', lease_until = CASE WHEN state = 'running' THEN now() - interval '1 second' END WHERE state IN ('queued', 'running')`,
  )
const stateOf = async (order: Placed) => (await effectsOfOrder(scope, order.id)).map((effect) => effect.state)
const writesTo = (order: Placed) => world.shop.writes.filter((write) => write.order === order.external_id)
const exceptionsOf = async (order: Placed) =>
  (await world.ask<{ type: string }>(`SELECT type FROM exception WHERE order_id = $1 AND state = 'open' ORDER BY type`, [order.id])).map((row) => row.type)

/** The shop answers the next look at an order as it is now; what then happens, the worker does not see. */
function betweenReadAndWrite(order: Placed, then: () => Promise<unknown>): void {
  world.shop.interfere = async (request, response) => {
    if (request.method !== 'GET') return false
    world.shop.interfere = () => false
    const seen = JSON.stringify(world.shop.orders.get(order.external_id))
    await then()
    response.writeHead(200, { 'content-type': 'application/json' }).end(seen)
    return true
  }
}

describe('marking an order paid', () => {
  it('is done exactly once by several runners at the same time, and queued once', async () => {
    const orders = await Promise.all(Array.from({ length: 15 }, () => placed()))
    expect(await queue(...orders.map((order) => markPaid(order)))).toBe(15)
    expect(await queue(...orders.map((order) => markPaid(order)))).toBe(0)
    await Promise.all([run(), run(), run()])
    for (const order of orders) {
      expect(writesTo(order).map((write) => write.body)).toEqual([
        { set_paid: true, transaction_id: 'pi_1', meta_data: [{ key: '_matchbook_payment', value: publicId('payment', paymentId) }] },
      ])
      expect(await stateOf(order)).toEqual(['done'])
    }
    const [effect] = await effectsOfOrder(scope, (orders[0] as Placed).id)
    expect(effect?.receipt).toMatchObject({
      before: { status: 'pending', paid_at: null },
      request: { transaction_id: 'pi_1' },
      after: { status: 'processing', references: ['pi_1'], total: '20.00' },
    })
    expect((await effectsOfPayment(scope, paymentId)).length).toBeGreaterThanOrEqual(15)
    const stored = await world.ask(
      `SELECT o.status, o.revision, c.reference FROM "order" o JOIN order_payment_claim c ON c.order_id = o.id AND c.revision = o.revision WHERE o.id = $1`,
      [orders[0]?.id],
    )
    expect(stored).toEqual([{ status: 'processing', revision: 2, reference: 'pi_1' }])
  })

  it('a shop that answers with another order is not believed: neither order is written to', async () => {
    const [asked, other] = [await placed(), await placed()]
    world.shop.interfere = (request, response) => {
      if (request.method !== 'GET' || !request.url?.includes(`/orders/${asked.external_id}?`)) return false
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(world.shop.orders.get(other.external_id)))
      return true
    }
    await queue(markPaid(asked))
    await run()
    expect(world.shop.writes).toEqual([])
    expect(await stateOf(asked)).toEqual(['queued'])
    await expect(readOrder(scope, world.store_id, String(asked.external_id), 'checkout')).rejects.toMatchObject({ code: 'store_reply_unreadable' })
    world.shop.interfere = () => false
    await again()
    await run()
    expect(await stateOf(asked)).toEqual(['done'])
    expect([writesTo(asked).length, writesTo(other).length]).toEqual([1, 0])
  })

  it('survives a worker killed after the shop took it and before we knew', async () => {
    const order = await placed()
    await queue(markPaid(order))
    const worker = spawn(process.execPath, ['--import', 'tsx', 'lib/effects/run-once.test-support.ts'], { env: process.env, stdio: 'ignore' })
    const died = new Promise((resolve) => worker.once('exit', (_, signal) => resolve(signal)))
    world.shop.interfere = (request, _, body) => {
      if (request.method !== 'PUT') return false
      world.shop.write(order.external_id, JSON.parse(body) as Record<string, unknown>)
      worker.kill('SIGKILL')
      return true
    }
    expect(await died).toBe('SIGKILL')
    expect(await stateOf(order)).toEqual(['running'])
    // What it sent may take the shop as long as a write that was not answered, and whoever died is followed within a minute.
    const [left] = await world.ask<{ seconds: number }>(`SELECT extract(epoch FROM lease_until - now())::float8 AS seconds FROM effect WHERE order_id = $1`, [
      order.id,
    ])
    expect(left?.seconds).toBeGreaterThan(50)
    expect(left?.seconds).toBeLessThanOrEqual(60)
    world.shop.interfere = () => false
    await run()
    expect(await stateOf(order)).toEqual(['running'])
    await again()
    await run()
    expect(await stateOf(order)).toEqual(['done'])
    expect(writesTo(order)).toHaveLength(1)
    expect((await effectsOfOrder(scope, order.id))[0]?.receipt).toMatchObject({ request: null, after: { status: 'processing' } })
  }, 40_000)

  it('is not written by a worker whose lease was lost before, and its end is not written when lost after', async () => {
    for (const method of ['GET', 'PUT']) {
      const order = await placed()
      await queue(markPaid(order))
      world.shop.interfere = async (request, _, body) => {
        if (request.method !== method) return false
        world.shop.interfere = () => false
        await world.ask(`UPDATE effect SET lease_epoch = lease_epoch + 1 WHERE state = 'running'`)
        return body === 'never'
      }
      await run()
      expect(writesTo(order)).toHaveLength(method === 'GET' ? 0 : 1)
      expect(await stateOf(order)).toEqual(['running'])
      await again()
      await run()
      expect(await stateOf(order)).toEqual(['done'])
      expect(writesTo(order)).toHaveLength(1)
    }
  })

  it('is not written by a worker that stood still beyond its lease: an order that was cancelled meanwhile stays so', async () => {
    const order = await placed({ status: 'on-hold', needs_payment: false })
    await queue(markPaid(order))
    betweenReadAndWrite(order, async () => {
      await world.ask(`UPDATE effect SET lease_until = now() - interval '1 second' WHERE state = 'running'`)
      world.shop.change(order.external_id, { status: 'cancelled' })
    })
    await run()
    expect([await stateOf(order), writesTo(order), world.shop.orders.get(order.external_id)?.status]).toEqual([['skipped'], [], 'cancelled'])
  })

  it('is not written on a reading that is old, though the lease still holds', async () => {
    const order = await placed({ status: 'on-hold', needs_payment: false })
    await queue(markPaid(order))
    const wallMs = vi.spyOn(clock, 'wallMs')
    betweenReadAndWrite(order, async () => {
      wallMs.mockImplementation(() => Date.now() + 16_000)
      world.shop.change(order.external_id, { status: 'cancelled' })
    })
    await run()
    wallMs.mockRestore()
    expect([await stateOf(order), writesTo(order)]).toEqual([['queued'], []])
    expect((await effectsOfOrder(scope, order.id))[0]?.last_error).toContain('outbound_too_late')
    await again()
    await run()
    expect([await stateOf(order), writesTo(order)]).toEqual([['skipped'], []])
  })

  it('sends a request whose answer got lost only once', async () => {
    const order = await placed()
    await queue(markPaid(order))
    world.shop.interfere = (request, _, body) => {
      if (request.method !== 'PUT') return false
      world.shop.write(order.external_id, JSON.parse(body) as Record<string, unknown>)
      request.socket.destroy()
      return true
    }
    await run()
    expect(await stateOf(order)).toEqual(['queued'])
    await again()
    await run()
    expect([await stateOf(order), writesTo(order).length]).toEqual([['done'], 1])
  })

  const untouched: [string, Partial<FakeOrder>, string][] = [
    ['paid by another payment', { status: 'processing', date_paid_gmt: '2026-01-02T03:04:05', transaction_id: 'pi_other' }, 'order_paid_elsewhere'],
    ['paid without a reference', { status: 'completed', date_paid_gmt: '2026-01-02T03:04:05' }, 'order_paid_elsewhere'],
    ['dearer now', { total: '21.00' }, 'order_total_differs'],
    ['in another currency now', { currency: 'USD' }, 'order_total_differs'],
    ['in a status nobody knows', { status: 'awaiting-magic', needs_payment: false }, 'order_status_unclassified'],
  ]
  it.each(untouched)('leaves an order alone that is %s, and says so', async (_, change, type) => {
    const order = await placed()
    world.shop.change(order.external_id, change)
    await queue(markPaid(order))
    await run()
    expect([await stateOf(order), writesTo(order).length, await exceptionsOf(order)]).toEqual([['skipped'], 0, [type]])
    const [found] = await world.ask<{ amount_at_risk: string; detail: Record<string, unknown>; payment_id: string }>(
      `SELECT amount_at_risk::text AS amount_at_risk, detail, payment_id FROM exception WHERE order_id = $1`,
      [order.id],
    )
    expect(found).toMatchObject({
      amount_at_risk: '2000',
      payment_id: paymentId,
      detail: { payment: { amount: '20.00' }, store_total: world.shop.orders.get(order.external_id)?.total },
    })
    expect((await world.ask(`SELECT status FROM "order" WHERE id = $1`, [order.id]))[0]).toEqual({ status: change.status ?? 'pending' })
  })

  it.each(['cancelled', 'trash', 'refunded'])('leaves an order alone that is called off: %s', async (status) => {
    const order = await placed()
    world.shop.change(order.external_id, { status })
    await queue(markPaid(order))
    await run()
    // What is to be said of the money is for whoever explains the payment.
    expect([await stateOf(order), writesTo(order).length, await exceptionsOf(order)]).toEqual([['skipped'], 0, []])
  })

  it('leaves an order alone that is gone, and one whose amount cannot be read', async () => {
    const gone = await placed()
    world.shop.orders.delete(gone.external_id)
    const odd = await placed()
    world.shop.change(odd.external_id, { total: '20.001' })
    await queue(markPaid(gone), markPaid(odd))
    await run()
    expect([await stateOf(gone), await exceptionsOf(gone)]).toEqual([['skipped'], []])
    expect([await stateOf(odd), await exceptionsOf(odd)]).toEqual([['skipped'], ['order_amount_unreadable', 'order_total_differs']])
    expect((await world.ask(`SELECT deleted_at IS NOT NULL AS gone FROM "order" WHERE id = $1`, [gone.id]))[0]).toEqual({ gone: true })
  })

  it('works in currencies with no and with three decimals', async () => {
    const yen = await placed({ currency: 'JPY', total: '2000', line_items: [] })
    const dinar = await placed({ currency: 'KWD', total: '2.000', line_items: [] })
    await queue(markPaid(yen, { currency: 'jpy' }), markPaid(dinar, { currency: 'kwd' }))
    await run()
    expect([await stateOf(yen), await stateOf(dinar), world.shop.writes.length]).toEqual([['done'], ['done'], 2])
  })

  it('writes nothing where writing back is switched off, but reads what the order is worth now', async () => {
    const order = await placed()
    await world.ask(`UPDATE store_connection SET write_back = false`)
    await queue(markPaid(order), note(order))
    await run()
    expect([await stateOf(order), world.shop.writes]).toEqual([['skipped', 'skipped'], []])
    const receipts = (await effectsOfOrder(scope, order.id)).map((effect) => effect.receipt)
    expect(receipts).toContainEqual({ reason: 'write_back_off' })
    expect(receipts).toContainEqual(
      expect.objectContaining({ reason: 'write_back_off', request: null, after: expect.objectContaining({ total: '20.00' }) as unknown }),
    )
  })

  it('sets the status of an order on hold, and insists where a shop accepts and does not follow', async () => {
    const held = await placed({ status: 'on-hold', needs_payment: false })
    const stubborn = await placed()
    await queue(markPaid(held), markPaid(stubborn))
    world.shop.interfere = (request, response, body) => {
      const ignored = request.method === 'PUT' && request.url?.includes(String(stubborn.external_id)) && !body.includes('processing')
      if (ignored) response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":1}')
      return Boolean(ignored)
    }
    await run()
    expect([await stateOf(held), writesTo(held)[0]?.body.status]).toEqual([['done'], 'processing'])
    expect((await effectsOfOrder(scope, stubborn.id))[0]).toMatchObject({
      state: 'queued',
      last_error: expect.stringContaining('store_not_marked_paid') as string,
    })
    await again()
    await run()
    expect([await stateOf(stubborn), writesTo(stubborn)[0]?.body.status]).toEqual([['done'], 'processing'])
    expect(world.shop.completed).toEqual([])
  })

  it.each(['GET', 'PUT'])('lets the shop complete the payment itself after an earlier try that failed at its %s', async (method) => {
    const order = await placed()
    await queue(markPaid(order))
    world.shop.interfere = (request, response) => {
      if (request.method !== method) return false
      world.shop.interfere = () => false
      response.writeHead(503).end('busy')
      return true
    }
    await run()
    expect([await stateOf(order), world.shop.completed]).toEqual([['queued'], []])
    await again()
    await run()
    expect([await stateOf(order), writesTo(order).map((write) => write.body.status), world.shop.completed]).toEqual([
      ['done'],
      [undefined],
      [order.external_id],
    ])
  })
})

describe('notes', () => {
  it('are written once, even when the answer got lost', async () => {
    const order = await placed()
    await queue(note(order))
    world.shop.interfere = (request, _, body) => {
      if (request.method !== 'POST') return false
      world.shop.notes.set(order.external_id, [{ id: 1, note: (JSON.parse(body) as { note: string }).note }])
      request.socket.destroy()
      return true
    }
    await run()
    world.shop.interfere = () => false
    await again()
    await run()
    expect([await stateOf(order), world.shop.notes.get(order.external_id)?.length]).toEqual([['done'], 1])
    expect(world.shop.notes.get(order.external_id)?.[0]?.note).toBe(
      `Matchbook: 5.00 EUR were refunded at Stripe (re_1). [order.note:re_${order.external_id}:succeeded]`,
    )
  })

  it('are read back: an answer to something else is no note, and one whose text the shop changed is', async () => {
    const [lost, changed] = [await placed(), await placed()]
    await queue(note(lost), note(changed))
    world.shop.interfere = (request, response) => {
      if (request.method !== 'POST') return false
      if (request.url?.includes(`/${changed.external_id}/`)) world.shop.notes.set(changed.external_id, [{ id: 77, note: 'Refunded.' }])
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":77,"note":"Refunded."}')
      return true
    }
    await run()
    expect([await stateOf(lost), await stateOf(changed)]).toEqual([['queued'], ['done']])
    expect((await effectsOfOrder(scope, lost.id))[0]?.last_error).toContain('store_note_not_kept')
    expect((await storeOf(scope, world.store_id)).failures_in_a_row).toBe(0)
    world.shop.interfere = () => false
    await again()
    await run()
    expect([await stateOf(lost), world.shop.notes.get(lost.external_id)?.length, world.shop.notes.get(changed.external_id)?.length]).toEqual([['done'], 1, 1])
  })

  it('follow in their order, one after the other, with any number of runners', async () => {
    const order = await placed()
    const rows = [markPaid(order), note(order, 'succeeded'), note(order, 'failed'), note(order, 'canceled')]
    for (const row of rows) await queue(row)
    let inside = 0
    let most = 0
    world.shop.interfere = async () => {
      most = Math.max(most, ++inside)
      await new Promise((resolve) => setTimeout(resolve, 20))
      inside -= 1
      return false
    }
    const runners = [makeEffectRunner(), makeEffectRunner(), makeEffectRunner()]
    while ((await stateOf(order)).some((state) => state !== 'done')) await Promise.all(runners.map((runner) => runner.step()))
    expect(most).toBe(1)
    expect(world.shop.notes.get(order.external_id)?.map(({ note: text }) => /\[(.*)\]/.exec(text)?.[1])).toEqual(
      ['succeeded', 'failed', 'canceled'].map((cause) => `order.note:re_${order.external_id}:${cause}`),
    )
  })
})

describe('a write whose answer did not come', () => {
  const losses: [string, (request: IncomingMessage, response: ServerResponse) => void][] = [
    ['silent', () => undefined],
    ['cut off', (request) => void request.socket.destroy()],
    ['given up by a gateway', (_, response) => void response.writeHead(504).end('<html>')],
  ]
  it.each(losses)('is not repeated while the shop may still do it: %s', async (_, lose) => {
    const [order, noted] = [await placed(), await placed()]
    await queue(markPaid(order), note(noted))
    const { sleep } = clock
    const patience = vi.spyOn(clock, 'sleep').mockImplementation((ms, signal) => sleep(Math.min(ms, 300), signal))
    const late: (() => void)[] = []
    world.shop.interfere = (request, response, body) => {
      if (request.method === 'GET') return false
      const said = JSON.parse(body) as Record<string, unknown>
      late.push(() => {
        if (request.method === 'PUT') world.shop.write(order.external_id, said)
        else world.shop.notes.set(noted.external_id, [{ id: 1, note: String(said.note) }])
      })
      lose(request, response)
      return true
    }
    await run()
    patience.mockRestore()
    world.shop.interfere = () => false
    const [failed] = await effectsOfOrder(scope, order.id)
    expect([await stateOf(order), await stateOf(noted), failed?.last_error]).toEqual([['queued'], ['queued'], expect.stringContaining('store_write_unsettled')])
    expect((failed?.due_at.getTime() ?? 0) - Date.now()).toBeGreaterThan(55_000)

    // Nor by a process whose clock is ten minutes ahead.
    const asked = world.shop.requests.length
    setClockOffset(600_000)
    await run()
    setClockOffset(0)
    expect(world.shop.requests.length).toBe(asked)

    late.forEach((write) => write())
    await again()
    await run()
    expect([await stateOf(order), writesTo(order).length, world.shop.completed]).toEqual([['done'], 1, [order.external_id]])
    expect([await stateOf(noted), world.shop.notes.get(noted.external_id)?.length]).toEqual([['done'], 1])
  })

  it('keeps what is queued again of the same order away as well, though it is older', async () => {
    const order = await placed()
    await queue(markPaid(order))
    await world.ask(`UPDATE effect SET state = 'skipped', receipt = '{"reason": "order_cancelled"}' WHERE order_id = $1`, [order.id])
    await queue(markPaid(order, { reference: 'pi_2' }, { cause: 'pi_2', due_at: clock.now() }))
    let late: () => void = () => undefined
    world.shop.interfere = (request, response, body) => {
      if (request.method === 'GET') return false
      late = () => world.shop.write(order.external_id, JSON.parse(body) as Record<string, unknown>)
      response.writeHead(504).end('<html>')
      return true
    }
    await run()
    world.shop.interfere = () => false
    expect(await stateOf(order)).toEqual(['skipped', 'queued'])

    const [left] = await effectsOfOrder(scope, order.id)
    await requeueEffect(scope, left?.id ?? '', { kind: 'operator' })
    const asked = world.shop.requests.length
    await run()
    expect([world.shop.requests.length - asked, writesTo(order).length]).toEqual([0, 0])

    late()
    await again()
    await run()
    expect([await stateOf(order), writesTo(order).length]).toEqual([['skipped', 'done'], 1])
  })

  const answered: [string, (request: IncomingMessage, writes: number) => boolean][] = [
    ['the look before it', (request) => request.method === 'GET'],
    ['the look after it', (request, writes) => request.method === 'GET' && writes > 0],
  ]
  it.each(answered)('is something else than a failure of %s', async (_, isBroken) => {
    const order = await placed()
    await queue(markPaid(order))
    world.shop.interfere = (request) => {
      if (!isBroken(request, writesTo(order).length)) return false
      request.socket.destroy()
      return true
    }
    await run()
    const [failed] = await effectsOfOrder(scope, order.id)
    expect(failed?.last_error).toContain('outbound_unreachable')
    expect((failed?.due_at.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(2000)
  })

  it('is something else than one that failed: that is tried again soon', async () => {
    const order = await placed()
    await queue(markPaid(order))
    world.shop.interfere = (request, response) => {
      if (request.method !== 'PUT') return false
      response.writeHead(500).end('{"code":"internal_server_error"}')
      return true
    }
    await run()
    const [failed] = await effectsOfOrder(scope, order.id)
    expect([failed?.state, failed?.last_error]).toEqual(['queued', expect.stringContaining('store_failing')])
    expect((failed?.due_at.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(2000)
  })
})

describe('failures', () => {
  const answers: [string, number, string][] = [
    ['429', 429, 'store_busy'],
    ['500', 500, 'store_failing'],
    ['HTML', 200, 'store_reply_unreadable'],
  ]
  it.each(answers)('%s is tried again later, in growing steps', async (_, status, code) => {
    const order = await placed()
    await queue(markPaid(order))
    world.shop.interfere = (_request, response) => {
      response.writeHead(status).end('<html>')
      return true
    }
    const waits: number[] = []
    for (let i = 0; i < 4; i++) {
      await run()
      const [effect] = await effectsOfOrder(scope, order.id)
      expect([effect?.state, effect?.attempts, effect?.last_error?.split(':')[0]]).toEqual(['queued', i + 1, code])
      waits.push((effect?.due_at.getTime() ?? 0) - Date.now())
      await again()
    }
    expect(waits[0]).toBeLessThanOrEqual(2000)
    expect(waits[3]).toBeGreaterThan(waits[0] ?? 0)
    world.shop.interfere = () => false
    await run()
    expect([await stateOf(order), writesTo(order).length]).toEqual([['done'], 1])
  })

  const gateways: [string, number, Record<string, string>, string][] = [
    ['a 403 of a firewall', 403, {}, 'store_failing'],
    ['a 401 of a log-in wall', 401, {}, 'store_failing'],
    ['a 406 of a firewall', 406, {}, 'store_failing'],
    ['a 404 of a web server', 404, {}, 'store_api_missing'],
    ['a way to a maintenance page', 302, { location: '/maintenance' }, 'outbound_redirect'],
  ]
  it.each(gateways)('%s is no refusal of the shop: it is tried again for as long as an outage', async (_, status, headers, code) => {
    const order = await placed()
    await queue(markPaid(order))
    await world.ask(`UPDATE effect SET attempts = 10 WHERE order_id = $1`, [order.id])
    world.shop.interfere = (_request, response) => {
      response.writeHead(status, headers).end('<html>')
      return true
    }
    await run()
    const [effect] = await effectsOfOrder(scope, order.id)
    expect([effect?.state, effect?.last_error?.split(':')[0]]).toEqual(['queued', code])
  })

  it('pause the store, and what waits for it waits with it', async () => {
    const orders = await Promise.all(Array.from({ length: 6 }, () => placed()))
    await queue(...orders.map((order) => markPaid(order)))
    world.shop.interfere = (_request, response) => {
      response.writeHead(500).end()
      return true
    }
    await run()
    await again()
    const before = world.shop.requests.length
    await run()
    expect(world.shop.requests.length).toBe(before)
    world.shop.interfere = () => false
    await world.ask(`UPDATE store_connection SET paused_until = NULL`)
    await run()
    for (const order of orders) expect([await stateOf(order), writesTo(order).length]).toEqual([['done'], 1])
  })

  it('that no time can heal end in death with an exception', async () => {
    const order = await placed()
    await queue(markPaid(order))
    world.shop.interfere = (_request, response) => {
      response.writeHead(400).end('{"code":"woocommerce_rest_cannot_edit"}')
      return true
    }
    for (let i = 0; i < 6; i++) {
      await again()
      await run()
    }
    expect([await stateOf(order), await exceptionsOf(order)]).toEqual([['dead'], ['effect_dead']])
    const { rows } = await undoneEffects(scope, { state: 'dead' })
    expect(rows[0]).toMatchObject({ order_id: order.id, attempts: 5, last_error: expect.stringContaining('store_refused_request') as string })
    expect((await undoneEffects({ ...scope, mode: 'live' as never }, { state: 'dead' })).rows).toEqual([])
  })

  it('of one store hold up neither the other stores nor the other tenants', async () => {
    await world.ask(`INSERT INTO tenant (id, slug, name, time_zone, created_at) VALUES ($1, 'other', 'Other', 'UTC', now())`, [otherTenant])
    await world.ask(
      `INSERT INTO connection SELECT $1, id, mode, kind, 'acct_2', name, country, default_currency, state, publishable_key, keys_sealed, created_at, revoked_at FROM connection WHERE tenant_id = $2`,
      [otherTenant, scope.tenant_id],
    )
    const other = await createStore({
      tenant_id: otherTenant,
      mode: 'test',
      name: 'South',
      platform: 'woocommerce',
      connection_id: world.connection_id,
      currency: 'eur',
      time_zone: 'UTC',
      hosts: [],
      base_url: `${world.shop.origin}/shops/south`,
      credentials: { consumer_key: `ck_${'c'.repeat(40)}`, consumer_secret: `cs_${'d'.repeat(40)}` },
      write_back: true,
    })
    const mine = await Promise.all(Array.from({ length: 40 }, () => placed()))
    const { id: externalId } = world.shop.place()
    const theirs = await readOrder({ tenant_id: otherTenant, mode: 'test' }, other.store_id, String(externalId), 'checkout')
    await queue(...mine.map((order) => markPaid(order)))
    await queue(markPaid({ id: theirs.id, external_id: externalId }, {}, { tenant_id: otherTenant, store_id: other.store_id }))
    const hanging = new Set<ServerResponse>()
    world.shop.interfere = (request, response) => {
      if (!request.url?.includes('/shops/north/')) return false
      hanging.add(response)
      return true
    }
    const runner = makeEffectRunner()
    const started = Date.now()
    const done = async () => (await world.ask(`SELECT 1 AS one FROM effect WHERE tenant_id = $1 AND state = 'done'`, [otherTenant])).length === 1
    while (!(await done()) && Date.now() - started < 8000) await runner.step()
    expect(Date.now() - started).toBeLessThan(4000)
    expect(hanging.size).toBeLessThanOrEqual(8)
    hanging.forEach((response) => response.destroy())
    await runner.settle()
  })
})
