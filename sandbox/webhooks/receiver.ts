import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface Received {
  readonly body: string
  readonly headers: IncomingHttpHeaders
  readonly socket: Socket
}

/** A receiver of webhooks for tests: keeps what came, answers what it is told to. */
export class Receiver {
  readonly got: Received[] = []
  /** How the n-th request (from 0) is answered; 200 unless told otherwise. */
  answer: (n: number, reply: ServerResponse) => void = (_n, reply) => reply.end('ok')

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Receiver> {
    const server = createServer()
    const receiver = new Receiver(server)
    server.on('request', (request, reply) => {
      let body = ''
      request.setEncoding('utf8')
      request.on('data', (part: string) => (body += part))
      request.on('end', () => {
        const n = receiver.got.push({ body, headers: request.headers, socket: request.socket }) - 1
        receiver.answer(n, reply)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/webhook`
  }

  reset(): void {
    this.got.length = 0
    this.answer = (_n, reply) => reply.end('ok')
  }

  close(): Promise<void> {
    this.server.closeAllConnections()
    return new Promise((resolve) => this.server.close(() => resolve()))
  }
}
