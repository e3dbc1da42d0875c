import { inspect } from 'node:util'
import { useClock as putClock } from '@/lib/kernel/clock'
import { useIdSource as putIdSource } from '@/lib/kernel/id'
import { useNetwork as putNetwork, type Network } from '@/lib/kernel/network'
import type { Log } from '@/lib/log/log'
import type { Random } from './contract'
import { currentFiber, type Scheduler } from './scheduler'

/** What every virtual process of this Node process shares: it says nothing that one process must not know of another. */
const isShared = (name: string) => /^(config|log|prisma|pool:[a-z]+|clock|id-source|network|outbound|stripe:.*)$/.test(name)

/** Who can be woken sooner and looks now and then all the same, looks no more often than this. */
const seldomMs = 4_000

/** The history that is running; the ports ask it. */
type Running = { scheduler: Scheduler; random: Random; network: Network }
let running: Running | null = null

export function setRunning(next: Running | null): void {
  running = next
}

function now(): Running {
  if (running === null) throw new Error('The product asked for time, chance or the network while no history runs.')
  return running
}

const shelfKey = Symbol.for('matchbook.shelf')

/**
 * Puts the simulator's ports in place of this process's, once: the product's clock, ids and network, its once-per-process
 * shelf (one for each virtual process), and for packages that know no port the timers and Math.random of fibers.
 */
export function takeOver(pools: { app: unknown; worker: unknown }, tell: ((line: string) => void) | null): void {
  const base = new Map<string, unknown>([
    ['pool:app', pools.app],
    ['pool:worker', pools.worker],
    ['pool:deliveries', pools.worker],
    ['log', quietLog(tell)],
  ])
  const shelfOf = (name: string) => (isShared(name) ? base : (currentFiber()?.process.shelf ?? base))
  Object.assign(globalThis, {
    [shelfKey]: {
      has: (name: string) => shelfOf(name).has(name),
      get: (name: string) => shelfOf(name).get(name),
      set: (name: string, value: unknown) => shelfOf(name).set(name, value),
    },
  })

  const timeMs = () => now().scheduler.nowMs + (currentFiber()?.process.skewMs ?? 0)
  putClock({
    now: () => new Date(timeMs()),
    nowMs: timeMs,
    wallMs: timeMs,
    sleep: (ms, signal) => now().scheduler.sleep(signal ? Math.max(ms, seldomMs) : ms, signal),
  })
  putIdSource({ uuid: () => uuidAt(timeMs(), now().random), bytes: (length) => bytes(now().random, length) })
  putNetwork({ exchange: (request) => now().network.exchange(request) })

  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, random: Math.random }
  const virtual = (call: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
    const fiber = currentFiber()
    if (!fiber) return real.setTimeout(call, ms, ...args)
    const { scheduler } = now()
    return new VirtualTimer(scheduler.at(scheduler.nowMs + (Number(ms) || 0), fiber, () => call(...args)))
  }
  Object.assign(globalThis, {
    setTimeout: Object.assign(virtual, real.setTimeout),
    clearTimeout: (timer: unknown) => (timer instanceof VirtualTimer ? timer.cancel() : real.clearTimeout(timer as NodeJS.Timeout)),
  })
  Math.random = () => (currentFiber() && running ? running.random.next() : real.random())
}

function quietLog(tell: ((line: string) => void) | null): Log {
  const say = (level: string) => (fields: Record<string, unknown>, message: string) =>
    tell?.(`${level}: ${message} ${inspect(fields, { depth: 2, breakLength: Infinity })}`)
  return { info: () => undefined, debug: () => undefined, warn: say('warn'), error: say('error') }
}

/** Looks enough like a timer of Node's. */
class VirtualTimer {
  constructor(readonly cancel: () => void) {}
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
  hasRef(): boolean {
    return true
  }
}

function bytes(random: Random, length: number): Buffer {
  const data = Buffer.allocUnsafe(length)
  for (let at = 0; at < length; at++) data[at] = random.int(256)
  return data
}

/** A uuid v7 of a moment, from the seed. */
export function uuidAt(ms: number, random: Random): string {
  const data = bytes(random, 16)
  data.writeUIntBE(Math.max(0, Math.floor(ms)), 0, 6)
  data[6] = ((data[6] as number) & 0x0f) | 0x70
  data[8] = ((data[8] as number) & 0x3f) | 0x80
  const hex = data.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
