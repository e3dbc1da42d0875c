import { cpus } from 'node:os'
import { withClient } from '@/scripts/postgres/connect'
import { environmentOf } from '../drain/worker'
import { startChild } from '../drain/child'
import { storeTenants, storeTraffic } from '../drain/store-traffic'
import { makeTenants, makeTraffic, type StoredEvent } from '../drain/traffic'
import { readCpu } from '../measure/cpu'
import type { BenchOptions, Finding } from '../measure/report'
import { startBenchServer, settleDown, type BenchDatabase, type BenchServer } from '../measure/server'
import { figure, percentile } from '../measure/statistics'
import { table } from '../measure/table'
import type { ReaderAnswer } from './reader-process'
import { requestOf, startSender } from './sender'
import { startServing } from './serving'

const secret = 'whsec_fresh'

/**
 * From the arrival of the delivery that completes a payment to the moment at which the dashboard's list shows it paid
 * and matched: the stand-alone listener, one worker process and a durable PostgreSQL, each a process of its own.
 */
export async function main(options: BenchOptions): Promise<Finding[]> {
  const seconds = options.quick ? { warm: 3, measured: 5 } : { warm: 8, measured: 30 }
  const server = await startBenchServer()
  try {
    const findings: Finding[] = []
    const lines: string[][] = []
    const spent: string[][] = []
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
      spent.push([`${rate} events/s`, ...Object.values(seen.micros).map(figure)])
      const rest = `the listener answers in p50 ${figure(at(seen.answered, 0.5))} ms, p99 ${figure(at(seen.answered, 0.99))} ms; from received to the beginning of its batch p50 ${figure(at(seen.folded, 0.5))} ms, p99 ${figure(at(seen.folded, 0.99))} ms; ${seen.missing} never shown; processor time per event: ${costs(seen.micros)} of ${figure((cpus().length * 1e6) / rate)} us that the machine has`
      findings.push(
        { key: `p50_ms_at_${rate}`, ratio: seen.missing > 0 ? null : at(seen.shown, 0.5), goal: '<=300', rest },
        { key: `p99_ms_at_${rate}`, ratio: seen.missing > 0 ? null : at(seen.shown, 0.99), goal: '<=1000', rest },
      )
    }
    process.stdout.write('  listener + one worker process + PostgreSQL with fsync; the dashboard asks through listPayments as the app role\n\n')
    process.stdout.write(
      `${table(['asked for', 'sent/s', 'payments seen', 'shown p50 / p99 ms', '200 p50 / p99 ms', 'waits for its batch p50 / p99 ms', 'missing'], lines)}\n`,
    )
    process.stdout.write(`${table(['processor time per event, us', ...who], spent)}\n`)
    return findings
  } finally {
    await server.stop()
  }
}

/** The processes that share the machine. */
const who = ['listener', 'worker', 'postgres', 'generator', 'reader'] as const

type Seen = { shown: number[]; answered: number[]; folded: number[]; missing: number; sentPerSecond: number; micros: Record<(typeof who)[number], number> }

function costs(micros: Seen['micros']): string {
  return who.map((name) => `${name} ${figure(micros[name])}`).join(', ')
}

async function measure(server: BenchServer, rate: number, seconds: { warm: number; measured: number }): Promise<Seen> {
  const database = await server.database()
  const tenants = makeTenants(50)
  await storeTenants(database.adminUrl, tenants)
  const payments = Math.ceil((rate * (seconds.warm + seconds.measured + 3)) / 5)
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
  const answered: number[] = []
  const pending: Promise<void>[] = []
  const sender = startSender(serving.port, 64)
  const due = scheduleOf([...byPayment.values()], 5_000 / rate).map(({ event, ...rest }) => ({
    ...rest,
    tenant_id: event.tenant.id,
    request: requestOf('/api/webhooks/stripe/connect_test', secret, event.body),
  }))
  const pids = { ...serving.pids, postgres: server.pid, reader: reader.pid }
  const started = performance.now()
  const warmUntil = seconds.warm * 1_000
  let began: { at: number; wall: number; own: NodeJS.CpuUsage; others: Record<string, number>; sent: number } | null = null
  // A few percent of the payments are looked for: the reader is not to be the load.
  const every = Math.max(1, Math.round(rate / 20))
  let completed = 0
  let sent = 0
  for (const { pi, tenant_id, request, at, completes } of due) {
    const wait = started + at - performance.now()
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait))
    if (at >= warmUntil) began ??= { at: performance.now(), wall: Date.now(), own: process.cpuUsage(), others: readCpu(pids).seconds, sent }
    const counts = began !== null
    if (completes && (completed += 1) % every === 0 && counts) reader.tell({ look: { pi, tenant_id, at: Date.now() } })
    pending.push(sender.post(request).then((ms) => void (counts && answered.push(ms))))
    sent += 1
  }
  if (began === null) throw new Error('nothing was measured')
  const count = sent - began.sent
  const sentPerSecond = (count / (performance.now() - began.at)) * 1000
  await Promise.all(pending)
  const { shown, missing } = await reader.ask<ReaderAnswer>({ finish: true })
  const own = process.cpuUsage(began.own)
  const { others } = began
  const after = readCpu(pids).seconds
  const micros = Object.fromEntries(
    who.map((name) => [name, name === 'generator' ? (own.user + own.system) / count : (((after[name] ?? 0) - (others[name] ?? 0)) / count) * 1e6]),
  ) as Seen['micros']
  const folded = await waits(database, began.wall)
  reader.stop()
  sender.close()
  await serving.stop()
  await database.drop()
  return { shown, missing, answered, folded, sentPerSecond, micros }
}

const order = ['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded', 'checkout.session.completed', 'charge.updated']

/** One payment begins every `gap` ms; what completes it follows a second later, what is booked a second after that. */
function scheduleOf(families: StoredEvent[][], gap: number): { pi: string; event: StoredEvent; at: number; completes: boolean }[] {
  const rank = (event: StoredEvent) => order.indexOf(event.type)
  return families
    .flatMap((events, index) =>
      events
        .sort((a, b) => rank(a) - rank(b))
        .map((event) => ({
          pi: events[0]?.object_id ?? '',
          event,
          at: index * gap + ([0, 1_000, 1_003, 1_006, 2_000][rank(event)] ?? 0),
          completes: event.type === 'checkout.session.completed',
        })),
    )
    .sort((a, b) => a.at - b.at)
}

function waits(database: BenchDatabase, since: number): Promise<number[]> {
  return withClient(database.adminUrl, async (client) => {
    const { rows } = await client.query<{ ms: string }>(
      `SELECT extract(epoch FROM processed_at - received_at) * 1000 AS ms FROM inbox_event WHERE processed_at IS NOT NULL AND received_at >= $1`,
      [new Date(since)],
    )
    return rows.map((row) => Number(row.ms))
  })
}
