import { withClient } from '@/scripts/postgres/connect'
import { readCpu } from '../measure/cpu'
import type { BenchOptions, Finding } from '../measure/report'
import { interleaved } from '../measure/rounds'
import { settleDown, startBenchServer, type BenchDatabase, type BenchServer } from '../measure/server'
import { figure, pairedRatio, shown, spreadOf, type Spread } from '../measure/statistics'
import { table } from '../measure/table'
import { accountSettings, takeAccount } from './account'
import type { BareAnswer } from './bare-process'
import type { CallsAnswer } from './calls-process'
import { startChild, type Child } from './child'
import { measureFairness } from './fairness'
import { countOverlaps } from './overlaps'
import type { PeerAnswer } from './peer-process'
import { storeTenants, storeTraffic } from './store-traffic'
import { storeHistory } from './stored'
import { makeTenants, makeTraffic, peersOwn, type Tenant, type Traffic } from './traffic'
import { environmentOf, startWorker } from './worker'
import type { Answer } from './worker-process'

type Size = { warm: number; rounds: number; payments: number; stored: number; fair: number; calls: number }

/** `--stored=<n>` sets how many payments the large database holds, `--only=<part>,...` runs some parts alone. */
export async function main(options: BenchOptions): Promise<Finding[]> {
  const asked = (name: string) => options.args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3)
  const size: Size = options.quick
    ? { warm: 1, rounds: 2, payments: 150, stored: 40_000, fair: 60, calls: 840 }
    : { warm: 2, rounds: 5, payments: 600, stored: 1_000_000, fair: 250, calls: 1_500 }
  size.stored = Number(asked('stored') ?? size.stored)
  const parts = asked('only')?.split(',') ?? ['rates', 'overlaps', 'fair', 'calls', 'history']
  const server = await startBenchServer(accountSettings)
  const tenants = makeTenants(50)
  try {
    const findings: Finding[] = []
    if (parts.includes('rates')) findings.push(...(await measureRates(server, tenants, size)))
    if (parts.includes('overlaps')) findings.push(await proveOverlaps(server, tenants, size))
    if (parts.includes('fair')) findings.push(await measureShares(server, tenants, size))
    if (parts.includes('calls')) findings.push(...(await countCalls(server, tenants, size)))
    if (parts.includes('history')) findings.push(await measureHistory(server, tenants, size))
    return findings
  } finally {
    await server.stop()
  }
}

async function furnished(server: BenchServer, tenants: Tenant[]): Promise<BenchDatabase> {
  const database = await server.database()
  await storeTenants(database.adminUrl, tenants)
  return database
}

const traffic = (tenants: Tenant[], payments: number, seed: number): Traffic =>
  makeTraffic(tenants, { payments, seed, from_ms: Date.now() - 7_200_000, per_second: 20 })

type Sample = { perSecond: number; nodeMicros: number; postgresMicros: number }

