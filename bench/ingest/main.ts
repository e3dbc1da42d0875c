import { mkdirSync } from 'node:fs'
import { loadavg } from 'node:os'
import { isSentence } from '@/scripts/sentence'
import { machineEnvironment } from '@/scripts/stack/environment'
import { isMet, type BenchOptions, type Finding } from '../measure/report'
import { interleaved } from '../measure/rounds'
import { startBenchServer, type BenchDatabase, type BenchServer } from '../measure/server'
import { figure, pairedDifference, pairedRatio, shown, spreadOf } from '../measure/statistics'
import { table } from '../measure/table'
import { endpoint } from './event'
import type { Parts } from './parts'
import { runRound, type Round } from './round'
import {
  benchEnvironment,
  logs,
  newInstallationSecret,
  prepareEndpoint,
  startAnswering,
  startBare,
  startEmptyNext,
  startListener,
  startProductWeb,
  stopAll,
  type Answering,
  type Contender,
} from './servers'

type Bench = {
  server: BenchServer
  options: BenchOptions
  installation: string
  load: Answering
  rounds: number
  warmMs: number
  measureMs: number
  most?: number
}
type Rounds = Record<string, Round[]>

const path = `/api/webhooks/stripe/${endpoint}`
const parts = { route: routeAgainstEmpty, listener: listenerAgainstBare, receive: receiveAgainstPeer } as const

/** A delivery from the socket to its durable row. `npm run bench -- ingest [route] [listener] [receive]` runs some of the three parts. */
export async function main(options: BenchOptions): Promise<Finding[]> {
  mkdirSync(logs, { recursive: true })
  const server = await startBenchServer()
  try {
    const load = await startAnswering('load', 'load.ts', machineEnvironment(), { saysReady: false })
    const times = options.quick ? { rounds: 5, warmMs: 300, measureMs: 700 } : { rounds: 5, warmMs: 700, measureMs: 3_000 }
    const bench: Bench = { server, options, installation: newInstallationSecret(), load, ...times }
    const asked = Object.keys(parts).filter((name) => options.args.includes(name))
    const findings: Finding[] = []
    for (const [name, part] of Object.entries(parts)) if (asked.length === 0 || asked.includes(name)) findings.push(...(await part(bench)))
    if (findings.every(isMet)) return findings
    const made = await measureParts(bench)
    tellParts(made)
    return findings.map((finding) => (/_1(_|$)/.test(finding.key) ? { ...finding, rest: [finding.rest, whatALoneOneWaitsFor(made)].join('; ') } : finding))
  } finally {
    await stopAll()
    await server.stop()
  }
}

async function routeAgainstEmpty(bench: Bench): Promise<Finding[]> {
  const database = await preparedDatabase(bench)
  const web = await startProductWeb(database, bench.installation)
  const empty = await startEmptyNext(database, bench.installation)
  const both = [
    { contender: web, database },
    { contender: empty, database: null },
  ]
  await overHttp(warming(bench), 32, both)
  const findings: Finding[] = []
  for (const connections of [1, 8, 32, 256]) {
    const rounds = await overHttp(bench, connections, both)
    const [ours = [], floor = []] = [rounds[web.name], rounds[empty.name]]
    tell('route handler and an empty one', connections, rounds)
    if (connections === 1) {
      const slower = pairedDifference(values(ours, 'p50'), values(floor, 'p50'))
      findings.push({ key: 'route_1_slower_ms', ratio: slower.median, spread: slower, goal: '<=1', rest: whereItGoes(ours, floor) })
    } else findings.push(ratioOf(`route_${connections}`, ours, floor, '>=0.9'))
  }
  return findings
}

async function listenerAgainstBare(bench: Bench): Promise<Finding[]> {
  const [first, second] = [await preparedDatabase(bench), await preparedDatabase(bench)]
  const listener = await startListener(first, bench.installation)
  const bare = await startBare(second, bench.installation)
  const both = [
    { contender: listener, database: first },
    { contender: bare, database: second },
  ]
  await overHttp(warming(bench), 32, both)
  const findings: Finding[] = []
  for (const connections of [1, 8, 32, 256]) {
    const rounds = await overHttp(bench, connections, both)
    const [ours = [], theirs = []] = [rounds[listener.name], rounds[bare.name]]
    tell('listener and a bare node:http server', connections, rounds)
    const shared = connections > 8
    findings.push(ratioOf(`listener_${connections}`, ours, theirs, shared ? '>=1.2' : '>=0.95'))
    const slowest = pairedRatio(values(ours, 'p99'), values(theirs, 'p99'))
    // Where both do the same work, the same tail is the most one can ask for; a twentieth is noise.
    findings.push({
      key: `listener_${connections}_p99`,
      ratio: slowest.median,
      spread: slowest,
      goal: shared ? '<=1' : '<=1.05',
      rest: `p99 ${shown(spreadOf(values(ours, 'p99')))} ms, bare ${shown(spreadOf(values(theirs, 'p99')))} ms; ${whereItGoes(ours, theirs)}`,
    })
  }
  return findings
}

