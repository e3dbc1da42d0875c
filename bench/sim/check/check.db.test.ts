import { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@/scripts/test-database'
import { seededRandom } from '../random'
import { drive } from '../world/drive.test-support'
import { createWorld } from '../world/world'
import { check, checkAnytime, type Query } from './check'

let database: TestDatabase
let client: Client
const query: Query = async <Row>(text: string, values?: unknown[]) => ({ rows: (await client.query(text, values)).rows as Row[] })

beforeAll(async () => {
  database = await createTestDatabase()
  client = new Client({ connectionString: database.ownerUrl })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

it('finds that a product which stored nothing lost everything', async () => {
  const { world } = drive('nothing stored')
  const during = await checkAnytime(world, query)
  const lost = new Set(
    [...world.post.letters.values()]
      .filter((letter) => letter.taken > 0 && letter.fate !== 'refused')
      .map((letter) => `${letter.account} ${letter.livemode} ${letter.event_id} ${letter.fate === 'misrouted'}`),
  )
  expect(during.filter(({ invariant }) => invariant === 'D1').length).toBe(lost.size)

  const ended = await check(world, query)
  const count = (invariant: string) => ended.filter((violation) => violation.invariant === invariant).length
  expect(count('D5')).toBe([...world.books.payments.values()].reduce((sum, payment) => sum + 1 + payment.tries.size, 0))
  for (const invariant of ['S1', 'M1', 'E1', 'E2']) expect(count(invariant), invariant).toBeGreaterThan(0)
})

it('has nothing to say of a world in which nothing happened', async () => {
  const world = createWorld(seededRandom('nothing'), { tenants: 4, storesPerTenant: 2, orders: 24, faults: {}, sluggishShops: 0 })
  expect(await check(world, query)).toEqual([])
})