/** The drain, and what it is held against, each on a database of its own with the same deliveries. */
async function measureRates(server: BenchServer, tenants: Tenant[], size: Size): Promise<Finding[]> {
  const names = ['batches', 'singly', 'bare', 'two', 'own', 'peer'] as const
  const home = {
    batches: await furnished(server, tenants),
    singly: await furnished(server, tenants),
    bare: await furnished(server, tenants),
    two: await furnished(server, tenants),
    own: await furnished(server, tenants),
  }
  const recorded = await furnished(server, tenants)
  const peerHome = await server.bareDatabase()
  const workers = {
    batches: await startWorker(home.batches),
    singly: await startWorker(home.singly),
    one: await startWorker(home.two, 'one'),
    two: await startWorker(home.two, 'two'),
    own: await startWorker(home.own),
    recorder: await startWorker(recorded),
  }
  const bare = await startChild('drain/bare-process.ts', { DATABASE_WORKER_URL: home.bare.workerUrl, DATABASE_OWNER_URL: home.bare.adminUrl })
  const peer = await startPeer(peerHome)
  const sets = new Map<number, { all: Traffic; few: Traffic; own: Traffic; lanes: Answer['written'][] }>()

  const prepare = async (round: number) => {
    const all = traffic(tenants, size.payments, 100 + round)
    const few = traffic(tenants, Math.ceil(size.payments / 10), 200 + round)
    const own = peersOwn(all)
    await Promise.all([
      ...[home.batches, home.two, home.bare].map((database) => storeTraffic(database.adminUrl, all)),
      storeTraffic(home.singly.adminUrl, few),
      storeTraffic(home.own.adminUrl, own),
    ])
    // Each lane of the bare write gets the tenants of one half, so that no row waits for one of the other lane.
    const lanes: Answer['written'][] = []
    for (const half of [0, 1]) {
      const mine = (row: { tenant_id: string }) => tenants.findIndex((tenant) => tenant.id === row.tenant_id) % 2 === half
      await storeTraffic(recorded.adminUrl, {
        payments: 0,
        orders: all.orders.filter(mine),
        attempts: all.attempts.filter(mine),
        events: all.events.filter(({ tenant }) => mine({ tenant_id: tenant.id })),
      })
      lanes.push((await workers.recorder.drain('record')).written)
    }
    sets.set(round, { all, few, own, lanes })
    // As autovacuum would within a minute: a plan that was made for empty tables is no figure of anything.
    for (const database of [home.batches, home.two, home.bare, home.singly, home.own])
      await withClient(database.adminUrl, async (client) => void (await client.query('ANALYZE')))
    await settleDown(server)
  }
  const measured = async (count: number, pids: number[], work: () => Promise<{ ms: number }[]>): Promise<Sample> => {
    const all = Object.fromEntries([['postgres', server.pid], ...pids.map((pid, index) => [`node${index}`, pid] as const)])
    const before = readCpu(all).seconds
    const ms = Math.max(...(await work()).map((answer) => answer.ms))
    const after = readCpu(all).seconds
    const micros = (name: string) => (((after[name] ?? 0) - (before[name] ?? 0)) / count) * 1e6
    return { perSecond: (count / ms) * 1000, postgresMicros: micros('postgres'), nodeMicros: pids.reduce((sum, _, index) => sum + micros(`node${index}`), 0) }
  }
  const run = async (name: (typeof names)[number], round: number): Promise<Sample> => {
    const set = sets.get(round)
    if (!set) throw new Error('a round was not prepared')
    switch (name) {
      case 'batches':
        return measured(set.all.events.length, [workers.batches.pid], async () => [await workers.batches.drain()])
      case 'singly':
        return measured(set.few.events.length, [workers.singly.pid], async () => [await workers.singly.drain('singly')])
      case 'two':
        return measured(set.all.events.length, [workers.one.pid, workers.two.pid], () => Promise.all([workers.one.drain(), workers.two.drain()]))
      case 'own':
        return measured(set.own.events.length, [workers.own.pid], async () => [await workers.own.drain()])
      case 'bare':
        return measured(set.all.events.length, [bare.pid], async () => [await bare.ask<BareAnswer>({ lanes: set.lanes })])
      case 'peer':
        if (!peer) return { perSecond: Number.NaN, nodeMicros: Number.NaN, postgresMicros: Number.NaN }
        return measured(set.own.events.length, [peer.pid], async () => [
          await peer.ask<PeerAnswer>({ bodies: set.own.events.map((event) => event.body), atOnce: 8 }),
        ])
    }
  }
  // Rounds that do not count: a worker runs for weeks, its compiler is done after some ten thousand events. The others'
  // too, and each of the two that share a database drains as many before it is measured as one that has its own.
  for (let round = -size.warm; round < 0; round++) {
    await prepare(round)
    for (const name of names) await run(name, round)
    for (const [place, worker] of [workers.one, workers.two].entries()) {
      await storeTraffic(home.two.adminUrl, traffic(tenants, size.payments / 2, 300 + 10 * place + round))
      await worker.drain()
    }
  }
  const samples: Record<(typeof names)[number], Sample[]> = { batches: [], singly: [], bare: [], two: [], own: [], peer: [] }
  for (let round = 0; round < size.rounds; round++) {
    await prepare(round)
    // The order turns by one each round.
    const turned = [...names.slice(round % names.length), ...names.slice(0, round % names.length)]
    const one = await interleaved(turned, 1, (name) => run(name, round))
    for (const name of names) samples[name].push(...one[name])
  }
  const last = traffic(tenants, size.payments, 100 + size.rounds)
  await storeTraffic(home.batches.adminUrl, last)
  const account = await takeAccount(home.batches, workers.batches, last.events.length)
  Object.values(workers).forEach((worker) => worker.stop())
  bare.stop()
  peer?.stop()
  for (const database of [...Object.values(home), recorded, peerHome]) await database.drop()

  const rates = (name: (typeof names)[number]) => samples[name].map((sample) => sample.perSecond)
  const said: Record<(typeof names)[number], string> = {
    batches: 'drain, one worker',
    singly: 'same fold, one row per transaction',
    bare: 'bare multi-row write of the same rows, two connections',
    two: 'drain, two workers',
    own: "drain, the peer's own types",
    peer: 'peer, processWebhook, 8 at once',
  }
  process.stdout.write(
    `${table(
      ['events from stored rows to state', 'events/s', 'node us/event', 'postgres us/event'],
      names.map((name) => [
        said[name],
        shown(spreadOf(rates(name))),
        figure(spreadOf(samples[name].map((sample) => sample.nodeMicros)).median),
        figure(spreadOf(samples[name].map((sample) => sample.postgresMicros)).median),
      ]),
    )}\n`,
  )
  const cost = (name: (typeof names)[number]) =>
    `${figure(spreadOf(samples[name].map((sample) => sample.nodeMicros)).median)} us of node and ${figure(spreadOf(samples[name].map((sample) => sample.postgresMicros)).median)} us of PostgreSQL per event`
  const compared = (key: string, goal: Finding['goal'], ours: (typeof names)[number], theirs: (typeof names)[number]): Finding => {
    const { median, ...spread } = pairedRatio(rates(ours), rates(theirs))
    return Number.isNaN(median)
      ? { key, ratio: null, goal, rest: 'the peer could not be installed' }
      : { key, ratio: median, goal, spread, rest: `${said[ours]}: ${cost(ours)}; ${said[theirs]}: ${cost(theirs)}; ${account}` }
  }
  return [
    compared('batches_vs_one', '>=10', 'batches', 'singly'),
    compared('drain_vs_bare_write', '>=0.4', 'batches', 'bare'),
    compared('drain_vs_peer', '>=2', 'own', 'peer'),
    compared('two_workers_vs_one', '>=0.95', 'two', 'batches'),
  ]
}

