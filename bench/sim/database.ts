import { existsSync } from 'node:fs'
import pg from 'pg'
import { rowTypes } from '@/lib/db/pools'
import { withClient, withDatabase } from '@/scripts/postgres/connect'
import { TEMPLATE } from '@/scripts/testing/test-server'

export type Role = 'app' | 'worker'
export type ServerUrls = { adminUrl: string; appUrl: string; workerUrl: string }

/** A real connection; between uses it is in no transaction. */
export type Backend = { client: pg.Client; pid: number; role: Role; toldMs: number | null }

/**
 * The database of many histories, one after the other: a copy of the migrated template in which `now()` is the
 * simulation's time. `sweep` empties it, so that a history finds what it would find alone.
 */
export type Database = {
  /** Sees everything, is bound by nothing: checks, the monitor, the engine's own meddling. */
  admin: pg.Client
  take(role: Role): Promise<Backend>
  give(backend: Backend): void
  /** Which of these wait for a lock, and for whom. */
  waits(pids: readonly number[]): Promise<Map<number, number[]>>
  cancel(pid: number): Promise<void>
  sweep(): Promise<void>
  drop(): Promise<void>
}

export async function createDatabase(urls: ServerUrls, name: string): Promise<Database> {
  const rootUrl = withDatabase(urls.adminUrl, 'postgres')
  await patiently(() => withClient(rootUrl, async (client) => void (await client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY file_copy`))))
  const adminUrl = withDatabase(urls.adminUrl, name)
  const { tables, socket } = await withClient(adminUrl, async (client) => {
    await client.query(`
      CREATE SCHEMA sim;
      GRANT USAGE ON SCHEMA sim TO PUBLIC;
      CREATE SCHEMA sim_first; GRANT USAGE ON SCHEMA sim_first TO PUBLIC; CREATE FUNCTION sim_first.now() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT current_setting('sim.now')::timestamptz $$;
      ALTER DATABASE ${name} SET search_path = sim_first, pg_catalog, public;
      ALTER DATABASE ${name} SET "sim.now" = '2000-01-01T00:00:00Z';
      ALTER DATABASE ${name} SET deadlock_timeout = '1ms';
      ALTER DATABASE ${name} SET jit = off;
      ALTER DATABASE ${name} SET plan_cache_mode = force_generic_plan;`)
    const { rows } = await client.query<{ name: string }>(
      `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1`,
    )
    return { tables: rows.map((row) => row.name), socket: await socketFolder(client) }
  })
  const admin = new pg.Client({ ...placeOf(adminUrl, socket), types: rowTypes })
  await admin.connect()
  await admin.query('SET session_replication_role = replica')
  const filled: string[] = []
  for (const table of tables) if ((await admin.query(`SELECT 1 FROM ${table} LIMIT 1`)).rowCount) filled.push(table)
  for (const table of filled) await admin.query(`CREATE TABLE sim.${table} AS SELECT * FROM public.${table}`)
  const sweeping = [
    `TRUNCATE ${tables.map((table) => `public.${table}`).join(', ')}`,
    ...filled.map((table) => `INSERT INTO public.${table} SELECT * FROM sim.${table} ORDER BY 1`),
  ].join(';')

  const free: Record<Role, Backend[]> = { app: [], worker: [] }
  const all: pg.Client[] = []
  return {
    admin,
    async take(role) {
      const spare = free[role].pop()
      if (spare) return spare
      const client = new pg.Client({
        ...placeOf(withDatabase(role === 'app' ? urls.appUrl : urls.workerUrl, name), socket),
        types: rowTypes,
        pipeline: true,
      } as pg.ClientConfig)
      client.on('error', () => undefined)
      await client.connect()
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      all.push(client)
      return { client, pid: rows[0]?.pid ?? 0, role, toldMs: null }
    },
    give: (backend) => void free[backend.role].push(backend),
    async waits(pids) {
      const { rows } = await admin.query<{ pid: number; blockers: number[] }>({
        name: 'waits',
        text: 'SELECT pid, pg_blocking_pids(pid) AS blockers FROM unnest($1::int[]) pid',
        values: [pids],
      })
      return new Map(rows.map((row) => [row.pid, row.blockers]))
    },
    cancel: async (pid) => void (await admin.query('SELECT pg_cancel_backend($1)', [pid])),
    sweep: async () => void (await admin.query(sweeping)),
    async drop() {
      await Promise.allSettled([...all, admin].map((client) => client.end()))
      await patiently(() => withClient(rootUrl, async (client) => void (await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))))
    },
  }
}

/** Where the server's socket file is, when it makes one in its folder and we may use it: a write to it costs half of one to a port. */
async function socketFolder(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ folder: string; port: string }>(
    `SELECT current_setting('data_directory') AS folder, current_setting('port') AS port WHERE current_setting('unix_socket_directories') = '.'`,
  )
  const [row] = rows
  return row && existsSync(`${row.folder}/.s.PGSQL.${row.port}`) ? row.folder : null
}

function placeOf(url: string, socket: string | null): pg.ClientConfig {
  const { hostname, port, username, password, pathname } = new URL(url)
  return {
    host: socket ?? hostname,
    port: Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  }
}

async function patiently(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || attempt === 20) throw error
      await new Promise((resolve) => setTimeout(resolve, 50 * attempt))
    }
  }
}
