import { connect, type Socket } from 'node:net'
import Stripe from 'stripe'

/** A signed delivery as bytes, made before it is due: signing is Stripe's work, not this machine's. */
export function requestOf(path: string, secret: string, body: string): Buffer {
  const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: Math.floor(Date.now() / 1000) })
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nStripe-Signature: ${signature}\r\n\r\n${body}`,
  )
}

/**
 * Sends over at most so many bare sockets, opened as they are needed and kept open, one request at a time on each. `post`
 * resolves with the milliseconds until its 200.
 */
export function startSender(port: number, connections: number): { post(request: Buffer): Promise<number>; close(): void } {
  const free: Socket[] = []
  const waiting: (() => void)[] = []
  let busy = 0
  const taken = async (): Promise<Socket> => {
    // The last one that was used: the others may be closed by the listener, which keeps none open for ever.
    for (let socket = free.pop(); socket; socket = free.pop()) if (!socket.destroyed && socket.writable) return socket
    return opened(port)
  }
  return {
    post: async (request) => {
      const started = performance.now()
      if (busy >= connections) await new Promise<void>((resolve) => waiting.push(resolve))
      busy += 1
      const socket = await taken()
      try {
        await answerTo(socket, request)
      } finally {
        busy -= 1
        free.push(socket)
        waiting.shift()?.()
      }
      return performance.now() - started
    },
    close: () => free.forEach((socket) => socket.destroy()),
  }
}

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('connect', () => resolve(socket)).once('error', reject)
  })
}

function answerTo(socket: Socket, request: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = ''
    const ended = () => reject(new Error('the listener closed a connection'))
    const hear = (chunk: Buffer) => {
      text += chunk.toString('latin1')
      const head = text.indexOf('\r\n\r\n')
      if (head < 0 || text.length < head + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)) return
      socket.off('data', hear).off('close', ended)
      if (text.startsWith('HTTP/1.1 200 ')) resolve()
      else reject(new Error(`a delivery was answered with ${text.slice(0, 40)}`))
    }
    socket.on('data', hear).on('close', ended)
    socket.write(request)
  })
}
