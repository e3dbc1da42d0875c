import { publicId } from '@/lib/kernel/public-id'
import { storeNamed } from './demo'
import { product } from './product'
import { paymentsOf, recordOf, rowCounts, rows } from './records'
import { atRest } from './rest'
import { askApi, askCheckout, orderInShop, takeOrder, timesMarkedPaid } from './shop'
import { sandbox, signed } from './stripe'
import { expect, test } from './world'

type Endpoint = { url: string; secret: string; connect: boolean; livemode: boolean }
type Refusal = { status: number; body: { error?: { code: string; message: string; field?: string; remedy?: string; request_id?: string } } }

async function connectEndpoint(mode: 'live' | 'test'): Promise<Endpoint> {
  const { endpoints } = await sandbox.ask<{ endpoints: Endpoint[] }>('GET', '/_sandbox/webhooks/endpoints')
  const found = endpoints.find((endpoint) => endpoint.url.endsWith(`/connect_${mode}`))
  if (!found) throw new Error(`no Connect endpoint for ${mode}`)
  return found
}

function eventOf(account: string, more: Record<string, unknown> = {}): string {
  const created = Math.floor(Date.now() / 1000)
  const object = { id: `prod_${created}`, object: 'product', created, livemode: false, name: 'Linen cushion' }
  return JSON.stringify({
    id: `evt_${created}${Math.random().toString(36).slice(2)}`,
    object: 'event',
    account,
    api_version: '2024-06-20',
    created,
    livemode: false,
    type: 'product.created',
    data: { object },
    ...more,
  })
}

async function deliver(url: string, body: string, signature: string | null): Promise<Refusal> {
  const answer = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...(signature !== null && { 'stripe-signature': signature }) },
  })
  return { status: answer.status, body: (await answer.json()) as Refusal['body'] }
}

test('deliveries whose signature does not hold are refused, and nothing is stored', async ({ demo }) => {
  const account = storeNamed(demo, 'nordlicht-staging').account
  const endpoint = await connectEndpoint('test')
  const other = await connectEndpoint('live')
  await atRest()
  const before = await rowCounts()
  const body = eventOf(account)
  const tenMinutesAgo = Math.floor(Date.now() / 1000) - 600
  const signatures: Record<string, string | null> = {
    'no signature': null,
    'an empty one': '',
    nonsense: 't=,v1=',
    'a wrong secret': await signed(body, 'whsec_somebody_elses'),
    'the empty secret': await signed(body, ''),
    'the secret of another endpoint': await signed(body, other.secret),
    'the right secret over another body': await signed(`${body} `, endpoint.secret),
    'the right secret, ten minutes old': await signed(body, endpoint.secret, tenMinutesAgo),
  }
  for (const [what, signature] of Object.entries(signatures)) {
    expect(await deliver(endpoint.url, body, signature), what).toMatchObject({
      status: 400,
      body: { error: { code: 'signature_invalid', message: expect.any(String) } },
    })
  }
  const [oldest = '', former = '', present = ''] = demo.rotated.secrets
  expect(await deliver(demo.rotated.url, body, await signed(body, oldest)), 'a secret replaced twice').toMatchObject({
    status: 400,
    body: { error: { code: 'signature_invalid' } },
  })
  expect(await deliver(`${product.webUrl}/api/webhooks/stripe/nobodys`, body, await signed(body, endpoint.secret))).toMatchObject({ status: 404 })
  expect(await rowCounts()).toEqual(before)

  // The same bytes with what holds: the present secret, and the one before it while Stripe still signs with both.
  const good = eventOf(account)
  expect(await deliver(demo.rotated.url, good, await signed(good, former))).toMatchObject({ status: 200 })
  const better = eventOf(account)
  expect(await deliver(demo.rotated.url, better, await signed(better, present))).toMatchObject({ status: 200 })
  await atRest()
  expect((await rowCounts()).inbox_event).toBe((before.inbox_event ?? 0) + 2)
})

test('a delivery of two megabytes is refused before it is read whole, and nothing is stored', async ({ demo }) => {
  const endpoint = await connectEndpoint('test')
  await atRest()
  const before = await rowCounts()
  const body = eventOf(storeNamed(demo, 'nordlicht-staging').account, { padding: 'x'.repeat(2_000_000) })
  expect(await deliver(endpoint.url, body, await signed(body, endpoint.secret))).toMatchObject({
    status: 413,
    body: { error: { code: 'body_too_large', message: expect.stringContaining('1000000') } },
  })
  expect(await rowCounts()).toEqual(before)
})

