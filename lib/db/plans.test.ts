import { expect, it } from 'vitest'
import { planAnewAsTablesGrow } from './plans'

it('plans are thrown away when a connection carried twice as many transactions as the last time, on each by itself, and a lost one harms nobody', async () => {
  const connection = (fails = false) => {
    const told: string[] = []
    const query = (text: string) => (told.push(text), fails ? Promise.reject(new Error('lost')) : Promise.resolve())
    return { told, client: { query } as unknown as Parameters<typeof planAnewAsTablesGrow>[0] }
  }
  const [busy, once, lost] = [connection(), connection(), connection(true)]
  for (let use = 0; use < 100; use++) await planAnewAsTablesGrow(busy.client)
  await planAnewAsTablesGrow(once.client)
  for (let use = 0; use < 2; use++) await planAnewAsTablesGrow(lost.client)
  expect(busy.told).toEqual(Array(6).fill('DISCARD PLANS'))
  expect([once.told.length, lost.told.length]).toEqual([0, 1])
})
