import { EventEmitter } from 'node:events'
import type { Pool } from 'pg'
import { expect, it } from 'vitest'
import { planAnewAsTablesGrow } from './plans'

it('plans are thrown away when a connection was used twice as often as the last time, on each connection by itself', () => {
  const pool = planAnewAsTablesGrow(new EventEmitter() as Pool)
  const connection = () => {
    const told: string[] = []
    return { told, query: (text: string) => (told.push(text), Promise.resolve()) }
  }
  const [busy, idle, lost] = [connection(), connection(), connection()]
  for (let use = 0; use < 100; use++) pool.emit('release', undefined as unknown as Error, busy as never)
  pool.emit('release', undefined as unknown as Error, idle as never)
  pool.emit('release', new Error('lost'), lost as never)
  expect(busy.told).toEqual(Array(7).fill('DISCARD PLANS'))
  expect([idle.told.length, lost.told.length]).toEqual([1, 0])
})
