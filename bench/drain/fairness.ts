import { withClient } from '@/scripts/postgres/connect'
import { settleDown, type BenchDatabase, type BenchServer } from '../measure/server'
import { percentile } from '../measure/statistics'
import { storeTraffic } from './store-traffic'
import { makeTraffic, type Tenant, type Traffic } from './traffic'
import type { BenchWorker } from './worker'

/**
 * Two queues on the same database, one after the other: the others' deliveries alone, and the same number behind a
 * backlog of one tenant nineteen times as long that was there first. @returns the others' p99 in milliseconds, from the start of the
 * drain until their batch was durable.
 */
export async function measureFairness(
  server: BenchServer,
  database: BenchDatabase,
  worker: BenchWorker,
  tenants: Tenant[],
  size: { payments: number; seed: number },
): Promise<{ alone: number; crowded: number }> {
  const [heavy, ...others] = tenants as [Tenant, ...Tenant[]]
  const base = Date.now() - 7_200_000
  const quiet = (seed: number): Traffic => makeTraffic(others, { payments: size.payments, seed, from_ms: base, per_second: 20 })
  const alone = quiet(size.seed)
  await storeTraffic(database.adminUrl, alone)
  await settleDown(server)
  const first = await p99(database, worker, alone)
  const crowd = makeTraffic(tenants, { payments: size.payments * 19, seed: size.seed + 1, from_ms: base - 3_600_000, per_second: 400, only: heavy })
  const behind = quiet(size.seed + 2)
  await storeTraffic(database.adminUrl, crowd)
  await storeTraffic(database.adminUrl, behind)
  await settleDown(server)
  const second = await p99(database, worker, behind)
  // What is left of the backlog is not of interest.
  await withClient(
    database.adminUrl,
    async (client) => void (await client.query(`UPDATE inbox_event SET state = 'ignored', reason = 'bench' WHERE state = 'pending'`)),
  )
  return { alone: first, crowded: second }
}

async function p99(database: BenchDatabase, worker: BenchWorker, traffic: Traffic): Promise<number> {
  const started = Date.now()
  const { ends } = await worker.drain('drain', Math.ceil(traffic.events.length / 50))
  const marked = await withClient(database.adminUrl, async (client) => {
    const { rows } = await client.query<{ at: string }>(
      `SELECT extract(epoch FROM processed_at) * 1000 AS at FROM inbox_event WHERE (bucket, id) IN (SELECT * FROM unnest($1::int[], $2::uuid[])) AND state <> 'pending'`,
      [traffic.events.map((event) => event.tenant.bucket), traffic.events.map((event) => event.id)],
    )
    return rows.map((row) => Number(row.at))
  })
  // A row is marked with the time at which its batch began; it is durable when that batch's transaction ended.
  const waits = marked.map((at) => (ends.find((end) => end >= at) ?? Infinity) - started)
  while (waits.length < traffic.events.length) waits.push(Infinity)
  return percentile(waits, 0.99)
}