test('a key opens only its own tenant and its own mode; what is refused leaves nothing behind', async ({ demo }) => {
  const [living, staging, harbor] = [storeNamed(demo, 'nordlicht-living'), storeNamed(demo, 'nordlicht-staging'), storeNamed(demo, 'harbor-pine')]
  const order = await takeOrder(living)
  await askCheckout(order)
  const record = await recordOf(order)
  await atRest()
  const before = await rowCounts()

  const foreign = await askCheckout(order, { as: harbor })
  const unknown = await askApi({ store: `sto_${'0'.repeat(12)}7000${'8'.repeat(16)}`, order: { external_id: String(order.id) } }, harbor.api_key)
  expect(foreign).toMatchObject({ status: 404, body: { error: { code: 'store_not_found', field: 'store', remedy: expect.any(String) } } })
  expect(withoutRequestId(foreign)).toEqual(withoutRequestId(unknown))

  expect(await askCheckout(order, { as: staging })).toMatchObject({
    status: 409,
    body: { error: { code: 'mode_mismatch', field: 'store', remedy: expect.any(String) } },
  })
  expect(await askCheckout(order, { as: living, at: staging })).toMatchObject({ status: 409, body: { error: { code: 'mode_mismatch' } } })
  expect(await askApi({ store: publicId('store', staging.store_id), order: { id: publicId('order', record?.id ?? '') } }, staging.api_key)).toMatchObject({
    status: 404,
    body: { error: { code: 'order_not_found', field: 'order' } },
  })
  expect(await askApi({ store: publicId('store', harbor.store_id), order: { id: publicId('order', record?.id ?? '') } }, harbor.api_key)).toMatchObject({
    status: 404,
    body: { error: { code: 'order_not_found', field: 'order' } },
  })

  expect(await askApi({ store: publicId('store', living.store_id), order: { external_id: String(order.id) } }, '')).toMatchObject({ status: 401 })
  expect(
    await askApi({ store: publicId('store', living.store_id), order: { external_id: String(order.id) } }, `${living.api_key.slice(0, -4)}aaaa`),
  ).toMatchObject({ status: 401 })
  expect(await askApi({ store: publicId('store', living.store_id), order: { external_id: String(order.id) }, amount: 1 }, living.api_key)).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid_field', field: 'amount', remedy: expect.any(String) } },
  })
  expect(
    await askApi(
      { store: publicId('store', living.store_id), order: { external_id: String(order.id) }, return_url: 'https://evil.example/thanks' },
      living.api_key,
    ),
  ).toMatchObject({ status: 422, body: { error: { code: 'return_url_refused', field: 'return_url' } } })
  expect(await rowCounts()).toEqual(before)
})

test('test money never pays a live order, whatever its metadata says', async ({ demo }) => {
  const living = storeNamed(demo, 'nordlicht-living')
  const order = await takeOrder(living)
  const checkout = await askCheckout(order)
  const record = await recordOf(order)
  const metadata = { mb_store: publicId('store', living.store_id), mb_order: publicId('order', record?.id ?? ''), mb_attempt: checkout.body.id ?? '' }
  const made = await sandbox.post<{ id: string }>('/_sandbox/payments/foreign', {
    account: living.account,
    livemode: false,
    amount: 6470,
    currency: 'eur',
    metadata,
  })
  await atRest()

  const stored = await rows<{ mode: string; attempt_id: string | null; store_id: string | null }>(
    'SELECT mode, attempt_id, store_id FROM payment WHERE stripe_id = $1',
    [made.id],
  )
  expect(stored).toEqual([{ mode: 'test', attempt_id: null, store_id: null }])
  expect(await paymentsOf(order)).toEqual([])
  expect(await recordOf(order)).toMatchObject({ payment_state: 'unpaid', matches: '0' })
  expect(await timesMarkedPaid(order)).toBe(0)
  expect(await orderInShop(order)).toMatchObject({ status: 'pending' })
})

function withoutRequestId({ status, body }: Refusal): unknown {
  const { request_id: _, ...error } = body.error ?? {}
  return { status, error }
}
