import { totalmem } from 'node:os'
import { withClient, withDatabase } from '@/scripts/postgres/connect'
import { startTestServer, TEMPLATE } from '@/scripts/testing/test-server'

export type BenchServer = Awaited<ReturnType<typeof startBenchServer>>
export type BenchDatabase = { name: string; ownerUrl: string; appUrl: string; workerUrl: string; adminUrl: string; drop(): Promise<void> }

/**
 * A PostgreSQL that is thrown away, yet keeps its word: fsync, full_page_writes and synchronous_commit stay on.
 * Memory by the machine: a sixth for shared_buffers (at most 4 GB), half as what the system caches. `more` settings are
 * for what only observes.
 */
export async function startBenchServer(more: Record<string, string> = {}) {
  const megabytes = Math.floor(totalmem() / 2 ** 20)
  const server = await startTestServer({
    durable: true,
    settings: {
      shared_buffers: `${Math.min(4096, Math.floor(megabytes / 6))}MB`,
      effective_cache_size: `${Math.floor(megabytes / 2)}MB`,
      work_mem: '64MB',
      maintenance_work_mem: '512MB',
      max_wal_size: '8GB',
      checkpoint_timeout: '30min',
      jit: 'off',
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      ...more,
    },
  })
  let made = 0
  return {
    ...server,
    /** A migrated, empty database of its own. */
    async database(): Promise<BenchDatabase> {
      const name = `bench_${(made += 1)}`
      const admin = server.adminUrl('postgres')
      await withClient(admin, async (client) => void (await client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY file_copy`)))
      return {
        name,
        ownerUrl: withDatabase(server.ownerUrl, name),
        appUrl: withDatabase(server.appUrl, name),
        workerUrl: withDatabase(server.workerUrl, name),
        adminUrl: server.adminUrl(name),
        drop: () => withClient(admin, async (client) => void (await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
      }
    },
    /** An empty database without our tables, for somebody else's. */
    async bareDatabase(): Promise<BenchDatabase> {
      const name = `bench_${(made += 1)}`
      const admin = server.adminUrl('postgres')
      await withClient(admin, async (client) => void (await client.query(`CREATE DATABASE ${name}`)))
      const url = server.adminUrl(name)
      return {
        name,
        ownerUrl: url,
        appUrl: url,
        workerUrl: url,
        adminUrl: url,
        drop: () => withClient(admin, async (client) => void (await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
      }
    },
  }
}

/** Writes everything dirty down, so that no contender pays for the one before it. */
export function settleDown(server: BenchServer): Promise<void> {
  return withClient(server.adminUrl('postgres'), async (client) => void (await client.query('CHECKPOINT')))
}
