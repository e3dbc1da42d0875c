import { mkdtempSync, rmSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSandbox, type Sandbox } from '../app'
import { newId } from '../core/ids'
import type { EventRow } from '../stripe/events'
import { tablesOf, type WebhookEndpointRow } from '../stripe/tables'
import type { NewMisdeliveryRule } from './misdelivery'
import { Receiver } from './receiver'
import { deliveriesOf } from './webhook-part'

const stripe = new Stripe('sk_test_none')
const everything = { endpoint: null, account: null, types: null, share: 1, times: null, seed: null }

let sandbox: Sandbox
let receiver: Receiver
let account: string

function endpoint(input: Partial<Pick<WebhookEndpointRow, 'account' | 'livemode' | 'connect'>> & { types?: string[]; url?: string } = {}): WebhookEndpointRow {
  const object = {
    id: newId('we'),
    object: 'webhook_endpoint',
    api_version: '2026-10-28.endive',
    application: null,
    created: 1,
    description: null,
    enabled_events: input.types ?? ['*'],
    livemode: input.livemode ?? false,
    metadata: {},
    status: 'enabled',
    url: input.url ?? receiver.url,
  } as Stripe.WebhookEndpoint
  return tablesOf(sandbox.world.store).webhook_endpoint.put({
    id: object.id,
    account: input.account ?? account,
    livemode: object.livemode,
    created: 1,
    object,
    secret: `whsec_${newId('s', 32)}`,
    connect: input.connect ?? false,
  })
}

function emit(type = 'charge.succeeded', input: { account?: string; livemode?: boolean; object?: object } = {}): EventRow {
  return sandbox.world.events.emit({
    account: input.account ?? account,
    livemode: input.livemode ?? false,
    type,
    object: input.object ?? { id: newId('ch'), object: 'charge', amount: 5 },
  })
}

const rule = (change: NewMisdeliveryRule) => deliveriesOf(sandbox.world).rules.add(change)
const idsSeen = () => receiver.got.map((one) => (JSON.parse(one.body) as { id: string }).id)
const settled = () => deliveriesOf(sandbox.world).settled(15_000)

beforeEach(async () => {
  receiver = await Receiver.open()
  sandbox = await openSandbox({ host: '127.0.0.1', port: 0, dataDir: null, freshOffsetMs: 0 })
  account = sandbox.world.accounts.platform().id
})

afterEach(async () => {
  await sandbox.close()
  await receiver.close()
})

describe('who hears what', () => {
  test("signed over the raw body with the endpoint's own secret; another secret does not fit", async () => {
    const hook = endpoint()
    const other = endpoint({ types: ['payout.paid'] })
    const event = emit()
    await settled()
    const [one] = receiver.got
    expect(receiver.got).toHaveLength(1)
    const read = stripe.webhooks.constructEvent(one?.body ?? '', one?.headers['stripe-signature'] ?? '', hook.secret)
    expect(read).toMatchObject({
      id: event.id,
      object: 'event',
      type: 'charge.succeeded',
      pending_webhooks: 1,
      api_version: '2026-10-28.endive',
      data: { object: { amount: 5 } },
    })
    expect(read).not.toHaveProperty('account')
    expect(() => stripe.webhooks.constructEvent(one?.body ?? '', one?.headers['stripe-signature'] ?? '', other.secret)).toThrow(/No signatures found/)
    expect(sandbox.world.events.rows.get(event.id)).toMatchObject({ pending_webhooks: 0, delivery_failed: false })
  })

  test('modes and accounts stay apart; Connect endpoints carry the account, live ones also hear test events', async () => {
    const shop = sandbox.world.accounts.createAccount({ name: 'Shop', country: 'DE', default_currency: 'eur', kind: 'connected' })
    const stranger = sandbox.world.accounts.createAccount({ name: 'Own', country: 'DE', default_currency: 'eur', kind: 'own' })
    const direct = endpoint({ url: `${receiver.url}/direct` })
    const connectTest = endpoint({ connect: true, url: `${receiver.url}/connect-test` })
    const connectLive = endpoint({ connect: true, livemode: true, url: `${receiver.url}/connect-live` })
    emit('a.direct')
    emit('a.shop_test', { account: shop.id })
    emit('a.shop_live', { account: shop.id, livemode: true })
    emit('a.stranger', { account: stranger.id })
    await settled()
    const heard = [...deliveriesOf(sandbox.world).rows.all()].map((row) => [row.type, row.endpoint])
    expect(heard.sort()).toEqual(
      [
        ['a.direct', direct.id],
        ['a.shop_test', connectTest.id],
        ['a.shop_test', connectLive.id],
        ['a.shop_live', connectLive.id],
      ].sort(),
    )
    const connected = receiver.got.map((one) => JSON.parse(one.body) as { type: string; account?: string }).filter((event) => event.type !== 'a.direct')
    expect(connected.map((event) => event.account)).toEqual([shop.id, shop.id, shop.id])
  })
})

