/**
 * `npm run db:drift`: whether what the migrations build is what prisma/schema says. Ends with 1 and the
 * missing SQL when it is not. With DATABASE_OWNER_URL set it asks that database, else a fresh one.
 */
import { diffToSchema } from './prisma/schema-engine'
import { readDotEnv } from './dot-env'
import { startTestServer } from './testing/test-server'

readDotEnv()
const server = process.env.DATABASE_OWNER_URL ? undefined : await startTestServer()
try {
  const sql = await diffToSchema({ tag: 'database', url: process.env.DATABASE_OWNER_URL ?? server?.ownerUrl ?? '' })
  process.stdout.write(sql ? `The database differs from prisma/schema; this would bring it there:\n\n${sql}\n` : 'No drift: the migrations build the schema.\n')
  if (sql) process.exitCode = 1
} finally {
  await server?.stop()
}
