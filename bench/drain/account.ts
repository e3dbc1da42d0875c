import { withClient } from '@/scripts/postgres/connect'
import type { BenchDatabase } from '../measure/server'
import { figure } from '../measure/statistics'
import type { BenchWorker } from './worker'

/** What the server needs to be started with; nothing is counted before the account is taken. */
export const accountSettings = { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track': 'none' }

/**
 * Where the processor time of a drain goes: one more drain of what is stored, under a profiler and with PostgreSQL
 * counting by statement. Never part of a ratio, as both cost time of their own.
 */
export async function takeAccount(database: BenchDatabase, worker: BenchWorker, events: number): Promise<string> {
  await withClient(database.adminUrl, async (client) => {
    await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements')
    await client.query(`ALTER DATABASE ${database.name} SET pg_stat_statements.track = 'top'`)
    // A setting of the database is for new connections.
    await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()')
  })
  const { profile } = await worker.drain('profile')
  const statements = await withClient(database.adminUrl, async (client) => {
    const { rows } = await client.query<{ query: string; ms: number }>(
      `SELECT query, sum(total_exec_time) AS ms FROM pg_stat_statements WHERE userid = (SELECT oid FROM pg_roles WHERE rolname = 'matchbook_worker_login') GROUP BY query ORDER BY ms DESC`,
    )
    return rows.map(({ query, ms }) => ({ name: shortly(query), micros: (ms / events) * 1000 }))
  })
  const node = Object.entries(profile).map(([name, ms]) => ({ name, micros: (ms / events) * 1000 }))
  return `one drain under a profiler, us per event: node ${listed(node, node.length)}; PostgreSQL's statements ${listed(statements, 10)}`
}

function listed(parts: { name: string; micros: number }[], most: number): string {
  const sorted = parts.sort((a, b) => b.micros - a.micros)
  const [named, rest] = [sorted.slice(0, most), sorted.slice(most)]
  if (rest.length > 0) named.push({ name: `${rest.length} more`, micros: rest.reduce((sum, { micros }) => sum + micros, 0) })
  return `${figure(sorted.reduce((sum, { micros }) => sum + micros, 0))} (${named.map(({ name, micros }) => `${name} ${figure(micros)}`).join(', ')})`
}

/** `UPDATE inbox_event`, `INSERT payment`, or of a reading the table that it reads first. */
function shortly(query: string): string {
  const said = /\b(INSERT INTO|UPDATE|DELETE FROM)\s+"?([a-z_]+)"?/.exec(query)
  if (said && !query.includes('FOR UPDATE OF')) return `${said[1]?.split(' ')[0]?.toLowerCase()} ${said[2]}`
  // What is asked for by key stands in a list of its own before the table.
  const tables = [...query.matchAll(/\b(?:FROM|JOIN)\s+"?([a-z_]+)\b"?(?!\s*\()/g)]
    .map((match) => match[1])
    .filter((name) => name !== 'unnest' && name !== 'waiting')
  return `select ${tables[0] ?? query.slice(0, 20)}`
}
