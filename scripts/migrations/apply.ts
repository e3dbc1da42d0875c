import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { Sentence, textOf } from '../sentence'
import type { Migration } from './files'

/** The lock that Prisma's own engine takes, so that the two never run at once. */
const MIGRATION_LOCK = 72707369

/** Prisma's table, column by column: `prisma migrate` can take over, and can be taken over. */
const HISTORY = `
CREATE TABLE IF NOT EXISTS public._prisma_migrations (
  id                  varchar(36) PRIMARY KEY NOT NULL,
  checksum            varchar(64) NOT NULL,
  finished_at         timestamptz,
  migration_name      varchar(255) NOT NULL,
  logs                text,
  rolled_back_at      timestamptz,
  started_at          timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`

/** Runs `work` while no other migration runs on this database; waits for one that does. */
export async function whileLocked<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
  try {
    return await work()
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => {})
  }
}

/**
 * Applies what is missing and returns its names. Each migration is one script in one transaction
 * together with its row in the history, so it is there whole or not at all. Throws a Sentence when
 * the history and the files disagree, or when a script fails.
 */
export async function applyMigrations(client: pg.Client, migrations: readonly Migration[]): Promise<string[]> {
  await client.query(HISTORY)
  const applied = await readHistory(client)
  compare(applied, migrations)
  const missing = migrations.filter((migration) => !applied.has(migration.name))
  for (const migration of missing) await applyOne(client, migration)
  return missing.map((migration) => migration.name)
}

type Applied = { checksum: string; finished: boolean }

async function readHistory(client: pg.Client): Promise<Map<string, Applied>> {
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished: boolean }>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
       FROM public._prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at, id`,
  )
  return new Map(rows.map((row) => [row.migration_name, { checksum: row.checksum, finished: row.finished }]))
}

function compare(applied: Map<string, Applied>, migrations: readonly Migration[]): void {
  const files = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const [name, row] of applied) {
    if (!row.finished) {
      throw new Sentence(
        `Migration ${name} began and never finished (P3009): look at what it left in the database, put that right, then set ` +
          `rolled_back_at (to run it again) or finished_at (to keep it) in its row of _prisma_migrations.`,
      )
    }
    const file = files.get(name)
    if (!file) {
      throw new Sentence(
        `The database has migration ${name}, which this version of Matchbook does not know: run the newer version, or restore an older database (a sandbox may also start over: npm run reset).`,
      )
    }
    if (file.checksum !== row.checksum) {
      throw new Sentence(
        `Migration ${name} was edited after it was applied: restore prisma/migrations/${name}/migration.sql and put the change into a new migration (a sandbox may also start over: npm run reset).`,
      )
    }
  }
}

async function applyOne(client: pg.Client, migration: Migration): Promise<void> {
  const id = randomUUID()
  try {
    await client.query('BEGIN')
    // Better to fail and be repeated than to queue all traffic behind a lock that a long query holds.
    await client.query(`SET LOCAL lock_timeout = '30s'`)
    await client.query('INSERT INTO public._prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)', [id, migration.checksum, migration.name])
    await client.query(migration.sql)
    await client.query('UPDATE public._prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1', [id])
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw new Sentence(`Migration ${migration.name} failed and was rolled back: ${textOf(error)}${placeOf(error, migration.sql)}`)
  }
}

/** Line of the script at which the database stopped reading. */
function placeOf(error: unknown, sql: string): string {
  const position = Number((error as { position?: string }).position)
  return position ? ` (line ${sql.slice(0, position).split('\n').length})` : ''
}
