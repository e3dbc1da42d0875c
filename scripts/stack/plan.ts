import { join } from 'node:path'
import { Sentence } from '../sentence'
import type { StackOptions } from '../stack'
import { dataFolder } from './data-folder'
import type { demoPorts } from './demo'

/**
 * What the environment asks `npm start` to run. Ports that it leaves open are those at which the demo of the data folder
 * was made (`madeAt`), else the usual ones. Throws a Sentence where it contradicts itself or lacks something.
 */
export function planFromEnvironment(env: NodeJS.ProcessEnv, dev: boolean, madeAt: typeof demoPorts = () => ({})): StackOptions {
  const stripe = Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (/^STRIPE_(LIVE|TEST)_/.test(name) && value ? [[name, value]] : [])))
  const mode = modeOf(env.MATCHBOOK_MODE, Object.keys(stripe))
  const database = databaseOf(env)
  if (mode === 'live' && !database)
    throw new Sentence('Live payments need a PostgreSQL of your own: set DATABASE_URL and DATABASE_OWNER_URL (see .env.example).')
  if (mode !== 'sandbox' && database) {
    if (!env.MATCHBOOK_SECRET)
      throw new Sentence(
        'Set MATCHBOOK_SECRET to 32 random bytes in base64 (openssl rand -base64 32) and keep it with your backups: what is sealed with it opens with nothing else.',
      )
    if (!env.MATCHBOOK_URL)
      throw new Sentence('Set MATCHBOOK_URL to the address under which people and Stripe reach Matchbook, such as https://pay.example.com.')
  }
  // Stripe's test mode has a data folder of its own: its rows are nothing to the sandbox's.
  const dataDir = mode === 'sandbox' ? dataFolder() : join(dataFolder(), mode)
  const made = mode === 'sandbox' && !database ? madeAt(dataDir) : {}
  return {
    mode,
    database,
    stripe: mode === 'sandbox' ? undefined : stripe,
    dataDir,
    ports: { web: portOf(env, 'PORT', made.web ?? 3000), sandbox: portOf(env, 'SANDBOX_PORT', made.sandbox ?? 4010) },
    host: env.HOST && /^[\d.:a-f]+$/.test(env.HOST) ? env.HOST : undefined,
    url: env.MATCHBOOK_URL || undefined,
    secret: env.MATCHBOOK_SECRET || undefined,
    seed: mode === 'sandbox',
    dev,
  }
}

function modeOf(asked: string | undefined, stripeNames: string[]): 'sandbox' | 'test' | 'live' {
  const modes = ['sandbox', 'test', 'live'] as const
  if (asked) {
    const mode = modes.find((one) => one === asked)
    if (!mode) throw new Sentence(`MATCHBOOK_MODE is "${asked}": it must be sandbox, test or live.`)
    if (mode === 'sandbox' && stripeNames.length)
      throw new Sentence(`MATCHBOOK_MODE is sandbox, but ${stripeNames[0]} is set: remove the Stripe keys, or set MATCHBOOK_MODE to test or live.`)
    if (mode !== 'sandbox' && !stripeNames.length)
      throw new Sentence(
        `MATCHBOOK_MODE is ${mode}, but no Stripe key is set: add STRIPE_${mode.toUpperCase()}_SECRET_KEY and STRIPE_${mode.toUpperCase()}_PUBLISHABLE_KEY (see .env.example).`,
      )
    return mode
  }
  if (stripeNames.some((name) => name.startsWith('STRIPE_LIVE_'))) return 'live'
  return stripeNames.length ? 'test' : 'sandbox'
}

function databaseOf(env: NodeJS.ProcessEnv): StackOptions['database'] {
  const { DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl, DATABASE_WORKER_URL: workerUrl } = env
  if (!appUrl && !ownerUrl) return undefined
  if (!appUrl || !ownerUrl)
    throw new Sentence(
      `${appUrl ? 'DATABASE_OWNER_URL' : 'DATABASE_URL'} is missing: an own database needs both, the app's login and the owner that migrates (or neither, for the embedded one).`,
    )
  for (const [name, value] of Object.entries({ DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl, DATABASE_WORKER_URL: workerUrl })) {
    if (value && !/^postgres(ql)?:\/\/[^/]+@/.test(value)) throw new Sentence(`${name} must look like postgresql://user:password@host:5432/database.`)
  }
  return { appUrl, ownerUrl, workerUrl: workerUrl || undefined }
}

function portOf(env: NodeJS.ProcessEnv, name: string, usual: number): number {
  if (!env[name]) return usual
  const port = Number(env[name])
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Sentence(`${name} is "${env[name]}": it must be a number from 1 to 65535.`)
  return port
}
