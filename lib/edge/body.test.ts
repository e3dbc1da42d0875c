import { createServer, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { readBytes, readIncoming } from './body'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

it('a body in very many chunks is read as it was sent, and weighs little more than its bytes meanwhile', async () => {
  const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, at) => at % 251))
  let at = 0
  let grown = 0
  collect()
  const before = process.memoryUsage().heapUsed
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at === bytes.length) {
        collect()
        grown = process.memoryUsage().heapUsed - before
        return controller.close()
      }
      controller.enqueue(Uint8Array.of(bytes[at++] ?? 0))
    },
  })
  const read = await readBytes(new Request('http://127.0.0.1/', { method: 'POST', body, duplex: 'half' } as RequestInit))
  expect(read.equals(bytes)).toBe(true)
  expect(grown).toBeLessThan(5_000_000)
})

it('a request that broke off before it is read is not waited for', async () => {
  const server = createServer()
  const asked = new Promise<IncomingMessage>((resolve) => server.once('request', resolve))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc')
  const message = await asked
  socket.destroy()
  await expect.poll(() => message.destroyed).toBe(true)
  await expect(readIncoming(message, { deadlineMs: 500 })).rejects.toMatchObject({ code: 'body_unreadable' })
  server.close()
})
