import { connect, type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { stripeListener } from './stripe-listener'

it('keeps no connection of who sends what is not HTTP and does not close', async () => {
  const server = stripeListener()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const open = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)))
  let answer = ''
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true })
  try {
    socket.on('data', (data: Buffer) => (answer += data.toString())).on('error', () => undefined)
    socket.write('rubbish\r\n\r\n')
    await expect.poll(() => answer).toContain('HTTP/1.1 400')
    await expect.poll(open, { timeout: 3_000 }).toBe(0)
  } finally {
    socket.destroy()
    server.close()
  }
})
