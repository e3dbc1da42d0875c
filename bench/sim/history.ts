import { startCheckout } from '@/lib/checkout/start-checkout'
import { readPayStatus } from '@/lib/checkout/pay-status'
import { receive } from '@/lib/inbox/receive'
import { startReplay } from '@/lib/inbox/replay/start-replay'
import { codeOf } from '@/lib/kernel/fault'
import { newId } from '@/lib/kernel/id'
import type { Network, WireReply } from '@/lib/kernel/network'
import type { Delivery, Faults, Random, World, WorldOptions } from './contract'
import type { Database } from './database'
import { dueTimes } from './due'
import { createFate } from './fate'
import { Dice, engineFaults, swarm } from './faults'
import { setRunning } from './ports'
import { Processes } from './processes'
import { replayEverything } from './replay'
import { seededRandom } from './random'
import { currentFiber, Scheduler, type Process } from './scheduler'
import { Sessions } from './sessions'
import { enter, type Entered } from './setup'
import { Work } from './work'

const minute = 60_000

/** What a seed says about its history. `replays`: at its end everything is folded again; `replaysMeanwhile`: also in its midst, now and then. */
export type Options = {
  workers: number
  webs: number
  hurry: number
  slothMs: number
  world: WorldOptions
  engine: Faults
  replays: boolean
  replaysMeanwhile: boolean
}

export type Result = {
  seed: string
  options: Options
  events: number
  steps: number
  virtualMs: number
  hash: string
  violations: string[]
  hits: Record<string, number>
  /** State edges that were taken, as `table: from -> to`. */
  failures: Record<string, number>
}

/** The world of a history and its judge. */
export type Scene = {
  worldFaults: Faults
  open(random: Random, options: WorldOptions, database: Database): { world: World; check(moment: 'during' | 'end'): Promise<string[]> }
}

export function deriveOptions(seed: string, worldFaults: Faults, only: readonly string[] | null): Options {
  const random = seededRandom(`${seed}/options`)
  return {
    workers: 2 + random.int(2),
    webs: 1 + random.int(2),
    hurry: random.pick([0, 0, 0.01, 0.05]),
    slothMs: random.pick([0, 5, 30, 60, 120, 120]) * minute,
    world: {
      tenants: random.pick([1, 2, 2, 3]),
      storesPerTenant: random.pick([1, 1, 2]),
      orders: 5 + random.int(4),
      faults: swarm(random, worldFaults, only),
      sluggishShops: only === null ? random.fork('sluggish').pick([0, 0, 0.15]) : 0,
    },
    engine: swarm(random, engineFaults, only),
    replays: random.chance(0.1),
    replaysMeanwhile: random.chance(0.3),
  }
}

/** Everything after this is a defect of the simulation or an endless loop of the product. */
const mostSteps = 60_000
/** The longest wait of the product (15 minutes), set by a clock that was 10 minutes ahead, and some air. */
const livenessMs = 30 * minute
const startMs = Date.UTC(2026, 0, 5, 9)

