import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import Stripe from 'stripe'
import { isFault } from '@/lib/kernel/fault'
import { readObject } from './objects'
import { listBalanceTransactions } from './balance-transactions'
import { findCheckoutSession } from './checkout-sessions'
import { isOutcomeUnknown, stripeDetailOf, stripeFault } from './stripe-fault'

const key = 'sk_test_canary0123456789'
const canary = 'jane@example.com said 4242'
let server: Server
let reply: { status: number; body: string; headers?: Record<string, string> } | 'cut'
const asked: string[] = []
let stripe: Stripe

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (reply === 'cut') return void request.socket.destroy()
    response
      .writeHead(reply.status, { 'content-type': 'application/json', 'request-id': 'req_1', 'stripe-should-retry': 'false', ...reply.headers })
      .end(reply.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stripe = new Stripe(key, { host: '127.0.0.1', port: (server.address() as AddressInfo).port, protocol: 'http', maxNetworkRetries: 0, telemetry: false })
})
afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())))

const error = (type: string, code?: string) => JSON.stringify({ error: { type, code, message: `${canary} ${key}`, param: 'line_items[0]' } })
const read = (id = 'pi_1') => readObject({ stripe, options: {} }, id)

it.each([
  [400, error('invalid_request_error'), 'stripe_refused', false, false],
  [400, error('idempotency_error'), 'stripe_idempotency_conflict', false, false],
  [400, error('invalid_request_error', 'amount_too_small'), 'amount_too_small', false, false],
  [409, error('idempotency_error', 'idempotency_key_in_use'), 'stripe_request_in_progress', true, true],
  [401, error('invalid_request_error'), 'stripe_key_invalid', false, true],
  [402, error('card_error', 'card_declined'), 'card_declined', false, false],
  [403, error('invalid_request_error', 'more_permissions_required'), 'stripe_permission', false, true],
  [403, error('invalid_request_error', 'account_invalid'), 'account_invalid', false, false],
  [400, error('invalid_request_error', 'account_invalid'), 'account_invalid', false, false],
  [404, error('invalid_request_error', 'resource_missing'), 'stripe_missing', false, false],
  [404, error('invalid_request_error'), 'stripe_unreachable', true, true],
  [404, '{"error":"Not Found"}', 'stripe_unreachable', true, true],
  [400, '{"error":"upstream went away"}', 'stripe_unreachable', true, true],
  [408, error('timeout'), 'stripe_unreachable', true, true],
  [409, error('invalid_request_error'), 'stripe_request_in_progress', true, true],
  [429, error('invalid_request_error', 'rate_limit'), 'stripe_rate_limited', true, true],
  [500, error('api_error'), 'stripe_failed', true, true],
  [200, '{"id":"pi_1","obj', 'stripe_unreachable', true, true],
])('a %i of Stripe is one fault without its text', async (status, body, code, retryable, unknown) => {
  reply = { status, body }
  const fault = await read().catch((thrown: unknown) => thrown)
  expect(isFault(fault) && [fault.code, fault.retryable, isOutcomeUnknown(fault)]).toEqual([code, retryable, unknown])
  const seen = JSON.stringify([fault, (fault as Error).message, (fault as Error).stack, stripeDetailOf(fault)])
  expect(seen).not.toContain('jane@')
  expect(seen).not.toContain(key)
})

it('a lost connection leaves the outcome unknown', async () => {
  reply = 'cut'
  const fault = await read().catch((thrown: unknown) => thrown)
  expect(isFault(fault) && fault.code).toBe('stripe_unreachable')
  expect(isOutcomeUnknown(fault)).toBe(true)
})

it('a mistake of our own is not taken for an answer of Stripe', () => {
  expect(stripeFault(new TypeError(canary)).code).toBe('stripe_client_error')
})

it('reads the raw object, as it was at the time of the answer', async () => {
  reply = {
    status: 200,
    headers: { date: 'Sat, 21 Nov 2026 10:00:07 GMT' },
    body: '{"id":"dp_1","object":"dispute","created":1795000000,"unit_amount_decimal":"10.50"}',
  }
  const answer = await read('dp_1')
  expect(asked.at(-1)).toBe('/v1/disputes/dp_1')
  expect(answer).toEqual({
    object: { id: 'dp_1', object: 'dispute', created: 1795000000, unit_amount_decimal: '10.50' },
    as_of: new Date('2026-11-21T10:00:07Z'),
    request_id: 'req_1',
  })
  await expect(read('cus_1')).rejects.toMatchObject({ code: 'stripe_id_unknown' })
})

it('two answers that lost their name on the way are two answers', async () => {
  const unnamed = createServer((_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"dp_1","object":"dispute"}'))
  await new Promise<void>((resolve) => unnamed.listen(0, '127.0.0.1', resolve))
  const { port } = unnamed.address() as AddressInfo
  const call = { stripe: new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0, telemetry: false }), options: {} }
  const names = [(await readObject(call, 'dp_1')).request_id, (await readObject(call, 'dp_1')).request_id]
  unnamed.closeAllConnections()
  unnamed.close()
  expect(new Set(names).size).toBe(2)
  expect(names).not.toContain('')
})

it('reads a charge with its refunds', async () => {
  const refunds = { object: 'list', has_more: false, data: [{ id: 're_1', object: 'refund' }] }
  reply = { status: 200, headers: { date: 'Sat, 21 Nov 2026 10:00:07 GMT' }, body: JSON.stringify({ id: 'py_1', object: 'charge', refunds }) }
  expect((await read('py_1')).object.refunds).toEqual(refunds)
  expect(asked.at(-1)).toBe('/v1/charges/py_1?expand[]=refunds')
})

it('asks for a page of balance transactions and tells whether there is more', async () => {
  reply = {
    status: 200,
    headers: { date: 'Sat, 21 Nov 2026 10:00:07 GMT' },
    body: '{"object":"list","has_more":true,"data":[{"id":"txn_1","object":"balance_transaction"}]}',
  }
  const page = await listBalanceTransactions({ stripe, options: {} }, { limit: 100, ending_before: 'txn_0', created_gte: new Date(1795000000_000) })
  expect(decodeURIComponent(asked.at(-1) ?? '')).toBe('/v1/balance_transactions?limit=100&ending_before=txn_0&created[gte]=1795000000')
  expect(page).toMatchObject({ objects: [{ id: 'txn_1' }], has_more: true, request_id: 'req_1' })
})

it.each([
  ['that is empty and promises more', '{"object":"list","has_more":true,"data":[]}'],
  ['that does not say whether there is more', '{"object":"list","data":[]}'],
  ['of something else', '{"status":"ok"}'],
])('a page %s is not taken for the end of a list', async (_, body) => {
  reply = { status: 200, headers: { date: 'Sat, 21 Nov 2026 10:00:07 GMT' }, body }
  await expect(listBalanceTransactions({ stripe, options: {} }, { limit: 100 })).rejects.toMatchObject({ code: 'stripe_unreachable', retryable: true })
  await expect(findCheckoutSession({ stripe, options: {} }, { client_reference_id: 'att_1', from: new Date(0) })).rejects.toMatchObject({
    code: 'stripe_unreachable',
  })
})
