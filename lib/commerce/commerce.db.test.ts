import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { workerPool } from '@/lib/db/pools'
import { codeOf } from '@/lib/kernel/fault'
import { newId } from '@/lib/kernel/id'
import { webhookAddress } from './core/webhook-address'
import { makeFakeWorld, type FakeWorld } from './fake-world.test-support'
import { listOrders, orderOf, storeOf, storesOf } from './queries'
import { readOrder } from './read-order'
import { receiveStoreWebhook } from './receive-store-webhook'
import { registerStoreWebhooks } from './register-store-webhooks'
import { syncStoresStep } from './sync-stores'

let world: FakeWorld
const scope = { tenant_id: '01900000-0000-7000-8000-00000000000a', mode: 'test' as const }

beforeAll(async () => {
  world = await makeFakeWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  world.shop.interfere = () => false
  await world.ask(`UPDATE store_connection SET failures_in_a_row = 0, paused_until = NULL, last_error = NULL`)
})

const read = (id: number) => readOrder(scope, world.store_id, String(id), 'checkout')
const readFault = (id: number) =>
  read(id).then(
    () => 'none',
    (error: unknown) => codeOf(error),
  )
const dueNow = () => world.ask(`UPDATE store_connection SET next_sync_at = now() - interval '1 second'`)
const syncAll = async () => {
  await dueNow()
  await syncStoresStep()
}