async function startPeer(database: BenchDatabase): Promise<Child | null> {
  try {
    return await startChild('drain/peer-process.ts', { PEER_DATABASE_URL: database.adminUrl })
  } catch (error) {
    process.stdout.write(`  The peer does not run: ${String(error)}\n`)
    return null
  }
}

async function proveOverlaps(server: BenchServer, tenants: Tenant[], size: Size): Promise<Finding> {
  const { rows, overlaps, shares } = await countOverlaps(server, tenants, traffic(tenants, size.payments, 300))
  process.stdout.write(`  two workers, ${figure(rows)} rows, ${shares.map(figure).join(' and ')} each: ${overlaps} rows or leases of both\n\n`)
  return { key: 'overlaps', ratio: overlaps, goal: '<=0', rest: 'rows marked twice or never, outside of their lease, or leases taken while they lasted' }
}

async function measureShares(server: BenchServer, tenants: Tenant[], size: Size): Promise<Finding> {
  const database = await furnished(server, tenants)
  const worker = await startWorker(database)
  await storeTraffic(database.adminUrl, traffic(tenants, size.fair, 400))
  await worker.drain()
  await withClient(database.adminUrl, async (client) => void (await client.query('ANALYZE')))
  const rounds = []
  for (let round = 0; round < size.rounds; round++)
    rounds.push(await measureFairness(server, database, worker, tenants, { payments: size.fair, seed: 410 + 10 * round }))
  worker.stop()
  await database.drop()
  const [alone, crowded] = [rounds.map((round) => round.alone), rounds.map((round) => round.crowded)]
  process.stdout.write(
    `  p99 of 49 tenants' deliveries: ${shown(spreadOf(alone))} ms alone, ${shown(spreadOf(crowded))} ms when another has 95 % of the queue\n\n`,
  )
  const { median, ...spread } = pairedRatio(crowded, alone)
  return { key: 'others_p99_beside_a_backlog', ratio: median, goal: '<=2', spread, rest: 'a batch gives a quarter of its rows to the longest queue' }
}

