import { createServer, request as ask, type IncomingMessage } from 'node:http'
import { Agent } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where a request through the wire is cut: before it reaches the web, in its middle, or after the web has answered. */
export type Cut = 'before' | 'within' | 'answered'

/** The line between the world and the web. It can be cut, and it remembers what the web promised. */
export type Wire = {
  url: string
  /** Cuts the next request. */
  cutNext(how: Cut): void
  /** Ids of events that the web answered with 2xx, whether the sender heard it or not. */
  promised: ReadonlySet<string>
  /** How often each cut was really met. */
  met: Readonly<Record<Cut, number>>
  /** Forgets cuts that nothing met. */
  heal(): void
  close(): Promise<void>
}

export async function openWire(webPort: number): Promise<Wire> {
  const promised = new Set<string>()
  const met = { before: 0, within: 0, answered: 0 }
  const cuts: Cut[] = []
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  const server = createServer((incoming, outgoing) => {
    void bodyOf(incoming).then((body) => {
      if (body === null) return
      const cut = incoming.method === 'POST' ? cuts.shift() : undefined
      if (cut) met[cut]++
      if (cut === 'before') return void incoming.socket.resetAndDestroy()
      const event = incoming.url?.startsWith('/api/webhooks/stripe') === true ? (/"id":\s*"(evt_\w+)"/.exec(body.toString('latin1'))?.[1] ?? null) : null
      const upstream = ask({ host: '127.0.0.1', port: webPort, method: incoming.method, path: incoming.url, headers: incoming.headers, agent }, (answer) => {
        if (event !== null && (answer.statusCode ?? 500) < 300) promised.add(event)
        if (cut === 'answered') {
          answer.resume()
          incoming.socket.resetAndDestroy()
          return
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
        answer.on('error', () => incoming.socket.destroy())
      })
      upstream.on('error', () => incoming.socket.destroy())
      if (cut === 'within') {
        upstream.write(body.subarray(0, Math.floor(body.length / 2)), () => {
          upstream.destroy()
          incoming.socket.resetAndDestroy()
        })
      } else upstream.end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutNext: (how) => void cuts.push(how),
    promised,
    met,
    heal: () => void cuts.splice(0),
    close: () =>
      new Promise((resolve) => {
        agent.destroy()
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** The whole body, or null when the sender went away. */
function bodyOf(incoming: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    incoming.on('data', (part: Buffer) => parts.push(part))
    incoming.on('end', () => resolve(Buffer.concat(parts)))
    incoming.on('error', () => resolve(null))
    incoming.on('close', () => resolve(null))
  })
}
