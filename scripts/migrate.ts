/**
 * `npm run db:migrate`: brings the database of DATABASE_OWNER_URL to the present schema and makes the
 * logins of DATABASE_URL and DATABASE_WORKER_URL. `npm start` does the same by itself.
 */
import { readDotEnv } from './dot-env'
import { migrate } from './migrations/migrate'
import { Sentence } from './sentence'

readDotEnv()
const { DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: appUrl, DATABASE_WORKER_URL: workerUrl } = process.env
if (!ownerUrl || !appUrl || !workerUrl) {
  throw new Sentence('Set DATABASE_OWNER_URL, DATABASE_URL and DATABASE_WORKER_URL (see .env.example); the embedded database migrates itself with npm start.')
}
const { applied, known } = await migrate({ ownerUrl, appUrl, workerUrl })
process.stdout.write(applied.length ? `Applied ${applied.join(', ')}\n` : `Nothing to do: all ${known} migrations are applied.\n`)
