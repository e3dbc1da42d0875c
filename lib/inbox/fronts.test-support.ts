import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { stripeListener } from '@/lib/edge/stripe-listener'
import { POST } from '@/app/api/webhooks/stripe/[endpoint]/route'

/** What is sent to one of the two servers that hear Stripe. A body of chunks is sent without saying how long it is. */
export type Sent = { to: string; body: Buffer | AsyncIterable<Uint8Array>; headers?: Record<string, string>; from?: string }
export type Reply = { status: number; retryAfter: string | null; body: string }
export type Front = { name: string; send(sent: Sent): Promise<Reply>; close(): Promise<void> }

/** The handler that Next calls, called with real Requests. */
export function routeFront(): Front {
  return {
    name: 'route handler',
    async send({ to, body, headers = {}, from = '10.0.0.1' }) {
      const request = new Request(`http://127.0.0.1/api/webhooks/stripe/${to}`, {
        method: 'POST',
        headers: { ...headers, 'x-forwarded-for': from },
        ...(Buffer.isBuffer(body) ? { body: Uint8Array.from(body) } : { body: Readable.toWeb(Readable.from(body)) as ReadableStream, duplex: 'half' as const }),
      })
      const answer = await POST(request, { params: Promise.resolve({ endpoint: to }) })
      return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: await answer.text() }
    },
    close: () => Promise.resolve(),
  }
}

/** The stand-alone listener, over HTTP. */
export async function listenerFront(): Promise<Front & { port: number }> {
  const server = stripeListener()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    name: 'listener',
    port,
    send: ({ to, body, headers = {}, from = '10.0.0.1' }) =>
      new Promise((resolve, reject) => {
        let answering = false
        const length = Buffer.isBuffer(body) && !('content-length' in headers) ? { 'content-length': String(body.length) } : {}
        const request = httpRequest(
          { host: '127.0.0.1', port, method: 'POST', path: `/api/webhooks/stripe/${to}`, headers: { ...length, ...headers, 'x-forwarded-for': from } },
          (answer) => {
            answering = true
            const parts: Buffer[] = []
            answer.on('data', (part: Buffer) => parts.push(part))
            answer.on('end', () =>
              resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] ?? null, body: Buffer.concat(parts).toString() }),
            )
          },
        )
        // What is refused early is answered while we still send.
        request.on('error', (error) => (answering ? undefined : reject(error)))
        if (Buffer.isBuffer(body)) request.end(body)
        else Readable.from(body).pipe(request)
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Stands between the product and its database, and fails as networks and databases do. */
export async function wireTo(databaseUrl: string) {
  const target = new URL(databaseUrl)
  const open = new Set<Socket>()
  const silent = new WeakSet<Socket>()
  let state: 'up' | 'down' | 'mute' = 'up'
  const server = createServer((near) => {
    if (state === 'down') return void near.destroy()
    const far = connect(Number(target.port), target.hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
    }
    near.on('data', (data) => (silent.has(near) ? undefined : void far.write(data)))
    // Mute: what is asked arrives and is done, the answer is lost with its connection.
    far.on('data', (data) => (silent.has(near) ? undefined : state === 'mute' ? void near.destroy() : void near.write(data)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const through = new URL(databaseUrl)
  through.port = String(port)
  through.hostname = '127.0.0.1'
  return {
    url: through.toString(),
    set(next: typeof state) {
      state = next
      if (next === 'down') for (const socket of open) socket.destroy()
    },
    /** The server at the other end of what is open vanishes without a word; who connects anew finds another. */
    vanish() {
      for (const socket of open) silent.add(socket)
    },
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of open) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
