import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { createTestDatabase } from '@/scripts/test-database'
import { channels, closeHub, listen, notify } from './notify'
import { closePools, workerPool } from './pools'

it('a server that takes the first connection and says nothing is left, and heard at the next', async () => {
  const db = await createTestDatabase()
  const target = new URL(db.appUrl)
  const open: Socket[] = []
  const server = createServer((near) => {
    open.push(near.on('error', () => undefined))
    if (open.length === 1) return
    const far = connect(Number(target.port), target.hostname).on('error', () => undefined)
    open.push(far)
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const through = new URL(db.appUrl)
  through.port = String((server.address() as AddressInfo).port)
  through.hostname = '127.0.0.1'
  Object.assign(process.env, {
    MATCHBOOK_MODE: 'test',
    MATCHBOOK_SECRET: Buffer.alloc(32, 7).toString('base64'),
    DATABASE_URL: through.toString(),
    DATABASE_WORKER_URL: db.workerUrl,
    LOG_LEVEL: 'error',
    STRIPE_TEST_SECRET_KEY: 'sk_test_none',
  })
  const heard: string[] = []
  listen(channels.inbox, (payload) => heard.push(payload))
  try {
    await expect
      .poll(
        async () => {
          await notify(workerPool(), channels.inbox, 'now')
          return heard
        },
        { timeout: 10_000, interval: 200 },
      )
      .toContain('now')
  } finally {
    await closeHub()
    await closePools()
    for (const socket of open) socket.destroy()
    server.close()
    await db.drop()
  }
}, 20_000)
