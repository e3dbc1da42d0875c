import { z } from 'zod'
import { Fault } from '@/lib/kernel/fault'
import type { Mode } from '@/lib/kernel/mode'
import { once } from '@/lib/kernel/once'

/** The only reader of process.env. Every variable is explained in `.env.example`; a wrong one stops the start. */
const text = z.string().trim().min(1)
const optionalText = z.preprocess((value) => (value === '' ? undefined : value), text.optional())
const url = z.string().url()
const optionalUrl = z.preprocess((value) => (value === '' ? undefined : value), url.optional())

function key(kinds: readonly string[], mode: Mode) {
  const shape = new RegExp(`^(${kinds.join('|')})_${mode}_`)
  return z.preprocess(
    (value) => (value === '' ? undefined : value),
    z
      .string()
      .regex(shape, `must start with ${kinds.map((kind) => `${kind}_${mode}_`).join(' or ')}: the mode of a key and of its variable must agree`)
      .optional(),
  )
}

const shape = z.object({
  MATCHBOOK_MODE: z.enum(['sandbox', 'test', 'live']).default('sandbox'),
  MATCHBOOK_URL: url.default('http://127.0.0.1:3000'),
  MATCHBOOK_SECRET: z
    .string()
    .refine((value) => Buffer.from(value, 'base64').length >= 32, 'must be at least 32 random bytes in base64 (openssl rand -base64 32)'),
  DATABASE_URL: text,
  DATABASE_WORKER_URL: optionalText,
  DATABASE_POOL: z.coerce.number().int().min(1).max(200).default(10),
  SANDBOX_URL: optionalUrl,
  STRIPE_LIVE_SECRET_KEY: key(['sk', 'rk'], 'live'),
  STRIPE_LIVE_PUBLISHABLE_KEY: key(['pk'], 'live'),
  STRIPE_LIVE_CHECKOUT_KEY: key(['rk'], 'live'),
  STRIPE_LIVE_READER_KEY: key(['rk'], 'live'),
  STRIPE_LIVE_REFUND_KEY: key(['rk'], 'live'),
  STRIPE_LIVE_CONNECT_WEBHOOK_SECRET: optionalText,
  STRIPE_TEST_SECRET_KEY: key(['sk', 'rk'], 'test'),
  STRIPE_TEST_PUBLISHABLE_KEY: key(['pk'], 'test'),
  STRIPE_TEST_CHECKOUT_KEY: key(['rk'], 'test'),
  STRIPE_TEST_READER_KEY: key(['rk'], 'test'),
  STRIPE_TEST_REFUND_KEY: key(['rk'], 'test'),
  STRIPE_TEST_CONNECT_WEBHOOK_SECRET: optionalText,
  INGEST_PORT: z.preprocess((value) => (value === '' ? undefined : value), z.coerce.number().int().min(0).max(65_535).default(3100)),
  INGEST_HOST: z.preprocess((value) => (value === '' ? undefined : value), text.default('127.0.0.1')),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
})

export type StripeKeys = { secret?: string; publishable?: string; checkout?: string; reader?: string; refund?: string; connectWebhookSecret?: string }

export type Config = {
  mode: 'sandbox' | 'test' | 'live'
  /** Our own origin, without a trailing slash. Links and origin checks use it, never a request's. */
  origin: string
  secret: Buffer
  databaseUrl: string
  workerDatabaseUrl: string
  poolSize: number
  /** Where `npm run ingest` listens. */
  ingest: { port: number; host: string }
  /** The stand-in's origin; null outside sandbox mode. */
  sandboxUrl: string | null
  /** The platform's own Stripe keys. */
  stripe: Record<Mode, StripeKeys>
}

/** @throws Fault `config_invalid` naming every wrong variable and what to do. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const parsed = shape.safeParse(env)
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
    throw new Fault('config_invalid', 500, `The environment is not usable: ${wrong}.`, { remedy: 'See .env.example for every variable.' })
  }
  const e = parsed.data
  if (e.MATCHBOOK_MODE === 'sandbox' && !e.SANDBOX_URL) {
    throw new Fault('config_invalid', 500, 'SANDBOX_URL is missing: sandbox mode needs the address of the stand-in.', {
      remedy: 'Start with `npm start`, or set MATCHBOOK_MODE to test or live with Stripe keys.',
    })
  }
  if (e.MATCHBOOK_MODE === 'test' && Object.entries(e).some(([name, value]) => name.startsWith('STRIPE_LIVE_') && value)) {
    throw new Fault('config_invalid', 500, 'MATCHBOOK_MODE is test but a STRIPE_LIVE_ variable is set.', {
      remedy: 'Remove the live keys or set MATCHBOOK_MODE=live.',
    })
  }
  const keys = (mode: 'LIVE' | 'TEST'): StripeKeys => ({
    secret: e[`STRIPE_${mode}_SECRET_KEY`],
    publishable: e[`STRIPE_${mode}_PUBLISHABLE_KEY`],
    checkout: e[`STRIPE_${mode}_CHECKOUT_KEY`],
    reader: e[`STRIPE_${mode}_READER_KEY`],
    refund: e[`STRIPE_${mode}_REFUND_KEY`],
    connectWebhookSecret: e[`STRIPE_${mode}_CONNECT_WEBHOOK_SECRET`],
  })
  return {
    mode: e.MATCHBOOK_MODE,
    origin: new URL(e.MATCHBOOK_URL).origin,
    secret: Buffer.from(e.MATCHBOOK_SECRET, 'base64'),
    databaseUrl: e.DATABASE_URL,
    workerDatabaseUrl: e.DATABASE_WORKER_URL ?? e.DATABASE_URL,
    poolSize: e.DATABASE_POOL,
    ingest: { port: e.INGEST_PORT, host: e.INGEST_HOST },
    sandboxUrl: e.MATCHBOOK_MODE === 'sandbox' && e.SANDBOX_URL ? new URL(e.SANDBOX_URL).origin : null,
    stripe: { live: keys('LIVE'), test: keys('TEST') },
  }
}

/** The configuration of this process, read and validated once. */
export function config(): Config {
  return once('config', () => readConfig(process.env))
}

/** Asked for before the rest is valid, so that a broken configuration can still be logged. */
export function logLevel(): string {
  return process.env.LOG_LEVEL || 'info'
}
