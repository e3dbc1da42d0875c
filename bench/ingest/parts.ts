import { workerPool } from '@/lib/db/pools'
import { receive } from '@/lib/inbox/receive'
import { insertDeliveries } from '@/lib/inbox/store/deliveries'
import { clock } from '@/lib/kernel/clock'
import { newId } from '@/lib/kernel/id'
import { sha256 } from '@/lib/kernel/seal'
import { verifySignature } from '@/lib/stripe/signature'
import { flushTimes } from '../measure/disk'
import { percentile } from '../measure/statistics'
import { account, endpoint, secret, signedEvents } from './event'

/**
 * What a delivery is made of, measured in a process of its own, warm and with nobody beside it. `processor`: microseconds
 * of processor that this process spends on a part. `waits`: microseconds by the clock, one delivery at a time.
 */
export type Parts = { processor: Record<string, number>; waits: Record<Wait, { p50: number; p99: number }> }

/** `flush`: 8 kB written and fdatasync, without PostgreSQL. `trip`: SELECT 1. `soon`: an INSERT that does not wait for the disk, `durable`: one that does. `receive`: from the body in memory to the answer. */
type Wait = 'flush' | 'trip' | 'soon' | 'durable' | 'receive'

const count = 2_000
process.on('message', () => void measure().then((parts) => process.send?.(parts)))
process.send?.('ready')

async function measure(): Promise<Parts> {
  const processor = await processorOfParts()
  return { processor, waits: await waitsOfLoneOnes() }
}

async function processorOfParts(): Promise<Parts['processor']> {
  const events = signedEvents(count, `parts${process.pid}x`)
  const nowSeconds = Math.floor(Date.now() / 1000)
  const parts: Parts['processor'] = {}
  const each = (name: string, work: (body: Buffer, signature: string) => unknown): void => {
    const round = () => events.forEach(({ body, signature }) => void work(body, signature))
    round()
    const before = process.cpuUsage()
    for (let at = 0; at < 3; at++) round()
    parts[name] = microseconds(before) / count / 3
  }
  each('signature', (body, signature) => verifySignature(body, signature, [secret], nowSeconds))
  each('JSON', (body) => JSON.parse(body.toString()) as unknown)
  each('digest and id', (body) => [sha256(body), newId(), clock.now().toISOString()])
  for (const rows of [1, 4, 16, 64]) {
    const insert = async (round: string) => {
      for (let at = 0; at + rows <= count; at += rows)
        await insertDeliveries(
          events.slice(at, at + rows).map(({ body }, index) => rowOf(body, `evt_${round}${rows}_${at + index}`)),
          { wake: false },
        )
    }
    await insert('warm')
    const before = process.cpuUsage()
    await insert('run')
    parts[`INSERT of ${rows}, per row`] = microseconds(before) / (Math.floor(count / rows) * rows)
  }
  return parts
}

/** One after the other, so that the pool lends the same connection each time: what is set on it holds for the next. */
async function waitsOfLoneOnes(): Promise<Parts['waits']> {
  const time = async (name: Wait, work: (body: Buffer, signature: string, at: number) => Promise<unknown>) => {
    const times: number[] = []
    for (const [at, { body, signature }] of signedEvents(count, `${name}${process.pid}x`).entries()) {
      const started = performance.now()
      await work(body, signature, at)
      times.push(performance.now() - started)
    }
    return inMicroseconds(times.slice(count / 4))
  }
  const insert = (prefix: string) => (body: Buffer, _: string, at: number) => insertDeliveries([rowOf(body, `evt_${prefix}_${at}`)], { wake: false })
  const flush = inMicroseconds(flushTimes(500))
  const trip = await time('trip', () => workerPool().query({ name: 'round_trip', text: 'SELECT 1', values: [] }))
  await workerPool().query('SET synchronous_commit = off')
  const soon = await time('soon', insert('soon'))
  await workerPool().query('SET synchronous_commit = on')
  const durable = await time('durable', insert('durable'))
  const whole = await time('receive', async (body, signature) => {
    const { status, code } = await receive({ endpoint_id: endpoint, body, signature })
    if (status !== 200) throw new Error(`${status} ${code}`)
  })
  return { flush, trip, soon, durable, receive: whole }
}

function rowOf(body: Buffer, event_id: string): Parameters<typeof insertDeliveries>[0][number] {
  const at = clock.now()
  return {
    bucket: 1,
    id: newId(),
    scope: `${account}:test`,
    event_id,
    endpoint_id: endpoint,
    mode: 'test',
    account_id: account,
    type: 'charge.succeeded',
    object_id: 'ch_parts',
    api_version: null,
    created_at: at,
    body,
    body_sha256: sha256(body),
    received_at: at,
  }
}

function inMicroseconds(times: readonly number[]): { p50: number; p99: number } {
  return { p50: percentile(times, 0.5) * 1_000, p99: percentile(times, 0.99) * 1_000 }
}

function microseconds(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return user + system
}
