import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { makeFakeWorld, type FakeWorld } from '@/lib/commerce/fake-world.test-support'
import { orderOf } from '@/lib/commerce/queries'
import { readOrder } from '@/lib/commerce/read-order'
import { receiveStoreWebhook } from '@/lib/commerce/receive-store-webhook'
import { registerStoreWebhooks } from '@/lib/commerce/register-store-webhooks'
import { syncStoresStep } from '@/lib/commerce/sync-stores'
import { inWorkerTransaction } from '@/lib/db/pools'
import { queueEffects } from '@/lib/effects/queue-effects'
import { makeEffectRunner } from '@/lib/effects/run-effects'
import { webhookAddress } from '@/lib/commerce/core/webhook-address'

/** The same journeys at the demo shop, which knows WooCommerce better than a fake of our own. */
let sandbox: ChildProcess
let world: FakeWorld
let url = ''
const folder = mkdtempSync(join(tmpdir(), 'matchbook-woo-'))
const deliveries: { headers: IncomingMessage['headers']; body: Buffer }[] = []
const ears = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    deliveries.push({ headers: request.headers, body: Buffer.concat(chunks) })
    response.end('{}')
  })
})
const scope = { tenant_id: '01900000-0000-7000-8000-00000000000a', mode: 'test' as const }

