import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Scope } from '@/lib/db/tenant'
import { bucketOf, scopeOf } from './core/scope'
import { openHouse, type House } from './inbox-house.test-support'
import { hearingsOf, webhookHealth } from './queries'
import { heardTimes } from './store/hearing'

let house: House
let scope: Scope
const zone = 'Europe/Berlin'
const minute = 60_000
const hour = 60 * minute

beforeAll(async () => {
  house = await openHouse()
  scope = { tenant_id: house.tenant, mode: 'test' }
})
afterAll(() => house.close())
beforeEach(() => house.owner.query('TRUNCATE inbox_event'))

/** A delivery (or what else a row may be) every `every`, from one moment to before another. */
async function hear(from: string, until: string, every: string, kind = 'delivery'): Promise<void> {
  const key = scopeOf(house.account, 'test')
  await house.owner.query(
    `INSERT INTO inbox_event (bucket, id, scope, event_id, kind, mode, account_id, type, created_at, body, body_sha256, received_at, tenant_id, connection_id, state, attempts, processed_at)
     SELECT $1, gen_random_uuid(), $2, 'evt_' || t, $9, 'test', $3, 'charge.updated', t, '{}', '\\x00', t, $4, $5, 'applied', 1, t
       FROM generate_series($6::timestamptz, $7::timestamptz - $8::interval, $8::interval) t`,
    [bucketOf(key), key, house.account, house.tenant, house.connection.id, from, until, every, kind],
  )
}

const judged = async (now: number) => (await hearingsOf(scope, new Date(now)))[0]?.verdict
const healthAt = async (now: number, hours: number) =>
  (await webhookHealth(scope, { since: new Date(now - hours * hour), unit: hours > 24 ? 'day' : 'hour', zone, now: new Date(now) })).get(house.connection.id)

it('knows the rhythm of an account that never pauses for a minute by day, and its nights', async () => {
  const last = Date.parse('2026-11-20T21:00:00Z')
  await hear('2026-11-18T07:00:00Z', '2026-11-18T21:00:00Z', '7 seconds')
  await hear('2026-11-19T07:00:00Z', '2026-11-19T22:30:00Z', '7 seconds')
  await hear('2026-11-20T07:00:00Z', '2026-11-20T21:00:00Z', '7 seconds')
  const health = await healthAt(last, 24)
  expect(health?.rhythm.usual_ms).toBeGreaterThanOrEqual(minute)
  expect(health?.rhythm.usual_ms).toBeLessThan(1.2 * minute)
  expect(health?.rhythm.longest_ms).toBe(10 * hour + 7_000)
  expect(await judged(last + 20 * minute)).toBe('as_usual')
  expect(await judged(last + 40 * minute)).toBe('quiet')
  expect(await judged(last + 16 * hour)).toBe('silent')
})

it('takes very many that come at once for one burst, and still knows how it was before', async () => {
  await hear('2026-11-19T00:00:00Z', '2026-11-20T12:00:00Z', '1 hour')
  await hear('2026-11-20T12:00:00Z', '2026-11-20T12:01:30Z', '20 milliseconds')
  expect((await healthAt(Date.parse('2026-11-20T12:02:00Z'), 24))?.rhythm).toEqual({ usual_ms: hour, longest_ms: expect.any(Number) })
})

it('passes what a backfill found in a long outage once, and not anew with every quarter of an hour of it', async () => {
  const last = Date.parse('2026-11-20T06:00:00Z')
  await hear('2026-11-15T06:00:00Z', '2026-11-16T00:00:00Z', '1 minute')
  await hear('2026-11-16T00:00:30Z', '2026-11-20T00:00:00Z', '30 seconds', 'backfill')
  await hear('2026-11-20T00:00:00Z', '2026-11-20T06:00:01Z', '1 minute')
  expect((await healthAt(last, 24))?.rhythm).toEqual({ usual_ms: minute, longest_ms: 96 * hour + minute })

  type Node = { 'Rows Removed by Filter'?: number; 'Actual Loops': number; Plans?: Node[] }
  const passed = (node: Node): number =>
    (node['Rows Removed by Filter'] ?? 0) * node['Actual Loops'] + (node.Plans ?? []).reduce((sum, each) => sum + passed(each), 0)
  await house.owner.query('ANALYZE inbox_event')
  const { rows } = await house.owner.query(
    `EXPLAIN (ANALYZE, FORMAT JSON) SELECT h.* FROM connection c CROSS JOIN LATERAL (${heardTimes}) h WHERE c.tenant_id = $1::uuid`,
    [house.tenant],
  )
  const [{ Plan: plan }] = (rows[0] as { 'QUERY PLAN': [{ Plan: Node }] })['QUERY PLAN']
  expect(passed(plan)).toBeLessThan(4 * 96 * 120)
})

it('counts each delivery in one hour, also in that which the clock shows twice, and each in one day', async () => {
  // Berlin, 25 October: at 01:00 UTC the clock goes back from three to two.
  await hear('2026-10-24T22:00:00Z', '2026-10-25T04:00:00Z', '10 minutes')
  const now = Date.parse('2026-10-25T04:30:00Z')
  const day = await healthAt(now, 7)
  expect(day?.spans.map(({ at, deliveries }) => [at.toISOString().slice(11, 16), deliveries])).toEqual([
    ['21:00', 0],
    ...['22:00', '23:00', '00:00', '01:00', '02:00', '03:00'].map((at) => [at, 6]),
    ['04:00', 0],
  ])
  const days = await healthAt(now, 48)
  expect(days?.spans.map(({ at, deliveries }) => [at.toISOString(), deliveries])).toEqual([
    ['2026-10-22T22:00:00.000Z', 0],
    ['2026-10-23T22:00:00.000Z', 0],
    ['2026-10-24T22:00:00.000Z', 36],
  ])
  expect(days?.counts).toMatchObject({ deliveries: 36, applied: 36 })
})
