import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { useClock as replaceClock } from '@/lib/kernel/clock'
import { storeTraffic } from './store-traffic'
import { makeTraffic, type Tenant } from './traffic'

/**
 * A worker's loops over a stretch of business time that is stepped by hand, with a Stripe that counts: what is
 * delivered meanwhile arrives when it would, reads and looks at the ledger happen when they are due.
 */
export type CallsOrder = { tenants: Tenant[]; payments: number; perSecond: number; seed: number }
export type CallsAnswer = { payments: number; checkoutEvents: number; reads: number; lists: number; uncounted: number; ofSessions: number; error?: string }

const startMs = Date.now() - 86_400_000
let nowMs = startMs
replaceClock({
  now: () => new Date(nowMs),
  nowMs: () => nowMs,
  wallMs: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20))),
})

type Counted = { reads: number; lists: number; uncounted: number; ofSessions: number }
const counted: Counted = { reads: 0, lists: 0, uncounted: 0, ofSessions: 0 }
const booked: { id: string; account: string; source: string; amount: number; created_ms: number }[] = []

/** Lists balance transactions newest first with both cursors, as Stripe does; knows nothing else. */
const stripe = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://stripe')
  const answer = (status: number, body: object) => {
    response.writeHead(status, {
      'content-type': 'application/json',
      date: new Date(nowMs).toUTCString(),
      'request-id': `req_${(counted.reads + counted.lists).toString(36)}`,
    })
    response.end(JSON.stringify(body))
  }
  if (url.pathname === '/v1/balance_transactions') {
    counted.lists += 1
    const account = request.headers['stripe-account']
    const all = booked.filter((row) => row.account === account && row.created_ms <= nowMs).sort((a, b) => b.created_ms - a.created_ms || (a.id < b.id ? 1 : -1))
    const limit = Number(url.searchParams.get('limit') ?? 10)
    const [before, after] = [url.searchParams.get('ending_before'), url.searchParams.get('starting_after')]
    const newer =
      before === null
        ? all
        : all.slice(
            0,
            all.findIndex((row) => row.id === before),
          )
    const rest = after === null ? newer : newer.slice(newer.findIndex((row) => row.id === after) + 1)
    const page = before === null ? rest.slice(0, limit) : rest.slice(-limit)
    return answer(200, { object: 'list', url: url.pathname, has_more: rest.length > page.length, data: page.map(transaction) })
  }
  if (/^\/v1\/(disputes|account)/.test(url.pathname)) counted.uncounted += 1
  else counted.reads += 1
  if (url.pathname.startsWith('/v1/checkout/sessions')) counted.ofSessions += 1
  return answer(404, { error: { type: 'invalid_request_error', code: 'resource_missing', message: 'No such object' } })
})

function transaction(row: (typeof booked)[number]): object {
  return {
    id: row.id,
    object: 'balance_transaction',
    amount: row.amount,
    available_on: Math.floor(row.created_ms / 1000) + 172_800,
    balance_type: 'payments',
    created: Math.floor(row.created_ms / 1000),
    currency: 'usd',
    description: null,
    exchange_rate: null,
    fee: 30,
    fee_details: [{ amount: 30, application: null, currency: 'usd', description: 'Stripe processing fees', type: 'stripe_fee' }],
    net: row.amount - 30,
    reporting_category: 'charge',
    source: row.source,
    status: 'pending',
    type: 'charge',
  }
}

async function run(order: CallsOrder): Promise<CallsAnswer> {
  await new Promise<void>((resolve) => stripe.listen(0, '127.0.0.1', resolve))
  process.env.SANDBOX_URL = `http://127.0.0.1:${(stripe.address() as AddressInfo).port}`
  const { drainStep } = await import('@/lib/inbox/drain')
  const { answerReadsStep } = await import('@/lib/inbox/answer-reads')
  const { settleStep } = await import('@/lib/ledger/settle')
  const traffics = order.tenants.map((only, index) =>
    makeTraffic(order.tenants, { payments: order.payments, seed: order.seed + index, from_ms: startMs, per_second: order.perSecond, only }),
  )
  for (const { events } of traffics)
    for (const event of events) {
      const object = (
        JSON.parse(event.body) as { data: { object: { id: string; amount: number; charge?: string; object: string; balance_transaction?: string | null } } }
      ).data.object
      if (typeof object.balance_transaction === 'string')
        booked.push({
          id: object.balance_transaction,
          account: event.tenant.account,
          source: object.id,
          amount: object.object === 'refund' ? -object.amount : object.amount,
          created_ms: event.created_ms - 1_000,
        })
    }
  const seen = new Set<string>()
  booked.splice(0, booked.length, ...booked.filter((row) => !seen.has(row.id) && seen.add(row.id)))

  const all = traffics.flatMap((traffic) => traffic.events).sort((a, b) => a.received_ms - b.received_ms)
  const url = process.env.DATABASE_OWNER_URL ?? ''
  for (const traffic of traffics) await storeTraffic(url, { ...traffic, events: [] })
  // Until the last payment was booked; what comes minutes later (refunds, disputes, sessions that expire) is thinner than ten a second.
  // Ten a second hold from when the slowest of the first has paid until the last begins; that stretch alone is counted.
  const fromMs = startMs + 64_000
  const endMs = startMs + (order.payments / order.perSecond) * 1000
  let before: Counted | null = null
  for (let next = 0; nowMs < endMs; nowMs += 500) {
    if (before === null && nowMs >= fromMs) before = { ...counted }
    const due = next
    while (next < all.length && (all[next]?.received_ms ?? Infinity) <= nowMs) next += 1
    if (next > due) await storeTraffic(url, { payments: 0, orders: [], attempts: [], events: all.slice(due, next) })
    while (await drainStep('calls')) continue
    while (await answerReadsStep()) continue
    while (await settleStep()) continue
    while (await drainStep('calls')) continue
  }
  stripe.close()
  const during = all.filter((event) => event.received_ms >= fromMs && event.received_ms < endMs)
  const counts = (name: keyof Counted) => counted[name] - (before?.[name] ?? 0)
  return {
    reads: counts('reads'),
    lists: counts('lists'),
    uncounted: counts('uncounted'),
    ofSessions: counts('ofSessions'),
    payments: during.filter((event) => event.type === 'charge.updated').length,
    checkoutEvents: during.filter((event) => event.type.startsWith('checkout.')).length,
  }
}

process.on('message', (order: CallsOrder) => {
  void run(order)
    .catch((error: unknown): CallsAnswer => ({
      payments: 0,
      checkoutEvents: 0,
      reads: 0,
      lists: 0,
      uncounted: 0,
      ofSessions: 0,
      error: String((error as Error).stack ?? error),
    }))
    .then((answer) => process.send?.(answer))
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