describe('reading an order', () => {
  it('explains its payments anew in the same breath: nobody tells of that change again', async () => {
    const { id } = world.shop.place({ total: '50.00' })
    await read(id)
    const payment = newId()
    await world.ask(
      `INSERT INTO payment (tenant_id, id, mode, connection_id, stripe_id, origin, status, currency, amount, amount_captured, fee_state, created_at, succeeded_at, updated_at)
       VALUES ($1, $2, 'test', $3, 'pi_by_hand', 'foreign', 'succeeded', 'eur', 5000, 5000, 'pending', now(), now(), now())`,
      [scope.tenant_id, payment, world.connection_id],
    )
    const word = async () => (await world.ask(`SELECT r.order_id FROM reconciliation r WHERE r.payment_id = $1`, [payment]))[0]
    expect(await word()).toBeUndefined()
    world.shop.change(id, { transaction_id: 'pi_by_hand', date_paid_gmt: '2026-01-01T00:00:00' })
    const order = await read(id)
    expect(await word()).toEqual({ order_id: order.id })
  })

  it('stores it whole, and makes a revision only when its content changed', async () => {
    const { id } = world.shop.place({
      total: '25.00',
      coupon_lines: [],
      line_items: [{ id: 1, name: 'Cup', sku: 'C1', quantity: 2, subtotal: '24.00', total: '21.00' }],
      shipping_lines: [{ id: 2, method_title: 'Post', total: '4.00' }],
    })
    const first = await read(id)
    expect([first.total, first.currency, first.revision, first.display_number, first.customer_name]).toEqual([2500n, 'eur', 1, `N-${id}`, 'Ada Ö'])
    expect(first.lines.map((line) => [line.kind, line.total])).toEqual([
      ['item', 2400n],
      ['shipping', 400n],
      ['discount', -300n],
    ])
    expect(first.lines.reduce((sum, line) => sum + (line.total ?? 0n), 0n)).toBe(first.total)

    world.shop.change(id, {})
    const same = await read(id)
    expect([same.id, same.revision, same.read_at.getTime() >= first.read_at.getTime()]).toEqual([first.id, 1, true])
    world.shop.change(id, { total: '30.00', transaction_id: 'ch_1' })
    world.shop.change(id, {
      transaction_id: 'pi_2',
      meta_data: [
        { key: '_stripe_intent_id', value: 'pi_3' },
        { key: '_other', value: 'pi_4' },
      ],
    })
    const next = await read(id)
    expect([next.revision, next.total, next.claims.map((claim) => claim.reference)]).toEqual([2, 3000n, ['pi_2', 'pi_3']])
    world.shop.change(id, { meta_data: [], transaction_id: 'pi_2' })
    expect((await read(id)).claims.map((claim) => claim.reference)).toEqual(['pi_2'])
    const found = await orderOf(scope, next.id)
    expect(found?.revisions.map((revision) => [revision.revision, revision.snapshot.total])).toEqual([
      [3, '3000'],
      [2, '3000'],
      [1, '2500'],
    ])
  })

  it('takes currencies without and with three decimals exactly, and never rounds', async () => {
    const amounts: [string, string, bigint | null, string | null][] = [
      ['JPY', '1200', 1200n, null],
      ['JPY', '1200.00', 1200n, null],
      ['JPY', '1200.5', null, 'too_many_decimals'],
      ['KWD', '1.234', 1234n, null],
      ['KWD', '1.2345', null, 'too_many_decimals'],
      ['EUR', '19.999', null, 'too_many_decimals'],
      ['EUR', '1e3', null, 'not_a_decimal'],
      ['EURO', '1.00', null, 'unknown_currency'],
    ]
    for (const [currency, total, want, problem] of amounts) {
      const { id } = world.shop.place({ currency, total, line_items: [] })
      const order = await read(id)
      expect([currency, total, order.total, order.problem]).toEqual([currency, total, want, problem])
      expect(order.total_text).toContain(total)
      const open = await world.ask<{ type: string }>(`SELECT type FROM exception WHERE order_id = $1 AND state = 'open'`, [order.id])
      expect(open).toEqual(problem === null ? [] : [{ type: 'order_amount_unreadable' }])
    }
  })

  it('closes that exception when the shop says an amount again', async () => {
    const { id } = world.shop.place({ total: '1.001' })
    const order = await read(id)
    world.shop.change(id, { total: '1.00' })
    await syncAll()
    expect(await world.ask(`SELECT state, close_reason FROM exception WHERE order_id = $1`, [order.id])).toEqual([
      { state: 'closed', close_reason: 'no_longer_so' },
    ])
  })

  it('keeps names of any script and length, and characters that PostgreSQL cannot hold', async () => {
    const name = `${'𝔘𝔫𝔦 "<script>alert(1)</script>" '.repeat(200)}`
    const { id } = world.shop.place({
      number: '9'.repeat(5000),
      billing: { first_name: 'N\u0000ul \ud800', last_name: 'مرحبا', email: `${'x'.repeat(3000)}@example.com` },
      line_items: [{ id: 1, name, sku: '', quantity: 1, subtotal: '1', total: '1' }],
    })
    const order = await read(id)
    expect(order.customer_name).toBe('N\ufffdul \ufffd مرحبا')
    expect([order.display_number.length, order.customer_email?.length, order.lines[0]?.name.length]).toEqual([255, 320, 2000])
    expect(order.lines[0]?.name.startsWith('𝔘𝔫𝔦 "<script>')).toBe(true)
  })

  it('does not let an older answer overwrite a newer one', async () => {
    const { id } = world.shop.place()
    const order = await read(id)
    world.shop.change(id, { total: '50.00' })
    const old = structuredClone(world.shop.orders.get(id)) as Record<string, unknown>
    let answered = false
    world.shop.interfere = async (_, response) => {
      if (answered) return false
      answered = true
      world.shop.change(id, { total: '60.00' })
      await read(id)
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(old))
      return true
    }
    const late = await read(id)
    expect([late.total, late.revision]).toEqual([6000n, order.revision + 1])
  })

  it('says when the store has no such order, and marks one that it had', async () => {
    expect(await readFault(424242)).toBe('order_not_found')
    const { id } = world.shop.place()
    await read(id)
    world.shop.orders.delete(id)
    const gone = await read(id)
    expect(gone.deleted_at).not.toBeNull()
    world.shop.place({ id })
    expect((await read(id)).deleted_at).toBeNull()
    world.shop.change(id, { status: 'trash' })
    expect((await read(id)).deleted_at).not.toBeNull()
  })

  it('is refused for a store of the other mode or another tenant', async () => {
    const other = (more: object) => readOrder({ ...scope, ...more }, world.store_id, '1', 'checkout').catch((error: unknown) => codeOf(error))
    expect(await other({ mode: 'live' })).toBe('store_not_found')
    expect(await other({ tenant_id: '01900000-0000-7000-8000-0000000000ff' })).toBe('store_not_found')
  })
})