async function receiveAgainstPeer(bench: Bench): Promise<Finding[]> {
  const goals = { 32: '>=3', 256: '>=5' } as const
  const database = await preparedDatabase(bench)
  const theirs = await bench.server.bareDatabase()
  const environment = (contender: string, url: string) => ({
    ...benchEnvironment(database, bench.installation),
    BENCH_CONTENDER: contender,
    BENCH_DATABASE_URL: url,
  })
  const receive = await startAnswering('receive', 'in-process.ts', environment('receive', ''), { saysReady: true })
  let peer: Answering
  try {
    peer = await startAnswering('peer', 'in-process.ts', environment('peer', theirs.adminUrl), { saysReady: true })
  } catch (error) {
    if (!isSentence(error)) throw error
    return ([32, 256] as const).map((at) => ({ key: `receive_${at}`, ratio: null, goal: goals[at], rest: error.message }))
  }
  const findings: Finding[] = []
  for (const connections of [32, 256] as const) {
    let most = bench.options.quick ? 12_000 : 30_000
    const rounds = await interleaved(['receive', 'peer'], bench.rounds, async (name, round) => {
      const load = name === 'receive' ? receive : peer
      const place = name === 'receive' ? { url: database.adminUrl, name: 'inbox_event' } : { url: theirs.adminUrl, name: 'stripe.charges' }
      const ask = { connections, warmMs: bench.warmMs, measureMs: bench.measureMs, most, prefix: `${name}${connections}r${round}x` }
      const done = await runRound({ server: bench.server, load, pids: { [name]: load.pid, database: bench.server.pid }, table: place, ask })
      most = Math.max(most, Math.ceil(done.total * 1.5))
      return done
    })
    tell('receive() and the peer, called in process', connections, rounds)
    findings.push(ratioOf(`receive_${connections}`, rounds.receive, rounds.peer, goals[connections]))
  }
  return findings
}

async function overHttp(bench: Bench, connections: number, contenders: { contender: Contender; database: BenchDatabase | null }[]): Promise<Rounds> {
  const most = new Map<string, number>()
  return interleaved(
    contenders.map(({ contender }) => contender.name),
    bench.rounds,
    async (name, round) => {
      const found = contenders.find(({ contender }) => contender.name === name)
      if (!found) throw new Error(name)
      const { contender, database } = found
      const whole = (bench.warmMs + bench.measureMs) / 1000
      const ask = {
        connections,
        warmMs: bench.warmMs,
        measureMs: bench.measureMs,
        most: most.get(name) ?? bench.most ?? Math.min(40_000, Math.ceil(whole * (connections === 1 ? 4_000 : 12_000))),
        prefix: `${contender.name}${connections}m${bench.measureMs}r${round}x`,
        port: contender.port,
        path,
      }
      const pids = { server: contender.pid, database: bench.server.pid, load: bench.load.pid }
      const done = await runRound({ server: bench.server, load: bench.load, pids, table: database && { url: database.adminUrl, name: 'inbox_event' }, ask })
      // As many as it is going to need, and half as many again: making them takes time.
      most.set(name, Math.max(2_000, Math.ceil(done.total * 1.5)))
      return done
    },
  )
}

/** One round that nobody looks at: until its code is compiled, a process measures the compiler. So many events, however long they take; short rounds need them as much. */
function warming(bench: Bench): Bench {
  return { ...bench, rounds: 1, warmMs: 0, measureMs: 60_000, most: 15_000 }
}

/** What a delivery costs our own code by part, and a lone one by the clock, for the goals that were missed: the rest is the server around it. */
async function measureParts(bench: Bench): Promise<Parts> {
  const database = await preparedDatabase(bench)
  const child = await startAnswering('parts', 'parts.ts', benchEnvironment(database, bench.installation), { saysReady: true })
  return child.ask<Parts>({ measure: true })
}

