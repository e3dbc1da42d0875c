import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { clock } from '@/lib/kernel/clock'
import { messageOf } from '@/lib/kernel/fault'
import { log } from '@/lib/log/log'
import { bodyDeadlineMs, bodyLimit, readIncoming } from './body'
import { addressOf } from './core/caller-address'
import { readiness } from './readiness'
import { isDraining } from './shutdown'
import { answerDelivery, type DeliveryAnswer } from './stripe-delivery'

const place = '/api/webhooks/stripe/'
/** How long the rest of a refused body is read and thrown away, so that its sender gets to read the answer. */
const lingerMs = 500

/** The stand-alone listener: Stripe's deliveries at the same path as the web process, healthz, readyz, and nothing else. Not yet listening. */
export function stripeListener({ limit = bodyLimit, deadlineMs = bodyDeadlineMs } = {}): Server {
  const server = createServer((request, response) => {
    const path = pathOf(request.url)
    if (path.startsWith(place)) return void hear(request, response, path.slice(place.length))
    void about(path, request.method).then((answer) => send(request, response, answer))
  })
  // Bodies have a deadline of their own, which answers 408 in our words; Stripe keeps connections open between deliveries.
  server.requestTimeout = 0
  server.headersTimeout = 10_000
  server.keepAliveTimeout = 60_000
  server.on('clientError', (error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    // Node leaves it to us from here on and watches no time: a sender that does not close would keep its connection for ever.
    void clock.sleep(lingerMs).then(() => socket.destroy())
    log().debug({ error: messageOf(error) }, 'a connection sent something that is not HTTP')
  })
  return server

  async function hear(request: IncomingMessage, response: ServerResponse, endpoint: string): Promise<void> {
    if (request.method !== 'POST') return send(request, response, plain(405, 'method_not_allowed', 'Deliveries are sent with POST.', { allow: 'POST' }))
    const signature = request.headers['stripe-signature']
    const answer = await answerDelivery({
      endpoint_id: endpoint,
      signature: typeof signature === 'string' ? signature : null,
      from: () => addressOf(header(request, 'x-forwarded-for') ?? request.socket.remoteAddress ?? null),
      body: () => readIncoming(request, { limit, deadlineMs }),
    })
    send(request, response, answer)
  }
}

async function about(path: string, method: string | undefined): Promise<DeliveryAnswer> {
  if (path !== '/healthz' && path !== '/readyz') return plain(404, 'not_found', 'There is nothing at this address.')
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'method_not_allowed', 'Ask with GET.', { allow: 'GET, HEAD' })
  if (path === '/healthz') return { status: 200, headers: machineOnly, body: '{"status":"ok"}' }
  const state = await readiness()
  return { status: state.ready ? 200 : 503, headers: machineOnly, body: JSON.stringify(state) }
}

const machineOnly = { 'content-type': 'application/json', 'cache-control': 'private, no-store' }

function plain(status: number, code: string, message: string, headers: Record<string, string> = {}): DeliveryAnswer {
  return { status, headers: { ...machineOnly, ...headers }, body: JSON.stringify({ error: { code, message } }) }
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: DeliveryAnswer): void {
  if (response.destroyed) return
  const length = Buffer.byteLength(body)
  if (request.complete) {
    // A process that stops keeps no connection open for the next delivery.
    response.writeHead(status, isDraining() ? { ...headers, 'content-length': length, connection: 'close' } : { ...headers, 'content-length': length })
    response.end(body)
    return
  }
  // Closing on unread bytes would reset the connection under the answer.
  response.writeHead(status, { ...headers, 'content-length': length, connection: 'close' })
  response.write(body)
  const end = (): void => void response.end()
  request.once('end', end).once('close', end).resume()
  void clock.sleep(lingerMs).then(end)
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name]
  return typeof value === 'string' ? value : null
}

function pathOf(url = '/'): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}