describe('a shop that misbehaves', () => {
  const faults: [string, (response: import('node:http').ServerResponse) => void, string][] = [
    ['an HTML log-in page with 200', (r) => void r.writeHead(200, { 'content-type': 'text/html' }).end('<html>log in</html>'), 'store_reply_unreadable'],
    ['JSON that breaks off', (r) => void r.writeHead(200).end('{"id": 12, "status": "pend'), 'store_reply_unreadable'],
    [
      'a connection that breaks off',
      (r) => void (r.writeHead(200, { 'content-length': '1000' }).write('{"id"'), setTimeout(() => r.destroy(), 20)),
      'outbound_unreachable',
    ],
    ['429', (r) => void r.writeHead(429).end(), 'store_busy'],
    ['500', (r) => void r.writeHead(500).end('Fatal error'), 'store_failing'],
    ['401', (r) => void r.writeHead(401).end('{"code":"woocommerce_rest_authentication_error"}'), 'store_credentials_refused'],
    ['404 of a web server', (r) => void r.writeHead(404).end('<html>not found</html>'), 'store_api_missing'],
    ['a redirect to the inside', (r) => void r.writeHead(301, { location: 'http://169.254.169.254/' }).end(), 'outbound_redirect'],
    ['an order without a total', (r) => void r.writeHead(200).end('{"id": 12, "status": "pending", "currency": "EUR"}'), 'store_order_unreadable'],
  ]
  it.each(faults)('%s is a named fault, and deletes nothing', async (_, answer, code) => {
    const { id } = world.shop.place()
    const order = await read(id)
    world.shop.interfere = (_request, response) => {
      answer(response)
      return true
    }
    expect(await readFault(id)).toBe(code)
    expect((await orderOf(scope, order.id))?.order.deleted_at).toBeNull()
    expect((await storeOf(scope, world.store_id)).last_error).toContain(code)
  })

  it('is paused after five failures in a row and asked again later', async () => {
    world.shop.interfere = (_request, response) => {
      response.writeHead(503).end()
      return true
    }
    for (let i = 0; i < 5; i++) await syncAll()
    const before = world.shop.requests.length
    await syncAll()
    expect(world.shop.requests.length).toBe(before)
    expect((await storesOf(scope))[0]?.health).toBe('paused')
    world.shop.interfere = () => false
    await world.ask(`UPDATE store_connection SET paused_until = now() - interval '1 second'`)
    await syncAll()
    const store = await storeOf(scope, world.store_id)
    expect([store.health, store.failures_in_a_row, store.last_error]).toEqual(['active', 0, null])
  })
})

describe('syncing a store', () => {
  it('finds every changed order once, also when more changed in one second than fit a page, and when one moves meanwhile', async () => {
    for (let i = 0; i < 130; i++) world.shop.place({ date_modified_gmt: '2026-03-01T00:00:00' })
    for (let i = 0; i < 60; i++) world.shop.place({ date_modified_gmt: `2026-03-02T00:${String(i).padStart(2, '0')}:00` })
    const mover = world.shop.place({ date_modified_gmt: '2026-03-02T00:00:30', total: '1.00' })
    let lists = 0
    world.shop.interfere = (request) => {
      if (request.url?.includes('/orders?') && ++lists === 4) world.shop.change(mover.id, { date_modified_gmt: '2026-03-03T00:00:00', total: '2.00' })
      return false
    }
    await syncAll()
    const [{ count = 0 } = {}] = await world.ask<{ count: number }>(`SELECT count(*)::int AS count FROM "order"`)
    expect(count).toBe([...world.shop.orders.values()].length)
    expect(await world.ask(`SELECT total::text AS total FROM "order" WHERE external_id = $1`, [String(mover.id)])).toEqual([{ total: '200' }])
    const revisions = await world.ask(`SELECT count(*) FROM order_revision`)
    await syncAll()
    expect(await world.ask(`SELECT count(*) FROM order_revision`)).toEqual(revisions)
  })

  it('keeps the rest when one order cannot be understood, and says so', async () => {
    const bad = world.shop.place({ date_modified_gmt: '2026-04-01T00:00:00', line_items: 'broken' })
    const good = world.shop.place({ date_modified_gmt: '2026-04-01T00:00:01' })
    await syncAll()
    expect(await world.ask(`SELECT 1 AS one FROM "order" WHERE external_id = $1`, [String(good.id)])).toHaveLength(1)
    const open = () => world.ask(`SELECT subject_id FROM exception WHERE type = 'order_unreadable' AND state = 'open'`)
    expect(await open()).toEqual([{ subject_id: String(bad.id) }])
    world.shop.change(bad.id, { line_items: [] })
    await syncAll()
    expect(await open(), 'it can be understood again').toEqual([])
    world.shop.orders.delete(bad.id)
  })

  it('is not fooled by a shop whose clock runs ahead', async () => {
    world.shop.place({ date_modified_gmt: '2036-01-01T00:00:00' })
    await syncAll()
    const normal = world.shop.place({ date_modified_gmt: new Date(Date.now() + 1000).toISOString().slice(0, 19) })
    await syncAll()
    expect(await world.ask(`SELECT 1 AS one FROM "order" WHERE external_id = $1`, [String(normal.id)])).toHaveLength(1)
  })

  it('is done by one of two workers', async () => {
    await dueNow()
    const before = world.shop.requests.length
    await Promise.all([syncStoresStep(), syncStoresStep(), syncStoresStep()])
    expect(world.shop.requests.slice(before).filter((line) => line.includes('status=any'))).toHaveLength(1)
  })

  it('does not lose a wish that arrives while it runs', async () => {
    await dueNow()
    world.shop.interfere = async () => {
      world.shop.interfere = () => false
      await world.ask(`UPDATE store_connection SET next_sync_at = now() - interval '1 minute'`)
      return false
    }
    await syncStoresStep()
    expect(await world.ask(`SELECT next_sync_at < now() AS due FROM store_connection`)).toEqual([{ due: true }])
  })
})

