import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { withClient, withDatabase } from './postgres/connect'
import { TEMPLATE } from './testing/test-server'

/** A database of one test file: migrated, empty, on a server that is thrown away afterwards. */
export type TestDatabase = {
  /** The owner of the tables: migrations, catalog questions. */
  ownerUrl: string
  /** As the product's requests connect: row level security holds. */
  appUrl: string
  /** As the product's worker connects: sees every tenant. */
  workerUrl: string
  drop(): Promise<void>
}

/** Copies the migrated template (about 50 ms). Only in tests of the `database` project (`*.db.test.ts`). */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { ownerUrl, appUrl, workerUrl } = inject('testServer')
  const name = `test_${randomBytes(6).toString('hex')}`
  // PostgreSQL copies a template only while nobody else does: it waits for the other, up to a few seconds, then refuses.
  await patiently(() => asOwner(ownerUrl, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY file_copy`))
  return {
    ownerUrl: withDatabase(ownerUrl, name),
    appUrl: withDatabase(appUrl, name),
    workerUrl: withDatabase(workerUrl, name),
    // FORCE may not end another role's connection that is just closing: then a moment later there is none.
    drop: () => patiently(() => asOwner(ownerUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  }
}

function asOwner(ownerUrl: string, sql: string): Promise<void> {
  return withClient(withDatabase(ownerUrl, 'postgres'), async (client) => void (await client.query(sql)))
}

async function patiently(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!['55006', '42501'].includes((error as { code?: string }).code ?? '') || attempt === 20) throw error
      await new Promise((resolve) => setTimeout(resolve, 50 * attempt))
    }
  }
}
