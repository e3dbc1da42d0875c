import { afterAll, beforeAll, expect, test } from 'vitest'
import { withClient } from '../postgres/connect'
import { createTestDatabase } from '../test-database'
import type { TestDatabase } from '../test-database'
import { migrationFiles } from './files'
import { migrate } from './migrate'
import type { Migration } from './files'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const run = (migrations: Migration[]) => migrate({ ...database, migrations })
const known = migrationFiles()
const made = (name: string, sql: string): Migration => ({ name, sql, checksum: `checksum of ${name}`.padEnd(64, '0') })
const history = () =>
  withClient(
    database.ownerUrl,
    async (client) =>
      (
        await client.query(
          `SELECT migration_name AS name, checksum, applied_steps_count AS steps, finished_at IS NOT NULL AS finished FROM _prisma_migrations ORDER BY started_at`,
        )
      ).rows,
  )

test('a migrated database needs nothing, and its history reads like Prisma wrote it', async () => {
  expect(await run(known)).toEqual({ applied: [], known: known.length })
  expect(await history()).toEqual(known.map(({ name, checksum }) => ({ name, checksum, steps: 1, finished: true })))
})

test('a failing script leaves neither a table nor a row, and its mended file applies', async () => {
  const broken = made('29990101000000_two_tables', `CREATE TABLE one (id int);\nSELECT ';' AS text;\nCREATE TABLE two (id nonsense);`)
  await expect(run([...known, broken])).rejects.toThrow(/29990101000000_two_tables failed and was rolled back: type "nonsense" does not exist \(line 3\)/)
  expect(await history()).toHaveLength(known.length)
  const mended = made(broken.name, broken.sql.replace('nonsense', 'int'))
  expect(await run([...known, mended])).toMatchObject({ applied: [broken.name] })
  known.push(mended)
})

test('two runs at once apply a migration once', async () => {
  const next = made('29990101000001_once', `SELECT pg_sleep(0.2); CREATE TABLE once (id int);`)
  const results = await Promise.all([run([...known, next]), run([...known, next]), run([...known, next])])
  expect(results.flatMap((result) => result.applied)).toEqual([next.name])
  known.push(next)
})

test('an edited migration, an unknown one and a half-applied one are refused by name', async () => {
  const [first, ...rest] = known
  await expect(run([{ ...first!, checksum: '0'.repeat(64) }, ...rest])).rejects.toThrow(/was edited after it was applied/)
  await expect(run(known.slice(0, -1))).rejects.toThrow(/29990101000001_once, which this version of Matchbook does not know/)
  await withClient(database.ownerUrl, (client) =>
    client.query(`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = $1`, [known.at(-1)!.name]),
  )
  await expect(run(known)).rejects.toThrow(/29990101000001_once began and never finished \(P3009\)/)
  await withClient(database.ownerUrl, (client) => client.query(`UPDATE _prisma_migrations SET finished_at = now() WHERE finished_at IS NULL`))
})

test('the app login may not see past row level security, nor be the owner', async () => {
  await expect(migrate({ ...database, appUrl: database.ownerUrl, migrations: known })).rejects.toThrow(/owns the tables/)
  await expect(migrate({ ...database, appUrl: database.workerUrl, migrations: known })).rejects.toThrow(/would see every tenant/)
})

test('a login that is missing is made with its group and nothing more; our own gets a new password', async () => {
  const url = new URL(database.appUrl)
  url.username = `late_${url.pathname.slice(1)}`
  url.password = 'p%40ss%27word'
  await migrate({ ...database, appUrl: url.toString(), migrations: known })
  const rights = await withClient(
    url.toString(),
    async (client) =>
      (
        await client.query(
          `SELECT rolsuper, rolbypassrls, rolcreaterole, pg_has_role('matchbook_app', 'USAGE') AS app, pg_has_role('matchbook_worker', 'USAGE') AS worker FROM pg_roles WHERE rolname = current_user`,
        )
      ).rows,
  )
  url.password = 'another'
  await migrate({ ...database, appUrl: url.toString(), migrations: known, own: { app: true, worker: false } })
  await withClient(url.toString(), (client) => client.query('SELECT 1'))
  expect(rights).toEqual([{ rolsuper: false, rolbypassrls: false, rolcreaterole: false, app: true, worker: false }])
})