describe("a store's webhooks", () => {
  it('are registered once, with a secret that only the shop and we know', async () => {
    expect(world.shop.webhooks.map((webhook) => webhook.topic)).toEqual(['order.created', 'order.updated', 'order.deleted', 'order.restored'])
    await registerStoreWebhooks(world)
    expect(world.shop.webhooks).toHaveLength(4)
    expect(world.shop.webhooks[0]?.delivery_url).toBe(`http://127.0.0.1:3999/api/webhooks/stores/${webhookAddress(world)}`)
  })

  const call = (body: string, headers: Record<string, string>) => receiveStoreWebhook(webhookAddress(world), Buffer.from(body), (name) => headers[name] ?? null)
  const signed = (body: string, topic: string, secret = world.shop.webhooks[0]?.secret ?? '') =>
    call(body, { 'x-wc-webhook-topic': topic, 'x-wc-webhook-signature': createHmac('sha256', secret).update(body).digest('base64') })
  const fault = (work: Promise<unknown>) =>
    work.then(
      () => 'none',
      (error: unknown) => codeOf(error),
    )

  it('are let in by their signature alone', async () => {
    expect(await call('webhook_id=12', {})).toEqual({ outcome: 'ping' })
    expect(await fault(call('{"id": 1}', {}))).toBe('signature_missing')
    expect(await fault(signed('{"id": 1}', 'order.updated', 'wrong'))).toBe('signature_wrong')
    expect(await fault(signed('{"id": 1}', 'order.updated', ''))).toBe('signature_wrong')
    expect(await fault(signed('[]', 'order.updated'))).toBe('body_unreadable')
    expect(await fault(receiveStoreWebhook('tn_1.sto_1', Buffer.from(''), () => null))).toBe('store_not_found')
    expect(await fault(receiveStoreWebhook(webhookAddress({ ...world, store_id: world.connection_id }), Buffer.from(''), () => null))).toBe('store_not_found')
    expect(await signed('{"id": 1}', 'product.updated')).toEqual({ outcome: 'ignored' })
  })

  it('make the store be read at once', async () => {
    await world.ask(`UPDATE store_connection SET next_sync_at = now() + interval '1 hour'`)
    const order = world.shop.place({ date_modified_gmt: new Date().toISOString().slice(0, 19) })
    expect(await signed(JSON.stringify({ id: order.id }), 'order.created')).toEqual({ outcome: 'noted' })
    await syncStoresStep()
    expect(await world.ask(`SELECT 1 AS one FROM "order" WHERE external_id = $1`, [String(order.id)])).toHaveLength(1)
  })

  it('that say an order is gone are believed only until the store was asked', async () => {
    const kept = await read(world.shop.place().id)
    const gone = await read(world.shop.place().id)
    world.shop.orders.delete(Number(gone.external_id))
    for (const { external_id } of [kept, gone]) await signed(JSON.stringify({ id: Number(external_id) }), 'order.deleted')
    await syncAll()
    expect([(await orderOf(scope, kept.id))?.order.deleted_at, (await orderOf(scope, gone.id))?.order.deleted_at !== null]).toEqual([null, true])
  })

  it('that say an order is gone are looked into one by one: one that cannot be read holds up no other, and pauses no store', async () => {
    const [stuck, gone] = [await read(world.shop.place().id), await read(world.shop.place().id)]
    for (const { external_id } of [stuck, gone]) {
      world.shop.orders.delete(Number(external_id))
      await signed(JSON.stringify({ id: Number(external_id) }), 'order.deleted')
    }
    world.shop.interfere = (request, response) => {
      if (!request.url?.includes(`/orders/${stuck.external_id}`)) return false
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"code": "broken"}')
      return true
    }
    await syncAll()
    world.shop.interfere = () => false
    const confirmed = (id: string) => world.ask(`SELECT deleted_at <= read_at AS confirmed FROM "order" WHERE id = $1`, [id])
    expect([await confirmed(stuck.id), await confirmed(gone.id)]).toEqual([[{ confirmed: false }], [{ confirmed: true }]])
    expect(await world.ask('SELECT failures_in_a_row FROM store_connection')).toEqual([{ failures_in_a_row: 0 }])
    await syncAll()
    expect(await confirmed(stuck.id)).toEqual([{ confirmed: true }])
  })

  it('that say orders are gone are not looked into one after the other in a shop that went away meanwhile: that counts', async () => {
    const gone = await Promise.all(Array.from({ length: 12 }, () => read(world.shop.place().id)))
    for (const { external_id } of gone) {
      world.shop.orders.delete(Number(external_id))
      await signed(JSON.stringify({ id: Number(external_id) }), 'order.deleted')
    }
    await world.ask(`UPDATE store_connection SET failures_in_a_row = 3`)
    let looks = 0
    world.shop.interfere = (request) => {
      if (!/\/orders\/\d+/.test(request.url ?? '')) return false
      looks += 1
      request.socket.destroy()
      return true
    }
    await syncAll()
    expect([looks, await world.ask('SELECT failures_in_a_row FROM store_connection')]).toEqual([3, [{ failures_in_a_row: 1 }]])
    world.shop.interfere = () => false
    await syncAll()
    expect(await world.ask('SELECT count(*)::int AS left FROM "order" WHERE deleted_at > read_at')).toEqual([{ left: 0 }])
  })

  it('that say an order is gone are not taken back by what was asked of the store before', async () => {
    const modified = new Date().toISOString().slice(0, 19)
    const { id } = world.shop.place({ date_modified_gmt: modified })
    const order = await read(id)
    const listed = [world.shop.orders.get(id)]
    world.shop.interfere = async (_request, response) => {
      world.shop.interfere = () => false
      world.shop.orders.delete(id)
      await signed(JSON.stringify({ id }), 'order.deleted')
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(listed))
      return true
    }
    await syncAll()
    expect((await orderOf(scope, order.id))?.order.deleted_at).not.toBeNull()
    expect(await world.ask(`SELECT deleted_at <= read_at AS confirmed FROM "order" WHERE id = $1`, [order.id])).toEqual([{ confirmed: true }])
  })
})

