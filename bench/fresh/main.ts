import { Agent, request } from 'node:http'
import Stripe from 'stripe'
import { withClient } from '@/scripts/postgres/connect'
import { environmentOf } from '../drain/worker'
import { startChild } from '../drain/child'
import { storeTenants, storeTraffic } from '../drain/store-traffic'
import { makeTenants, makeTraffic, type StoredEvent, type Tenant } from '../drain/traffic'
import type { BenchOptions, Finding } from '../measure/report'
import { startBenchServer, settleDown, type BenchDatabase, type BenchServer } from '../measure/server'
import { figure, percentile } from '../measure/statistics'
import { table } from '../measure/table'
import type { ReaderAnswer } from './reader-process'
import { startServing } from './serving'

const secret = 'whsec_fresh'

/**
 * From the arrival of the delivery that completes a payment to the moment at which the dashboard's list shows it paid
 * and matched: the stand-alone listener, one worker process and a durable PostgreSQL, each a process of its own.
 */
export async function main(options: BenchOptions): Promise<Finding[]> {
  const seconds = options.quick ? 5 : 30
  const server = await startBenchServer()
  try {
    const findings: Finding[] = []
    const lines: string[][] = []
    const asked = options.args
      .find((arg) => arg.startsWith('--rates='))
      ?.slice(8)
      .split(',')
      .map(Number)
    for (const rate of asked ?? [50, 500]) {
      const seen = await measure(server, rate, seconds)
      const at = (values: number[], share: number) => percentile(values, share)
      lines.push([
        `${rate} events/s`,
        figure(seen.sentPerSecond),
        figure(seen.shown.length),
        `${figure(at(seen.shown, 0.5))} / ${figure(at(seen.shown, 0.99))}`,
        `${figure(at(seen.answered, 0.5))} / ${figure(at(seen.answered, 0.99))}`,
        `${figure(at(seen.folded, 0.5))} / ${figure(at(seen.folded, 0.99))}`,
        String(seen.missing),
      ])
      const rest = `the listener answers in p50 ${figure(at(seen.answered, 0.5))} ms, p99 ${figure(at(seen.answered, 0.99))} ms; from received to the beginning of its batch p50 ${figure(at(seen.folded, 0.5))} ms, p99 ${figure(at(seen.folded, 0.99))} ms; ${seen.missing} never shown`
      findings.push(
        { key: `p50_ms_at_${rate}`, ratio: seen.missing > 0 ? null : at(seen.shown, 0.5), goal: '<=300', rest },
        { key: `p99_ms_at_${rate}`, ratio: seen.missing > 0 ? null : at(seen.shown, 0.99), goal: '<=1000', rest },
      )
    }
    process.stdout.write('  listener + one worker process + PostgreSQL with fsync; the dashboard asks through listPayments as the app role\n\n')
    process.stdout.write(
      `${table(['asked for', 'sent/s', 'payments seen', 'shown p50 / p99 ms', '200 p50 / p99 ms', 'waits for its batch p50 / p99 ms', 'missing'], lines)}\n`,
    )
    return findings
  } finally {
    await server.stop()
  }
}

type Seen = { shown: number[]; answered: number[]; folded: number[]; missing: number; sentPerSecond: number }

async function measure(server: BenchServer, rate: number, seconds: number): Promise<Seen> {
  const database = await server.database()
  const tenants = makeTenants(50)
  await storeTenants(database.adminUrl, tenants)
  const payments = Math.ceil((rate * (seconds + 3)) / 5)
  const traffic = makeTraffic(tenants, { payments, seed: rate, from_ms: Date.now() - 7_200_000, per_second: 100, plain: true })
  await storeTraffic(database.adminUrl, { ...traffic, events: [] })
  await withClient(database.adminUrl, async (client) => void (await client.query('ANALYZE')))
  await settleDown(server)

  const serving = await startServing({ ...environmentOf(database), STRIPE_TEST_CONNECT_WEBHOOK_SECRET: secret, INGEST_PORT: '0', INGEST_HOST: '127.0.0.1' })
  const reader = await startChild('fresh/reader-process.ts', environmentOf(database))
  const byPayment = new Map<string, StoredEvent[]>()
  for (const event of traffic.events) {
    const { object } = (JSON.parse(event.body) as { data: { object: { id: string; payment_intent?: string } } }).data
    const key = object.payment_intent ?? object.id
    byPayment.set(key, [...(byPayment.get(key) ?? []), event])
  }
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const answered: number[] = []
  const probes: { pi: string; tenant: Tenant; at: number }[] = []
  const pending: Promise<void>[] = []
  const families = [...byPayment]
  const gap = 5_000 / rate
  const started = performance.now()
  // One payment begins every `gap` ms; what completes it follows a second later, what is booked a second after that.
  const due = families
    .flatMap(([pi, events], index) => {
      const rank = (event: StoredEvent) =>
        ['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded', 'checkout.session.completed', 'charge.updated'].indexOf(event.type)
      return events
        .sort((a, b) => rank(a) - rank(b))
        .map((event) => ({
          pi,
          event,
          at: index * gap + ([0, 1_000, 1_003, 1_006, 2_000][rank(event)] ?? 0),
          completes: event.type === 'checkout.session.completed',
        }))
    })
    .sort((a, b) => a.at - b.at)
  // A few percent of the payments are looked for: the reader is not to be the load.
  const every = Math.max(1, Math.round(rate / 20))
  let completed = 0
  for (const { pi, event, at, completes } of due) {
    const wait = started + at - performance.now()
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait))
    const sent = Date.now()
    if (completes && (completed += 1) % every === 0) {
      probes.push({ pi, tenant: event.tenant, at: sent })
      reader.tell({ look: { pi, tenant_id: event.tenant.id, at: sent } })
    }
    pending.push(post(agent, serving.port, event.body).then((ms) => void answered.push(ms)))
  }
  const sentPerSecond = (due.length / (performance.now() - started)) * 1000
  await Promise.all(pending)
  const { shown, missing } = await reader.ask<ReaderAnswer>({ finish: true })
  const folded = await waits(database)
  reader.stop()
  agent.destroy()
  await serving.stop()
  await database.drop()
  return { shown, missing, answered, folded, sentPerSecond }
}

function post(agent: Agent, port: number, body: string): Promise<number> {
  const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: Math.floor(Date.now() / 1000) })
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: '/api/webhooks/stripe/connect_test',
        headers: { 'content-type': 'application/json', 'stripe-signature': signature },
      },
      (response) => {
        response.resume()
        response.on('end', () =>
          response.statusCode === 200 ? resolve(performance.now() - started) : reject(new Error(`a delivery was answered with ${response.statusCode}`)),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

function waits(database: BenchDatabase): Promise<number[]> {
  return withClient(database.adminUrl, async (client) => {
    const { rows } = await client.query<{ ms: string }>(
      `SELECT extract(epoch FROM processed_at - received_at) * 1000 AS ms FROM inbox_event WHERE processed_at IS NOT NULL`,
    )
    return rows.map((row) => Number(row.ms))
  })
}