describe('retries', () => {
  test('what was not answered 2xx comes again with the old snapshot, redirects included', async () => {
    endpoint()
    receiver.answer = (n, reply) => (n === 0 ? reply.writeHead(302, { location: '/elsewhere' }).end() : reply.writeHead(n === 1 ? 500 : 200).end())
    const object = { id: 'ch_1', object: 'charge', amount: 5 }
    const event = emit('charge.succeeded', { object })
    object.amount = 6
    await settled()
    expect(sandbox.world.events.rows.get(event.id)).toMatchObject({ pending_webhooks: 1, delivery_failed: true })
    await sandbox.world.clock.advance({ by_seconds: 2 })
    await settled()
    await sandbox.world.clock.advance({ by_seconds: 6 })
    await settled()
    expect(receiver.got).toHaveLength(3)
    expect(new Set(receiver.got.map((one) => one.body)).size).toBe(1)
    const [row] = deliveriesOf(sandbox.world).rows.ofEvent(event.id)
    expect(row?.attempts.map((attempt) => attempt.status)).toEqual([302, 500, 200])
    expect(row?.state).toBe('delivered')
    expect(sandbox.world.events.rows.get(event.id)).toMatchObject({ pending_webhooks: 0, delivery_failed: false })
  })

  test('the first one also comes with wall time alone, and a dead receiver is given up in the end', async () => {
    const dead = await Receiver.open()
    const hook = endpoint({ url: dead.url })
    await dead.close()
    const event = emit()
    await settled()
    const row = () => deliveriesOf(sandbox.world).rows.ofEvent(event.id)[0]
    await expect.poll(() => row()?.attempts.length, { timeout: 10_000 }).toBe(2)
    for (let i = 0; i < 8; i++) {
      await sandbox.world.clock.advance({ by_seconds: 86_400 })
      await settled()
    }
    expect(row()).toMatchObject({ state: 'failed', failures: 7, endpoint: hook.id })
    expect(row()?.attempts.every((attempt) => attempt.error === 'ECONNREFUSED')).toBe(true)
    expect(sandbox.world.events.rows.get(event.id)).toMatchObject({ pending_webhooks: 1, delivery_failed: true })
  })

  test('what was waiting survives a kill', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sandbox-'))
    await sandbox.close()
    sandbox = await openSandbox({ host: '127.0.0.1', port: 0, dataDir: dir, freshOffsetMs: 0 })
    account = sandbox.world.accounts.platform().id
    endpoint()
    receiver.answer = (n, reply) => reply.writeHead(n === 0 ? 503 : 200).end()
    const event = emit()
    await settled()
    const first = sandbox
    sandbox.world.clock.stop()
    sandbox.world.store.flush()
    sandbox = await openSandbox({ host: '127.0.0.1', port: 0, dataDir: dir, freshOffsetMs: 0 })
    await expect.poll(() => idsSeen(), { timeout: 10_000 }).toEqual([event.id, event.id])
    await first.close()
    rmSync(dir, { recursive: true })
  })
})

