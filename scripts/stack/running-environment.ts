import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readDotEnv } from '../dot-env'
import { localUrl } from '../postgres/connect'
import { Sentence } from '../sentence'
import { dataFolder } from './data-folder'
import { ownDatabase } from './database'
import { derive, productEnvironment } from './environment'
import { whoRuns } from './running'
import { secretsOf } from './secrets'

/**
 * Gives this process the environment of the product that runs here, for commands beside `npm start`. What DATABASE_URL,
 * DATABASE_WORKER_URL and MATCHBOOK_SECRET (or `.env`) say is taken as it is; what they leave out comes from the data
 * folder of the run. Throws a Sentence when there is neither.
 */
export function takeRunningEnvironment(): void {
  readDotEnv()
  const { DATABASE_URL, DATABASE_WORKER_URL, DATABASE_OWNER_URL, MATCHBOOK_SECRET } = process.env
  if (DATABASE_URL && DATABASE_WORKER_URL && MATCHBOOK_SECRET) return
  const mode = process.env.MATCHBOOK_MODE === 'test' || (!process.env.MATCHBOOK_MODE && process.env.STRIPE_TEST_SECRET_KEY) ? 'test' : 'sandbox'
  const folder = mode === 'sandbox' ? dataFolder() : join(dataFolder(), mode)
  const running = whoRuns(folder)
  if (!running)
    throw new Sentence(
      'Matchbook does not run here: start it with npm start, or set DATABASE_URL, DATABASE_WORKER_URL and MATCHBOOK_SECRET (see .env.example).',
    )
  const secrets = secretsOf(folder)
  const secret = MATCHBOOK_SECRET || secrets.matchbook
  const { appUrl, workerUrl } =
    DATABASE_URL && DATABASE_OWNER_URL
      ? ownDatabase({ ownerUrl: DATABASE_OWNER_URL, appUrl: DATABASE_URL, ...(DATABASE_WORKER_URL && { workerUrl: DATABASE_WORKER_URL }) }, (purpose) =>
          derive(secret, purpose),
        )
      : embedded(folder, secrets.database)
  const { live, test } = secrets.sandbox
  const stripe =
    mode === 'test'
      ? Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (name.startsWith('STRIPE_') && value ? [[name, value]] : [])))
      : {
          STRIPE_LIVE_SECRET_KEY: live.secret,
          STRIPE_LIVE_PUBLISHABLE_KEY: live.publishable,
          STRIPE_TEST_SECRET_KEY: test.secret,
          STRIPE_TEST_PUBLISHABLE_KEY: test.publishable,
        }
  const sandboxUrl = mode === 'sandbox' ? (running.sandboxUrl ?? `http://127.0.0.1:${process.env.SANDBOX_PORT || 4010}`) : undefined
  const port = Number(new URL(running.url).port || 3000)
  const decided = { mode, url: running.url, port, host: '127.0.0.1', secret, appUrl, workerUrl, stripe, dev: false, ...(sandboxUrl && { sandboxUrl }) } as const
  // Only a run that is watched writes its log: a command says what it does itself.
  Object.assign(process.env, productEnvironment(decided), { LOG_LEVEL: process.env.LOG_LEVEL || 'error' })
}

function embedded(folder: string, passwords: { app: string; worker: string }): { appUrl: string; workerUrl: string } {
  const file = join(folder, 'postgres-port')
  if (!existsSync(file)) throw new Sentence('The database of this run is not known: start Matchbook with npm start once more.')
  const url = (user: string, password: string) => localUrl(user, password, Number(readFileSync(file, 'utf8')), 'matchbook')
  return { appUrl: url('matchbook_app_login', passwords.app), workerUrl: url('matchbook_worker_login', passwords.worker) }
}