/** Lives one history through; the same seed, code and options give the same result. */
export async function runHistory(
  seed: string,
  database: Database,
  scene: Scene,
  how: { only: readonly string[] | null; trace: ((line: string) => void) | null },
  setSessions: (sessions: Sessions | null) => void,
): Promise<Result> {
  const options = deriveOptions(seed, scene.worldFaults, how.only)
  const random = seededRandom(seed)
  const scheduler = new Scheduler(startMs, random.fork('schedule'), 0)
  scheduler.trace = how.trace
  const { world, check } = scene.open(random.fork('world'), options.world, database)
  const dice = new Dice(random.fork('dice'), options.engine)
  const engine = random.fork('engine')
  const replaying = random.fork('replays')
  const work = new Work(scheduler, random.fork('work'), options.slothMs)
  work.replaysBesideDrain = options.replaysMeanwhile
  const inHand = new Map<Process, Set<Delivery>>()
  const processes: Processes = new Processes(
    scheduler,
    () => sessions,
    random.fork('processes'),
    dice,
    (process, kind) => {
      if (kind === 'worker') work.begin(process)
      else {
        inHand.set(process, new Set())
        process.onDeath.add(async () => {
          for (const delivery of inHand.get(process) ?? []) world.answered(delivery, null)
          inHand.delete(process)
        })
      }
    },
  )
  const fate = createFate({ dice, random: random.fork('fate'), scheduler, database, processes: () => processes, changed: () => void (sessions.writes += 1) })
  const sessions: Sessions = new Sessions(database, scheduler, fate, (channel) => work.notified(channel))
  scheduler.onStep = fate
  setSessions(sessions)
  setRunning({ scheduler, random: random.fork('ids'), network: networkOf(world, scheduler, random.fork('network')) })

  const violations: string[] = []
  const tokens = new Map<string, string>()
  let entered: Map<string, Entered> = new Map()

  /** Somebody has what is stored of a tenant folded again, while life goes on. */
  const replaySome = () => {
    const process = processes.any('web')
    const [place] = replaying.shuffle([...entered.values()])
    if (process === null || place === undefined) return
    const scope = { tenant_id: place.tenant_id, mode: place.mode }
    const dry_run = replaying.chance(0.2)
    scheduler.start(process, 'replay', () => startReplay(scope, { filter: { all: true }, dry_run, actor: { kind: 'operator' } }))
  }

  const deliver = () => {
    const deliveries = world.takeDeliveries(scheduler.nowMs)
    if (options.replaysMeanwhile && deliveries.length > 0 && replaying.chance(0.2)) replaySome()
    for (const delivery of deliveries) {
      const process = processes.any('web')
      const place = entered.get(delivery.tenant)
      if (process === null || place === undefined) {
        world.answered(delivery, null)
        continue
      }
      const held = inHand.get(process)
      held?.add(delivery)
      const answer = (status: number | null) => {
        held?.delete(delivery)
        scheduler.note(`answered ${delivery.id} ${status}`)
        world.answered(delivery, status)
      }
      scheduler.start(
        process,
        `receive ${delivery.id}`,
        async () => {
          const { status } = await receive({ endpoint_id: place.endpoint_id, body: Buffer.from(delivery.body), signature: delivery.signature })
          await point(scheduler, 'answer')
          return status
        },
        (result) => answer('error' in result ? 503 : dice.met('answer.lost') ? null : result.value),
      )
    }
  }

  const act = (): boolean => {
    const action = world.act(scheduler.nowMs)
    if (action === null) return false
    scheduler.note(`act ${JSON.stringify(action)}`)
    if (action.kind === 'world') return true
    const process = processes.any('web')
    const place = entered.get(action.tenant)
    if (process === null || place === undefined) return true
    const scope = { tenant_id: place.tenant_id, mode: place.mode }
    if (action.kind === 'checkout') {
      const times = engine.chance(0.1) ? 2 : 1
      for (let i = 0; i < times; i++)
        scheduler.start(
          process,
          `checkout ${action.order}`,
          () =>
            startCheckout(scope, { store_id: place.stores.get(action.store) ?? '', order: { external_id: action.order }, created_by: `api_key:${newId()}` }),
          (result) => {
            if ('error' in result) return scheduler.note(`checkout ${action.order} refused ${codeOf(result.error) ?? String(result.error)}`)
            const session = result.value.session?.client_secret.split('_secret_')[0]
            if (session) tokens.set(session, result.value.pay_url.slice(result.value.pay_url.lastIndexOf('/') + 1))
          },
        )
    } else {
      const token = tokens.get(action.session)
      if (token) scheduler.start(process, `look ${action.session}`, () => readPayStatus(token))
    }
    return true
  }

  /** What can happen without waiting. */
  const goOn = async (acts: boolean): Promise<'went on' | 'waits' | 'over'> => {
    const dueMs = world.nextDueMs()
    if (dueMs === null || dueMs <= scheduler.nowMs) {
      if (acts && !act()) return 'over'
      deliver()
    }
    returningMs = processes.revive()
    if (!(await scheduler.step())) return 'waits'
    if (scheduler.steps > mostSteps) throw new Error(`more than ${mostSteps} steps`)
    return 'went on'
  }
  let returningMs: number | null = null
  let due: Awaited<ReturnType<typeof dueTimes>> = new Map()
  let lookedAt = -1

  /** Moves time to where something can happen; false when that is after the limit or never. */
  const wait = async (limitMs: number): Promise<{ moved: boolean; open: string[] }> => {
    if (sessions.writes !== lookedAt) due = await dueTimes(database)
    lookedAt = sessions.writes
    const open = (['drain', 'reads', 'settle', 'backfill', 'effects', 'replays'] as const).filter((queue) => due.has(queue))
    const at = Math.min(scheduler.nextMomentMs() ?? Infinity, work.nextMs(due) ?? Infinity, returningMs ?? Infinity, world.nextDueMs() ?? Infinity)
    if (at > limitMs) return { moved: false, open }
    if (at > scheduler.nowMs) scheduler.nowMs = Math.ceil(at)
    work.poll(due)
    return { moved: true, open }
  }

  /** Nothing fails any more: everything that is under way must come to its end before the limit. */
  const untilQuiet = async (limitMs: number) => {
    for (;;) {
      if ((await goOn(false)) === 'went on') continue
      // What Stripe has put on its way is waited for, however far its next round is.
      const soon = Math.min(limitMs, Math.max(scheduler.nowMs + minute, world.nextDeliveryMs() ?? 0))
      const near = await wait(soon)
      if (near.moved) continue
      if (near.open.length === 0) return
      if (!(await wait(limitMs)).moved) return void violations.push(`not done ${livenessMs / minute} minutes after everything healed: ${near.open.join(', ')}`)
    }
  }

  try {
    entered = await enter(world.tenants)
    for (let i = 0; i < options.webs; i++) processes.start('web', i)
    for (let i = 0; i < options.workers; i++) processes.start('worker', i)
    scheduler.hurry = options.hurry
    for (let went = await goOn(true); went !== 'over' && violations.length === 0; went = await goOn(true)) {
      if (went === 'waits') await wait(Infinity)
      else if (scheduler.steps % 500 === 0) violations.push(...(await check('during')))
    }

    // A world whose plan was broken off asks to be acted in for ever; there is nothing to wait for in it.
    if (violations.length === 0) {
      scheduler.note('healed')
      scheduler.hurry = 0
      work.heal()
      dice.heal()
      world.heal()
      processes.heal()
      work.everyone()
      await untilQuiet(scheduler.nowMs + livenessMs)
      for (let sweep = 0; sweep < 2 && violations.length === 0; sweep++) {
        scheduler.nowMs += 61 * minute
        work.everyone()
        await untilQuiet(scheduler.nowMs + livenessMs)
      }
      violations.push(...(await check('end')))
      if (options.replays && violations.length === 0) violations.push(...(await replayEverything([...entered.values()], { database, scheduler, work })))
    }
  } catch (error) {
    violations.push(`the history could not be lived through: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  } finally {
    for (const process of processes.all()) await processes.kill(process, 'the end')
    await sessions.closeAll()
    setSessions(null)
    setRunning(null)
  }

  return {
    seed,
    options,
    events: world.events(),
    steps: scheduler.steps,
    virtualMs: scheduler.nowMs - startMs,
    hash: scheduler.traceHash(),
    violations,
    hits: { ...world.hits(), ...dice.hits() },
    failures: Object.fromEntries(work.failures),
  }
}

async function point(scheduler: Scheduler, label: string): Promise<void> {
  const fiber = currentFiber()
  if (fiber) await scheduler.perform({ fiber, kind: 'point', label, isReady: () => true, run: async () => ({ value: undefined }) })
}

/** Stripe and the shops as the product's network: no socket, and what is not answered takes its time. */
function networkOf(world: World, scheduler: Scheduler, random: Random): Network {
  return {
    async exchange(wire): Promise<WireReply> {
      const fiber = currentFiber()
      const request = { method: wire.method, url: wire.url, headers: wire.headers, body: wire.body ?? '' }
      const { host, pathname } = new URL(wire.url)
      const label = `${wire.method} ${host === 'api.stripe.com' ? 'stripe' : 'shop'} ${pathname.replace(/\/(\d+|[a-z]+_\w+)(?=\/|$)/g, '/*')}`
      const exchange = fiber
        ? ((await scheduler.perform({
            fiber,
            kind: 'exchange',
            label,
            isReady: () => true,
            run: async () => {
              const value = world.exchange(request, scheduler.nowMs)
              return { value, note: value.kind === 'reply' ? String(value.reply.status) : value.kind }
            },
          })) as ReturnType<World['exchange']>)
        : world.exchange(request, scheduler.nowMs)
      if (exchange.kind === 'reply') {
        if (fiber && random.chance(0.2)) await scheduler.sleep(random.int(3_000), wire.signal)
        return { status: exchange.reply.status, headers: lower(exchange.reply.headers), body: exchange.reply.body }
      }
      if (fiber && random.chance(0.5)) {
        await scheduler.sleep(wire.timeoutMs, wire.signal)
        throw Object.assign(new TypeError('ETIMEDOUT'), { code: 'ETIMEDOUT' })
      }
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
    },
  }
}

function lower(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
