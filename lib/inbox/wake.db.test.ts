import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { channels } from '@/lib/db/notify'
import { openHouse, type House } from './inbox-house.test-support'

let house: House
let listener: Client
/** How many rows could be read at each wake-up, asked on the connection that heard it. */
let heard: Promise<number>[] = []
beforeAll(async () => {
  house = await openHouse()
  listener = new Client({ connectionString: house.db.workerUrl })
  await listener.connect()
  listener.on('notification', () => heard.push(stored()))
  await listener.query(`LISTEN ${channels.inbox}`)
})
afterAll(async () => {
  await listener?.end()
  await house?.close()
})
beforeEach(async () => {
  await wait(100)
  heard = []
  await house.owner.query('TRUNCATE inbox_event')
})
const stored = async () => (await listener.query<{ n: number }>('SELECT count(*)::int AS n FROM inbox_event')).rows[0]?.n ?? 0
const event = (more: object = {}) => house.eventOf('payment_intent.created', 100, { id: 'pi_x', object: 'payment_intent' }, more)

it('a delivery after a pause wakes the drain with its own commit', async () => {
  expect((await house.deliver(event())).status).toBe(200)
  await expect.poll(() => heard.length).toBe(1)
  expect(await Promise.all(heard)).toEqual([1])
  await wait(100)
  expect(heard.length).toBe(1)
})

it('a stream wakes it some times, and its last row is told of soon', async () => {
  for (let at = 0; at < 60; at++) await house.deliver(event())
  await wait(80)
  const rows = await Promise.all(heard)
  expect(rows.at(-1)).toBe(60)
  expect(rows.length).toBeLessThan(30)
})

it('a repeat stores nothing and wakes nobody', async () => {
  const one = event()
  await house.deliver(one)
  await wait(100)
  heard = []
  await Promise.all([house.deliver(one), house.deliver(one)])
  await wait(100)
  expect(heard).toEqual([])
})