describe('queries', () => {
  it('page through orders without gaps or repeats', async () => {
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await listOrders(scope, { limit: 37, after })
      seen.push(...page.orders.map((order) => order.id))
      after = page.next ?? undefined
    } while (after !== undefined)
    const all = await world.ask<{ id: string }>(`SELECT id FROM "order" ORDER BY COALESCE(placed_at, created_at) DESC, id DESC`)
    expect(seen).toEqual(all.map((row) => row.id))
  })

  it('find by number and e-mail in any case, filter, and show nothing to another mode or tenant', async () => {
    const { id } = world.shop.place({ number: 'Weird-77', billing: { email: 'Bob@Example.com' }, status: 'on-hold' })
    await read(id)
    for (const search of ['weird-77', ' WEIRD-77 ', 'bob@example.COM', String(id)])
      expect((await listOrders(scope, { search })).orders.map((order) => order.external_id)).toEqual([String(id)])
    expect((await listOrders(scope, { status: 'on-hold' })).orders).toHaveLength(1)
    expect((await listOrders(scope, { payment_state: 'refunded' })).orders).toEqual([])
    expect((await listOrders({ ...scope, mode: 'live' })).orders).toEqual([])
    expect((await listOrders({ ...scope, tenant_id: '01900000-0000-7000-8000-0000000000ff' })).orders).toEqual([])
    for (const after of ['x', '']) expect(await listOrders(scope, { after }).catch((error: unknown) => codeOf(error)), after).toBe('invalid_field')
  })

  it('never show a secret', async () => {
    expect(JSON.stringify(await storesOf(scope), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toMatch(/sealed|v1\./)
    expect((await workerPool().query(`SELECT credentials_sealed FROM store_connection`)).rows[0]?.credentials_sealed).not.toContain('ck_')
  })
})