async function countCalls(server: BenchServer, tenants: Tenant[], size: Size): Promise<Finding[]> {
  const database = await furnished(server, tenants)
  const some = tenants.slice(0, 1)
  const child = await startChild('drain/calls-process.ts', {
    ...environmentOf(database, { MATCHBOOK_MODE: 'sandbox', DATABASE_OWNER_URL: database.adminUrl }),
  })
  const counted = await child.ask<CallsAnswer>({ tenants: some, payments: size.calls, perSecond: 10, seed: 500 })
  child.stop()
  await database.drop()
  process.stdout.write(
    `  calls to Stripe at 10 payments/s on each of ${some.length} connections: ${counted.lists} pages of balance transactions and ${counted.reads} reads for ${counted.payments} payments, ${counted.ofSessions} for ${counted.checkoutEvents} checkout events, ${counted.uncounted} of disputes and accounts\n\n`,
  )
  return [
    { key: 'calls_per_checkout_event', ratio: counted.ofSessions / counted.checkoutEvents, goal: '<=0', rest: 'reads of sessions' },
    {
      key: 'calls_per_payment',
      ratio: (counted.lists + counted.reads) / counted.payments,
      goal: '<=0.05',
      rest: `${counted.lists} pages, ${counted.reads} reads`,
    },
  ]
}

/** The same traffic on a database with few and one with many payments stored. */
async function measureHistory(server: BenchServer, tenants: Tenant[], size: Size): Promise<Finding> {
  const held = { few: 10_000, many: size.stored }
  const home = { few: await furnished(server, tenants), many: await furnished(server, tenants) }
  for (const name of ['few', 'many'] as const) {
    const started = performance.now()
    await storeHistory(home[name].adminUrl, tenants, held[name])
    process.stdout.write(`  stored ${figure(held[name])} payments in ${figure((performance.now() - started) / 1000)} s\n`)
  }
  const workers = { few: await startWorker(home.few), many: await startWorker(home.many) }
  const run = async (name: 'few' | 'many', round: number): Promise<number> => {
    const set = traffic(tenants, size.payments, 600 + round)
    await storeTraffic(home[name].adminUrl, set)
    await settleDown(server)
    return ((await workers[name].drain()).ms / set.events.length) * 1000
  }
  await run('few', -1)
  await run('many', -1)
  const cost = await interleaved(['few', 'many'] as const, size.rounds, run)
  Object.values(workers).forEach((worker) => worker.stop())
  for (const database of Object.values(home)) await database.drop()
  const line = (name: 'few' | 'many'): [string, Spread] => [`${figure(held[name])} payments stored`, spreadOf(cost[name])]
  process.stdout.write(
    `${table(
      ['cost of an event', 'us'],
      [line('few'), line('many')].map(([text, spread]) => [text, shown(spread)]),
    )}\n`,
  )
  const { median, ...spread } = pairedRatio(cost.many, cost.few)
  return {
    key: held.many === 1_000_000 ? 'cost_at_1m_vs_10k' : `cost_at_${held.many}_vs_10k`,
    ratio: median,
    goal: '<=1.3',
    spread,
    rest: 'deeper indexes and colder pages',
  }
}