async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${url}/_sandbox${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

beforeAll(async () => {
  sandbox = spawn(process.execPath, ['--import', 'tsx', 'sandbox/main.ts'], {
    env: { ...process.env, SANDBOX_PORT: '0', SANDBOX_DATA_DIR: folder, SANDBOX_STDIN_GUARD: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  url = await new Promise<string>((resolve, reject) => {
    sandbox.stdout?.on('data', (chunk: Buffer) => {
      const found = /sandbox ready (\S+)/.exec(chunk.toString())
      if (found?.[1]) resolve(found[1])
    })
    sandbox.once('exit', () => reject(new Error('the sandbox did not start')))
  })
  await new Promise<void>((resolve) => ears.listen(0, '127.0.0.1', resolve))
  const shop = await control<{ consumer_key: string; consumer_secret: string }>('POST', '/shops', {
    slug: 'north',
    name: 'North',
    currency: 'EUR',
    timezone: 'Europe/Berlin',
    country: 'DE',
    number_prefix: 'N-',
  })
  process.env.MATCHBOOK_URL = `http://127.0.0.1:${(ears.address() as AddressInfo).port}`
  world = await makeFakeWorld({
    origin: url,
    path: '/shops/north',
    credentials: { consumer_key: shop.consumer_key, consumer_secret: shop.consumer_secret },
    ourUrl: process.env.MATCHBOOK_URL,
  })
}, 40_000)
afterAll(async () => {
  await world?.close()
  sandbox.kill('SIGTERM')
  ears.closeAllConnections()
  ears.close()
  rmSync(folder, { recursive: true, force: true })
})

type Shown = { id: number; total: string; status: string; transaction_id: string }
const place = (body: object) => control<Shown>('POST', '/shops/north/orders', body)

it('reads every line so that they add up to the total', async () => {
  const shown = await place({
    items: [{ name: 'Tasse “Ö” ☕', quantity: 3, unit_price: '3.33' }],
    coupons: [{ code: 'ten', discount: '1.00' }],
    shipping: [{ title: 'DHL', total: '4.90' }],
    fees: [{ name: 'Gift wrap', total: '2.00' }],
    tax: { percent: 19, label: 'MwSt' },
  })
  const order = await readOrder(scope, world.store_id, String(shown.id), 'checkout')
  expect(order.total_text).toBe(shown.total)
  expect(order.lines.reduce((sum, line) => sum + (line.total ?? 0n), 0n)).toBe(order.total)
  expect([...new Set(order.lines.map((line) => line.kind))]).toEqual(['item', 'shipping', 'fee', 'discount', 'tax'])
  expect([order.currency, order.claims, order.placed_at instanceof Date]).toEqual(['eur', [], true])
})

it('marks an order paid once and adds its note once', async () => {
  const shown = await place({ items: [{ name: 'Cup', quantity: 1, unit_price: '20.00' }] })
  const order = await readOrder(scope, world.store_id, String(shown.id), 'checkout')
  const one = { ...scope, store_id: world.store_id, order_id: order.id, payment_id: null, due_at: new Date() }
  await inWorkerTransaction((sql) =>
    queueEffects(sql, [
      {
        ...one,
        kind: 'order.mark_paid',
        subject: 'ord',
        cause: 'pi_9',
        payload: { reference: 'pi_9', amount: '2000', currency: 'eur', paid_at: null, payment_id: order.id },
      },
      { ...one, kind: 'order.note', subject: 'ord', cause: 'hello', payload: { text: 'Hello' } },
    ]),
  )
  const runners = [makeEffectRunner(), makeEffectRunner()]
  await Promise.all(
    runners.map(async (runner) => {
      while (await runner.step());
    }),
  )
  await Promise.all(
    runners.map(async (runner) => {
      while (await runner.step());
    }),
  )
  const history = await control<{ times_marked_paid: number; times_updated: number; notes_added: number }>('GET', `/shops/north/orders/${shown.id}/history`)
  expect(history).toMatchObject({ times_marked_paid: 1, times_updated: 1 })
  const notes = await world.ask<{ state: string }>(`SELECT state FROM effect WHERE order_id = $1`, [order.id])
  expect(notes).toEqual([{ state: 'done' }, { state: 'done' }])
  const found = await orderOf(scope, order.id)
  expect([found?.order.status, found?.order.paid_at instanceof Date, found?.order.claims.map((claim) => claim.reference)]).toEqual([
    'processing',
    true,
    ['pi_9'],
  ])
})

it('syncs orders, edits and the trash', async () => {
  const shown = await place({ items: [{ name: 'Cup', quantity: 1, unit_price: '20.00' }] })
  const sync = async () => {
    await world.ask(`UPDATE store_connection SET next_sync_at = now() - interval '1 second'`)
    await syncStoresStep()
    return (
      await world.ask<{ total: string; gone: boolean }>(`SELECT total::text AS total, deleted_at IS NOT NULL AS gone FROM "order" WHERE external_id = $1`, [
        String(shown.id),
      ])
    )[0]
  }
  expect(await sync()).toEqual({ total: '2000', gone: false })
  await control('PATCH', `/shops/north/orders/${shown.id}`, { total: '25.00' })
  expect(await sync()).toEqual({ total: '2500', gone: false })
  await control('DELETE', `/shops/north/orders/${shown.id}?trash=true`)
  expect(await sync()).toEqual({ total: '2500', gone: true })
})

it("hears the shop's signed webhooks, and its unsigned ping", async () => {
  await registerStoreWebhooks(world)
  const shown = await place({ items: [{ name: 'Cup', quantity: 1, unit_price: '20.00' }] })
  // Deliveries of orders that were placed before may still be on their way.
  const created = () =>
    deliveries.find(({ headers, body }) => headers['x-wc-webhook-topic'] === 'order.created' && (JSON.parse(body.toString()) as { id: number }).id === shown.id)
  await vi.waitFor(() => expect(created()).toBeDefined(), 10_000)
  const delivery = created()
  const header = (name: string) => delivery?.headers[name]?.toString() ?? null
  expect(await receiveStoreWebhook(webhookAddress(world), delivery?.body as Buffer, header)).toEqual({ outcome: 'noted' })
  expect(await receiveStoreWebhook(webhookAddress(world), Buffer.from('webhook_id=1'), () => null)).toEqual({ outcome: 'ping' })
  await expect(receiveStoreWebhook(webhookAddress(world), Buffer.from(`${delivery?.body.toString()} `), header)).rejects.toMatchObject({
    code: 'signature_wrong',
  })
})
