import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openHouse, type House } from '@/lib/inbox/inbox-house.test-support'
import { inWorkerTransaction, workerPool } from './pools'

let house: House
beforeAll(async () => void (house = await openHouse()))
afterAll(() => house.close())

it('the server is told how long a transaction may be silent: locks of a machine that vanished are not kept for hours', async () => {
  expect(await inWorkerTransaction(async (sql) => (await sql.query('SHOW idle_in_transaction_session_timeout')).rows)).toEqual([
    { idle_in_transaction_session_timeout: '1min' },
  ])
})

it('a connection that is lost between two statements fails the transaction, not the process', async () => {
  const died: unknown[] = []
  const note = (error: unknown) => void died.push(error)
  process.on('uncaughtException', note)
  try {
    const work = inWorkerTransaction(async (sql) => {
      const { rows } = await sql.query('SELECT pg_backend_pid() AS pid')
      await workerPool().query('SELECT pg_terminate_backend($1)', [(rows as { pid: number }[])[0]?.pid])
      await wait(200)
      await sql.query('SELECT 1')
    })
    await expect(work).rejects.toThrow(/terminat|queryable/)
    expect(died).toEqual([])
    expect(await inWorkerTransaction(async (sql) => (await sql.query('SELECT 1 AS one')).rows)).toEqual([{ one: 1 }])
  } finally {
    process.off('uncaughtException', note)
  }
})
