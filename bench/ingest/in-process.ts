import { percentile } from '../measure/statistics'
import { openPeer } from '../peer/peer'
import { secret, endpoint, signedEvents, type SignedEvent } from './event'
import type { RoundReply } from './round'

/** A round without HTTP, so many calls at a time, asked for over the process's channel in two steps. */
export type CallAsk = { connections: number; warmMs: number; measureMs: number; most: number; prefix: string }

const take = process.env.BENCH_CONTENDER === 'peer' ? await peer() : await ours()
let ready: { ask: CallAsk; events: SignedEvent[] } | null = null
process.on('message', (message: { prepare: CallAsk } | { go: true }) => {
  if ('prepare' in message) {
    ready = { ask: message.prepare, events: signedEvents(message.prepare.most, message.prepare.prefix) }
    process.send?.({ prepared: true })
  } else if (ready) void run(ready.ask, ready.events).then((reply) => process.send?.(reply))
})
process.send?.('ready')

async function ours(): Promise<(event: SignedEvent) => Promise<void>> {
  const { receive } = await import('@/lib/inbox/receive')
  return async ({ body, signature }) => {
    const { status, code } = await receive({ endpoint_id: endpoint, body, signature })
    if (status !== 200) throw new Error(`${status} ${code}`)
  }
}

async function peer(): Promise<(event: SignedEvent) => Promise<void>> {
  const opened = await openPeer(process.env.BENCH_DATABASE_URL ?? '', { poolSize: 10, webhookSecret: secret })
  return ({ body, signature }) => opened.processWebhook(body, signature)
}

async function run({ connections, warmMs, measureMs, most }: CallAsk, events: SignedEvent[]): Promise<RoundReply> {
  const latencies = new Float64Array(most)
  let sent = 0
  let counted = 0
  let others = 0
  let first: string | null = null
  const begin = performance.now() + warmMs
  const end = begin + measureMs
  let last = begin
  const one = async (): Promise<void> => {
    for (;;) {
      const started = performance.now()
      const event = events[sent]
      if (started >= end || !event) return
      sent += 1
      await take(event).catch((error: Error) => {
        others += 1
        first ??= error.message
      })
      const done = performance.now()
      if (started >= begin && done <= end) {
        latencies[counted] = done - started
        counted += 1
        last = done
      }
    }
  }
  await Promise.all(Array.from({ length: connections }, one))
  const taken = latencies.subarray(0, counted)
  const seconds = (sent >= most ? last - begin : measureMs) / 1000
  return { perSecond: counted / seconds, p50: percentile(taken, 0.5), p99: percentile(taken, 0.99), total: sent, others, first }
}
