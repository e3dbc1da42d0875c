import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSandbox, type Sandbox } from '../app'
import { Receiver } from '../webhooks/receiver'

let sandbox: Sandbox

/** Any answer of the control API; the tests look at what they expect of it. */
type Body = Record<string, unknown> & { id: string; error: { message: string; fields: Record<string, string> } }
interface Reply {
  status: number
  body: Body
}

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const answer = await fetch(`${sandbox.url}/_sandbox${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Body }
}

beforeEach(async () => {
  sandbox = await openSandbox({ host: '127.0.0.1', port: 0, dataDir: null })
})
afterEach(() => sandbox.close())

describe('the clock', () => {
  interface Clock {
    now: number
    offset_ms: number
    subscribers: string[]
  }
  const read = async (query = ''): Promise<Clock> => (await fetch(`${sandbox.url}/_sandbox/clock${query}`)).json() as Promise<Clock>

  /** Until the sandbox says that somebody follows its clock, or does no more. */
  const until = async (name: string, follows: boolean): Promise<void> => {
    while ((await read()).subscribers.includes(name) !== follows) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  test('an advance is effective only after every follower has seen it', async () => {
    const { offset_ms } = await read()
    expect(offset_ms).toBe(-60 * 86_400_000)
    const seen: number[] = []
    let cameBack = 0
    const stopped = new AbortController()
    // A follower that takes a moment to come back: time must not have moved until then.
    const follow = async () => {
      let known = offset_ms
      while (!stopped.signal.aborted) {
        const answer = await fetch(`${sandbox.url}/_sandbox/clock?wait=${known}&subscriber=slow`, { signal: stopped.signal })
        const clock = (await answer.json()) as Clock
        if (clock.offset_ms !== known) {
          seen.push(clock.offset_ms)
          await new Promise((resolve) => setTimeout(resolve, 150))
          expect(sandbox.world.clock.offsetMs()).toBe(offset_ms)
          cameBack = performance.now()
        }
        known = clock.offset_ms
      }
    }
    const following = follow().catch((error: unknown) => {
      if (!stopped.signal.aborted) throw error
    })
    await until('slow', true)
    const started = performance.now()
    const advanced = await call('POST', '/clock/advance', { by_seconds: 3600 })
    expect(cameBack - started).toBeGreaterThan(140)
    // Not the second that is waited for one who does not come back.
    expect(performance.now() - cameBack).toBeLessThan(800)
    expect(advanced.body['offset_ms']).toBe(offset_ms + 3_600_000)
    expect(seen).toEqual([offset_ms + 3_600_000])
    stopped.abort()
    await following
  })

  test('a follower that died holds nothing up', async () => {
    const { offset_ms } = await read()
    const stopped = new AbortController()
    const waiting = fetch(`${sandbox.url}/_sandbox/clock?wait=${offset_ms}&subscriber=dead`, { signal: stopped.signal }).catch(() => undefined)
    await until('dead', true)
    stopped.abort()
    await waiting
    await until('dead', false)
    const started = performance.now()
    await call('POST', '/clock/advance', { by_seconds: 60 })
    expect(performance.now() - started).toBeLessThan(900)
  })

  test('one that was answered and never came back is waited for a second, once', async () => {
    const { offset_ms } = await read()
    const once = read(`?wait=${offset_ms}&subscriber=lazy`)
    await until('lazy', true)
    const timed = async () => {
      const started = performance.now()
      await call('POST', '/clock/advance', { by_seconds: 60 })
      return performance.now() - started
    }
    expect(await timed()).toBeGreaterThan(900)
    expect((await once).offset_ms).toBe(offset_ms + 60_000)
    expect(await timed()).toBeLessThan(900)
  })
})

describe('bodies', () => {
  test.each([
    ['POST', '/clock/advance', { by_seconds: -1 }, 'by_seconds'],
    ['POST', '/accounts', { name: 'x', country: 'de', default_currency: 'eur', kind: 'own' }, 'country'],
    ['POST', '/accounts', { name: 'x', country: 'DE', default_currency: 'eur', kind: 'own', colour: 'red' }, 'colour'],
    ['POST', '/settings', { asyncCaptureSeconds: -1 }, 'asyncCaptureSeconds'],
    ['POST', '/settings', { unheard_of: 1 }, 'unheard_of'],
    ['POST', '/webhooks/rules', { kind: 'duplicate', copies: 1 }, 'copies'],
    ['POST', '/webhooks/rules', { kind: 'delay', min_ms: 5, max_ms: 1 }, 'max_ms'],
    ['POST', '/faults', { path: 'v1', kind: 'status' }, 'path'],
    ['POST', '/faults', { path: '/v1/**', kind: 'status' }, 'status'],
    ['POST', '/shops', { slug: 'A b', name: 'x', currency: 'eur' }, 'slug'],
    ['POST', '/shops', { slug: 'ab', name: 'x', currency: 'eur', timezone: 'Mars/Base' }, 'timezone'],
    ['POST', '/payers/pay', { client_secret: 'nope' }, 'client_secret'],
    ['POST', '/refunds', {}, 'charge'],
  ] as const)('%s %s names the wrong field', async (method, path, body, field) => {
    const answer = await call(method, path, body)
    expect(answer.status).toBe(400)
    expect(Object.keys(answer.body.error.fields)).toContain(field)
    expect(answer.body.error.message).toContain(field)
  })

  test('pages of other sites and other content types are turned away, unknown routes say so', async () => {
    expect((await call('POST', '/reset', {}, { origin: 'http://evil.example' })).status).toBe(403)
    expect((await call('POST', '/reset', {}, { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await call('POST', '/reset', {}, { origin: sandbox.url })).status).toBe(200)
    expect((await call('GET', '/nothing')).body.error.message).toContain('/_sandbox/nothing')
  })
})

test('accounts and restricted keys are made, listed, revoked', async () => {
  const made = await call('POST', '/accounts', { name: 'North', country: 'DE', default_currency: 'eur', kind: 'connected' })
  expect(made).toMatchObject({
    status: 201,
    body: {
      id: expect.stringMatching(/^acct_/),
      keys: { live: { secret: expect.stringMatching(/^sk_live_/) }, test: { publishable: expect.stringMatching(/^pk_test_/) } },
    },
  })
  const key = await call('POST', `/accounts/${made.body.id}/restricted_keys`, { mode: 'test', name: 'reader', permissions: ['charge_read'] })
  expect(key.body['key']).toMatch(/^rk_test_/)
  const listed = (await call('GET', `/accounts/${made.body.id}`)).body
  expect(listed['restricted_keys']).toMatchObject([{ key: key.body['key'], permissions: ['charge_read'] }])
  expect((await call('DELETE', `/accounts/${made.body.id}/restricted_keys/${String(key.body['key'])}`)).status).toBe(200)
  expect((await call('GET', `/accounts/${made.body.id}`)).body['restricted_keys']).toEqual([])
  expect((await call('POST', `/accounts/${made.body.id}/disconnect`)).body['platform']).toBeNull()
})

describe('shops', () => {
  const shop = { slug: 'north', name: 'North', currency: 'EUR', timezone: 'Europe/Berlin', number_prefix: 'N-', country: 'DE' }

  test('the same seed places the same orders; given lines and totals are taken as given', async () => {
    const made = await call('POST', '/shops', shop)
    expect(made).toMatchObject({
      status: 201,
      body: { base_url: `${sandbox.url}/shops/north`, consumer_key: expect.stringMatching(/^ck_/), consumer_secret: expect.stringMatching(/^cs_/) },
    })
    expect((await call('POST', '/shops', shop)).status).toBe(409)
    const placed = async () => (await call('POST', '/shops/north/orders', { seed: 3, count: 5 })).body['orders'] as { total: string; number: string }[]
    const [first, second] = [await placed(), await placed()]
    expect(first.map((order) => order.total)).toEqual(second.map((order) => order.total))
    expect(first[0]?.number).not.toBe(second[0]?.number)
    const exact = await call('POST', '/shops/north/orders', {
      items: [{ name: 'Cup', quantity: 3, unit_price: '3.33' }],
      coupons: [{ code: 'one', discount: '0.10' }],
    })
    expect(exact.body).toMatchObject({ total: '9.89', discount_total: '0.10', status: 'pending' })
    const odd = await call('PATCH', `/shops/north/orders/${exact.body.id}`, { total: '11.00' })
    expect(odd.body['total']).toBe('11.00')
    expect((await call('PATCH', `/shops/north/orders/${exact.body.id}`, { total: '1.2345' })).body.error.fields).toHaveProperty('total')
    expect((await call('POST', `/shops/north/orders/${exact.body.id}/cancel`)).body['status']).toBe('cancelled')
    const history = (await call('GET', `/shops/north/orders/${exact.body.id}/history`)).body
    expect(history).toMatchObject({ times_marked_paid: 0, times_updated: 2 })
    expect((await call('DELETE', `/shops/north/orders/${exact.body.id}`)).status).toBe(200)
    expect((await call('GET', `/shops/north/orders/${exact.body.id}`)).status).toBe(404)
    expect((await call('GET', `/shops/north/orders/${exact.body.id}/history`)).status).toBe(200)
  })

  test('a payment plugin is asked for the link', async () => {
    const service = await Receiver.open()
    service.answer = (_n, reply) => reply.writeHead(201, { 'content-type': 'application/json' }).end('{"data":{"pay":"/pay/abc"}}')
    await call('POST', '/shops', {
      ...shop,
      payment_plugin: { url: `${service.url}`, headers: { authorization: 'Bearer k' }, body: { store: 'st', order: '{order_id}' }, link_field: 'data.pay' },
    })
    const order = (await call('POST', '/shops/north/orders', {})).body
    const link = await call('POST', `/shops/north/orders/${order.id}/pay_link`)
    expect(link.body['link']).toBe(new URL('/pay/abc', service.url).href)
    expect(service.got[0]?.headers['authorization']).toBe('Bearer k')
    expect(JSON.parse(service.got[0]?.body ?? '')).toEqual({ store: 'st', order: String(order.id) })
    await service.close()
  })

  test('faults hit the shop as told and are then over', async () => {
    const { body } = await call('POST', '/shops', shop)
    const order = (await call('POST', '/shops/north/orders', {})).body
    const url = `${sandbox.url}/shops/north/wp-json/wc/v3/orders/${order.id}`
    const headers = { authorization: `Basic ${btoa(`${String(body['consumer_key'])}:${String(body['consumer_secret'])}`)}`, 'content-type': 'application/json' }
    const put = () => fetch(url, { method: 'PUT', headers, body: '{"set_paid":true,"transaction_id":"pi_1"}' })
    const path = '/shops/north/**'
    await call('POST', '/faults', { path, kind: 'status', status: 503, skip: 1 })
    expect((await fetch(url, { headers })).status).toBe(200)
    expect((await fetch(url, { headers })).status).toBe(503)
    await call('POST', '/faults', { path, method: 'PUT', kind: 'timeout_before' })
    await expect(put()).rejects.toThrow()
    expect(((await (await fetch(url, { headers })).json()) as { status: string }).status).toBe('pending')
    await call('POST', '/faults', { path, method: 'PUT', kind: 'timeout_after' })
    await expect(put()).rejects.toThrow()
    expect(((await (await fetch(url, { headers })).json()) as { status: string }).status).toBe('processing')
    const started = performance.now()
    await call('POST', '/faults', { path, kind: 'latency', hold_ms: 200 })
    expect((await put()).status).toBe(200)
    expect(performance.now() - started).toBeGreaterThan(195)
    const history = (await call('GET', `/shops/north/orders/${order.id}/history`)).body
    expect(history).toMatchObject({ times_marked_paid: 1, times_updated: 2 })
    expect((await call('DELETE', '/faults')).body['removed']).toBe(4)
  })
})