describe('misdelivery', () => {
  test('duplicates: two at the same moment over connections of their own, one more later', async () => {
    endpoint()
    rule({ ...everything, kind: 'duplicate', copies: 3, together: 2, spread_ms: 0 })
    const first: ServerResponse[] = []
    receiver.answer = (n, reply) => {
      if (n > 1) return void reply.end()
      // Neither of the first two is answered before both have arrived in full.
      first.push(reply)
      if (first.length === 2) for (const one of first) one.end()
    }
    const event = emit()
    await settled()
    expect(idsSeen()).toEqual([event.id, event.id, event.id])
    const sockets = new Set(receiver.got.map((one) => one.socket))
    expect(sockets.size).toBe(3)
    expect(first).toHaveLength(2)
    expect(sandbox.world.events.rows.get(event.id)?.pending_webhooks).toBe(0)
  })

  test('reorder: a window leaves in another order', async () => {
    endpoint()
    rule({ ...everything, kind: 'reorder', window_ms: 100, order: 'shuffle', serial: true, seed: 4 })
    const sent = Array.from({ length: 12 }, () => emit().id)
    await settled()
    expect(idsSeen()).not.toEqual(sent)
    expect(idsSeen().sort()).toEqual([...sent].sort())
  })

  test('drop: the first attempt is lost and the retry comes, or nothing ever comes', async () => {
    endpoint()
    rule({ ...everything, kind: 'drop', attempts: 1, times: 1 })
    rule({ ...everything, kind: 'drop', attempts: null, types: ['refund.*'] })
    const late = emit()
    const never = emit('refund.created')
    await settled()
    expect(receiver.got).toHaveLength(0)
    await sandbox.world.clock.advance({ by_seconds: 2 })
    await settled()
    expect(idsSeen()).toEqual([late.id])
    await sandbox.world.clock.advance({ by_seconds: 5 * 86_400 })
    await settled()
    expect(idsSeen()).toEqual([late.id])
    expect(sandbox.world.events.rows.get(never.id)).toMatchObject({ pending_webhooks: 1, delivery_failed: true })
  })

  test('delay in sandbox time; bunch gives several events one second', async () => {
    endpoint()
    rule({ ...everything, kind: 'delay', min_ms: 3_600_000, max_ms: 3_600_000, types: ['slow'] })
    rule({ ...everything, kind: 'bunch', seconds: 600 })
    emit('slow')
    await sandbox.world.clock.advance({ by_seconds: 60 })
    emit('fast')
    await settled()
    expect(receiver.got).toHaveLength(1)
    await sandbox.world.clock.advance({ by_seconds: 3600 })
    await settled()
    const events = receiver.got.map((one) => JSON.parse(one.body) as { type: string; created: number })
    expect(events.map((event) => event.type)).toEqual(['fast', 'slow'])
    expect(events[0]?.created).toBe(events[1]?.created)
  })

  test.each(['wrong', 'empty', 'none', 'stale', 'altered_body'] as const)('signature %s is refused by the SDK, the retry is right', async (fault) => {
    const hook = endpoint()
    rule({ ...everything, kind: 'signature', fault, attempts: 1 })
    const verify = (n: number) => stripe.webhooks.constructEvent(receiver.got[n]?.body ?? '', receiver.got[n]?.headers['stripe-signature'] ?? '', hook.secret)
    receiver.answer = (n, reply) => {
      try {
        verify(n)
        reply.end()
      } catch {
        reply.writeHead(400).end()
      }
    }
    const event = emit()
    await settled()
    expect(() => verify(0)).toThrow()
    await sandbox.world.clock.advance({ by_seconds: 2 })
    await settled()
    expect(verify(1).id).toBe(event.id)
  })

  test('held duplicates are all let go', async () => {
    endpoint()
    rule({ ...everything, kind: 'hold' })
    rule({ ...everything, kind: 'duplicate', copies: 3, together: 2, spread_ms: 0 })
    const event = emit()
    await settled()
    expect(receiver.got).toHaveLength(0)
    deliveriesOf(sandbox.world).release({ order: 'shuffle', serial: false })
    await settled()
    expect(idsSeen()).toEqual([event.id, event.id, event.id])
  })

  test('hold and release in reverse; redeliver sends once more', async () => {
    endpoint()
    const hold = rule({ ...everything, kind: 'hold' })
    const ids = [emit().id, emit().id, emit().id]
    await settled()
    expect(receiver.got).toHaveLength(0)
    deliveriesOf(sandbox.world).rules.remove(hold.id)
    expect(deliveriesOf(sandbox.world).release({ order: 'reverse', serial: true })).toBe(3)
    await settled()
    expect(idsSeen()).toEqual([...ids].reverse())
    expect(deliveriesOf(sandbox.world).redeliver(ids[0] ?? '')).toBe(1)
    await settled()
    expect(idsSeen()).toHaveLength(4)
  })
})

test('an event costs little: five hundred a second are possible', async () => {
  endpoint()
  const started = process.cpuUsage()
  for (let i = 0; i < 500; i++) emit('charge.succeeded', { object: { id: newId('ch'), filler: 'x'.repeat(4000) } })
  await deliveriesOf(sandbox.world).settled(15_000)
  expect(receiver.got).toHaveLength(500)
  // Processor time, so that a busy machine does not count; it includes the receiver's and the test's share.
  const { user, system } = process.cpuUsage(started)
  expect((user + system) / 500).toBeLessThan(4000)
})
