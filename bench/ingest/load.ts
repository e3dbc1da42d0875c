import { connect, type Socket } from 'node:net'
import { percentile } from '../measure/statistics'
import { signedEvents } from './event'
import type { RoundReply } from './round'

/** A round, asked for over the process's channel in two steps, so that making the requests is not measured. */
export type LoadAsk = { port: number; path: string; connections: number; warmMs: number; measureMs: number; most: number; prefix: string }

/**
 * The load generator, a process of its own: bare sockets kept open, one request at a time on each, requests made up
 * before the round starts. It reads no more of an answer than where it ends.
 */
let ready: { ask: LoadAsk; requests: Buffer[] } | null = null
process.on('message', (message: { prepare: LoadAsk } | { go: true }) => {
  if ('prepare' in message) {
    ready = { ask: message.prepare, requests: requestsFor(message.prepare) }
    process.send?.({ prepared: true })
  } else if (ready) void run(ready.ask, ready.requests).then((reply) => process.send?.(reply))
})

function requestsFor({ port, path, most, prefix }: LoadAsk): Buffer[] {
  return signedEvents(most, prefix).map(({ body, signature }) =>
    Buffer.concat([
      Buffer.from(
        `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)\r\nAccept: */*; q=0.5, application/xml\r\nCache-Control: no-cache\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${body.length}\r\nStripe-Signature: ${signature}\r\n\r\n`,
      ),
      body,
    ]),
  )
}

async function run({ port, connections, warmMs, measureMs, most }: LoadAsk, requests: Buffer[]): Promise<RoundReply> {
  const latencies = new Float64Array(most)
  let sent = 0
  let counted = 0
  let others = 0
  let first: string | null = null
  const begin = performance.now() + warmMs
  const end = begin + measureMs
  let last = begin
  const opened = async (): Promise<Socket> => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return socket
  }
  const one = async (): Promise<void> => {
    let socket = await opened()
    let next = answersOf(socket)
    for (;;) {
      const started = performance.now()
      if (started >= end || sent >= most) break
      const request = requests[sent]
      sent += 1
      if (request) socket.write(request)
      let status: number
      try {
        status = await next()
      } catch (error) {
        // A server that was held up for seconds closes connections that it takes for idle: the sender opens another.
        others += 1
        first ??= (error as Error).message
        socket = await opened()
        next = answersOf(socket)
        continue
      }
      const done = performance.now()
      if (status !== 200) {
        others += 1
        first ??= `answered ${status}`
      }
      if (started >= begin && done <= end) {
        latencies[counted] = done - started
        counted += 1
        last = done
      }
    }
    socket.destroy()
  }
  await Promise.all(Array.from({ length: connections }, one))
  const seconds = (sent >= most ? last - begin : measureMs) / 1000
  const taken = latencies.subarray(0, counted)
  return { perSecond: counted / seconds, p50: percentile(taken, 0.5), p99: percentile(taken, 0.99), total: sent, others, first }
}

/** Returns how to wait for the next whole answer; its status. */
function answersOf(socket: Socket): () => Promise<number> {
  let held = ''
  let waiting: { resolve(status: number): void; reject(error: Error): void } | null = null
  const look = (): void => {
    if (waiting === null || !isWhole(held)) return
    const { resolve } = waiting
    const status = Number(held.slice(9, 12))
    held = ''
    waiting = null
    resolve(status)
  }
  socket.on('data', (data) => {
    held += data.toString('latin1')
    look()
  })
  const lost = (error?: Error): void => {
    waiting?.reject(error ?? new Error('the connection was closed'))
    waiting = null
  }
  socket.on('error', lost).on('close', () => lost())
  return () =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject }
      look()
    })
}

function isWhole(text: string): boolean {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head + 2))
  return length ? text.length >= head + 4 + Number(length[1]) : text.endsWith('0\r\n\r\n')
}