function tellParts({ processor, waits }: Parts): void {
  const costs = Object.entries(processor).map(([name, cost]) => [name, figure(cost)])
  const names: [keyof typeof waits, string][] = [
    ['flush', 'write and fdatasync of 8 kB, without PostgreSQL'],
    ['trip', 'SELECT 1, prepared'],
    ['soon', 'INSERT that does not wait for the disk'],
    ['durable', 'INSERT, durable'],
    ['receive', 'receive(), from the body in memory to the answer'],
  ]
  const times = names.map(([name, label]) => [label, figure(waits[name].p50), figure(waits[name].p99)])
  process.stdout.write(`  our part of a delivery in µs of processor, alone and warm\n${table(['part', 'µs'], costs)}\n`)
  process.stdout.write(`  a lone delivery without HTTP, in µs by the clock\n${table(['', 'p50', 'p99'], times)}\n`)
}

/** An empty handler waits for none of this; the bare server for all but our own code. */
function whatALoneOneWaitsFor({ waits }: Parts): string {
  const ms = (name: keyof Parts['waits']) => figure(waits[name].p50 / 1_000)
  const disk = figure((waits.durable.p50 - waits.soon.p50) / 1_000)
  return `without HTTP a lone delivery takes us ${ms('receive')} ms, ${ms('durable')} of them for the INSERT, ${disk} of those until its commit is on the disk (a bare write and fdatasync: ${ms('flush')})`
}

async function preparedDatabase(bench: Bench): Promise<BenchDatabase> {
  const database = await bench.server.database()
  await prepareEndpoint(database, bench.installation)
  return database
}

function values(rounds: readonly Round[], name: 'perSecond' | 'p50' | 'p99'): number[] {
  return rounds.map((round) => round[name])
}

function ratioOf(key: string, ours: readonly Round[], theirs: readonly Round[], goal: Finding['goal']): Finding {
  const spread = pairedRatio(values(ours, 'perSecond'), values(theirs, 'perSecond'))
  return { key, ratio: spread.median, spread, goal, rest: whereItGoes(ours, theirs) }
}

/**
 * Microseconds of processor per event by process, ours against theirs: what is beyond theirs is what the rest is spent on.
 * One at a time the processes take turns, so that all of them count; under load the server does, while the others run beside it.
 */
function whereItGoes(ours: readonly Round[], theirs: readonly Round[]): string {
  const median = (rounds: readonly Round[], name: string) => spreadOf(rounds.map(({ cost }) => cost[name] ?? 0)).median
  const costs = (rounds: readonly Round[]) => {
    const names = Object.keys(rounds[0]?.cost ?? {})
    const sum = names.reduce((total, name) => total + median(rounds, name), 0)
    return `${names.map((name) => `${name} ${figure(median(rounds, name))}`).join(', ')}, together ${figure(sum)}`
  }
  const busy = spreadOf(ours.map((round) => Object.values(round.busy).reduce((sum, one) => sum + one, 0))).median
  const alone = median(theirs, 'server') / median(ours, 'server')
  return [
    `processor per event in µs: ours ${costs(ours)}; theirs ${costs(theirs)}`,
    // Absent for what is called without HTTP.
    ...(Number.isNaN(alone) ? [] : [`the servers' own processor time alone would give a ratio of ${figure(alone)}`]),
    `${figure(busy)} processors busy with ours`,
  ].join('; ')
}

function tell(title: string, connections: number, rounds: Rounds): void {
  const [one = 0] = loadavg()
  process.stdout.write(
    `  ${title}, ${connections} at a time (load of the machine ${one.toFixed(1)})\n${table(
      ['', 'events/s', 'p50 ms', 'p99 ms', 'processors busy'],
      Object.entries(rounds).map(([name, samples]) => [
        name,
        shown(spreadOf(values(samples, 'perSecond'))),
        shown(spreadOf(values(samples, 'p50'))),
        shown(spreadOf(values(samples, 'p99'))),
        Object.keys(samples[0]?.busy ?? {})
          .map((process_) => `${process_} ${figure(spreadOf(samples.map(({ busy }) => busy[process_] ?? 0)).median)}`)
          .join(', '),
      ]),
    )}`,
  )
  for (const [name, samples] of Object.entries(rounds)) {
    const others = samples.reduce((sum, round) => sum + round.others, 0)
    if (others > 0) process.stdout.write(`  ${name}: ${others} were not answered 200 (${samples.find(({ first }) => first)?.first ?? ''})\n`)
  }
  process.stdout.write('\n')
}
