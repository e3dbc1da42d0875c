import { createHmac } from 'node:crypto'

const STRIPE_NAMES = ['LIVE', 'TEST'].flatMap((mode) =>
  ['SECRET_KEY', 'PUBLISHABLE_KEY', 'CHECKOUT_KEY', 'READER_KEY', 'REFUND_KEY', 'CONNECT_WEBHOOK_SECRET'].map((name) => `STRIPE_${mode}_${name}`),
)

/** What the supervisor decided about a run. */
export type Decided = {
  mode: 'sandbox' | 'test' | 'live'
  url: string
  port: number
  host: string
  secret: string
  appUrl: string
  workerUrl: string
  sandboxUrl?: string
  /** STRIPE_* variables. */
  stripe: Record<string, string>
  dev: boolean
}

/** Variables of one process. */
export type Environment = NodeJS.ProcessEnv

/**
 * The environment of the product's processes: what the machine gives, plus what was decided. The owner's
 * connection string never enters, and names that are not decided are emptied rather than left out, because
 * Next fills gaps from a `.env` file.
 */
export function productEnvironment(decided: Decided): Environment {
  return {
    ...machineEnvironment(decided.dev),
    ...Object.fromEntries(STRIPE_NAMES.map((name) => [name, ''])),
    ...decided.stripe,
    MATCHBOOK_MODE: decided.mode,
    MATCHBOOK_URL: decided.url,
    MATCHBOOK_SECRET: decided.secret,
    PORT: String(decided.port),
    HOST: decided.host,
    DATABASE_URL: decided.appUrl,
    DATABASE_WORKER_URL: decided.workerUrl,
    DATABASE_OWNER_URL: '',
    SANDBOX_URL: decided.sandboxUrl ?? '',
    NEXTAUTH_URL: decided.url,
    NEXTAUTH_SECRET: process.env.NEXTAUTH_SECRET || derive(decided.secret, 'next-auth'),
  }
}

/** What any child gets: the machine's variables without npm's and without ours. */
export function machineEnvironment(dev = false): Environment {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|STRIPE_|DATABASE_OWNER_URL$|SANDBOX_)/i.test(name))
  return { ...Object.fromEntries(kept), NODE_ENV: dev ? 'development' : 'production', NEXT_TELEMETRY_DISABLED: '1' }
}

/** A secret for one purpose, derived from the main one (base64), itself in base64url. */
export function derive(secret: string, purpose: string): string {
  return createHmac('sha256', Buffer.from(secret, 'base64')).update(`matchbook:${purpose}`).digest('base64url')
}
