import pg from 'pg'
import { codeOf, Sentence, textOf } from '../sentence'
import { applyMigrations, whileLocked } from './apply'
import { migrationFiles } from './files'
import type { Migration } from './files'
import { ensureGroups, ensureLogin, grantSchema, productLogins } from './roles'

/** What to migrate, and who will use it. */
export type MigrateOptions = {
  ownerUrl: string
  appUrl: string
  workerUrl: string
  /** Logins that are made by us alone: their passwords are set. Default: neither. */
  own?: { app: boolean; worker: boolean }
  migrations?: Migration[]
}

/** Brings a database to the present schema, roles included. Safe to run at any time and from several machines at once. */
export async function migrate(options: MigrateOptions): Promise<{ applied: string[]; known: number }> {
  const migrations = options.migrations ?? migrationFiles()
  const client = new pg.Client({ connectionString: options.ownerUrl, connectionTimeoutMillis: 10_000, application_name: 'matchbook migrate' })
  client.on('error', () => {})
  await client.connect().catch((error: unknown) => {
    const { host, pathname } = new URL(options.ownerUrl)
    throw new Sentence(
      `The database ${pathname.slice(1)} on ${host} cannot be reached (${textOf(error) || codeOf(error)}): check DATABASE_OWNER_URL and that PostgreSQL runs.`,
    )
  })
  try {
    await client.query('SET search_path = public')
    await checkVersion(client)
    return await whileLocked(client, async () => {
      await ensureGroups(client)
      const applied = await applyMigrations(client, migrations)
      await grantSchema(client)
      const own = options.own ?? { app: false, worker: false }
      for (const login of productLogins(options.appUrl, options.workerUrl, own)) await ensureLogin(client, login)
      return { applied, known: migrations.length }
    })
  } finally {
    await client.end().catch(() => {})
  }
}

async function checkVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: number; name: string }>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name`,
  )
  const version = rows[0]
  if (version && version.number < 150000) throw new Sentence(`PostgreSQL 15 or newer is needed, the database runs ${version.name}: upgrade it or use another.`)
}
