/**
 * `npm run db:diff`: prints the SQL that leads from prisma/migrations to prisma/schema.
 *   --from-empty     from nothing instead: the whole schema
 *   --write <name>   writes it to prisma/migrations/<time>_<name>/migration.sql as well
 * Policies, grants, checks and partial indexes are written by hand: the schema has no words for them.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { migrationFiles } from './migrations/files'
import { ensureGroups } from './migrations/roles'
import { root } from './paths'
import { withClient } from './postgres/connect'
import { diffToSchema } from './prisma/schema-engine'
import { Sentence } from './sentence'
import { startTestServer } from './testing/test-server'

const at = process.argv.indexOf('--write')
const name = at < 0 ? undefined : process.argv[at + 1]
if (at >= 0 && !/^[a-z0-9_]+$/.test(name ?? ''))
  throw new Sentence('Give the migration a name of small letters, digits and underscores: npm run db:diff -- --write add_payout.')

const sql = process.argv.includes('--from-empty') ? await diffToSchema({ tag: 'empty' }) : await fromMigrations()
process.stdout.write(sql || '-- The migrations already build the schema.\n')
if (name && sql) {
  const time = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)
  const folder = join(root, 'prisma/migrations', `${time}_${name}`)
  mkdirSync(folder)
  writeFileSync(join(folder, 'migration.sql'), sql)
  process.stderr.write(`Written to ${folder}/migration.sql: read it, add policies and grants for new tables, then commit.\n`)
}

/** The engine executes the migrations to see what they build: in a database that is thrown away. */
async function fromMigrations(): Promise<string> {
  const server = await startTestServer()
  try {
    await withClient(server.adminUrl('postgres'), async (client) => {
      await client.query('CREATE DATABASE matchbook_shadow')
    })
    const url = server.adminUrl('matchbook_shadow')
    await withClient(url, async (client) => {
      await ensureGroups(client)
      // Migrations may name the history table; it exists whenever they really run.
      await client.query('CREATE TABLE _prisma_migrations (id int)')
    })
    return await diffToSchema({ tag: 'migrations', url, migrations: migrationFiles() })
  } finally {
    await server.stop()
  }
}
