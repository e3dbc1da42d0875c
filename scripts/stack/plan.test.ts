import { expect, test } from 'vitest'
import { planFromEnvironment } from './plan'

const plan = (env: Record<string, string>) => planFromEnvironment(env as unknown as NodeJS.ProcessEnv, false)
const database = { DATABASE_URL: 'postgresql://app:a@db/m', DATABASE_OWNER_URL: 'postgresql://owner:o@db/m' }
const live = { STRIPE_LIVE_SECRET_KEY: 'sk_live_x', STRIPE_LIVE_PUBLISHABLE_KEY: 'pk_live_x' }

test('nothing set is the sandbox with everything embedded', () => {
  expect(plan({})).toMatchObject({ mode: 'sandbox', database: undefined, stripe: undefined, seed: true, ports: { web: 3000, sandbox: 4010 } })
})

test('a demo is found again where it was made, unless other ports are asked for', () => {
  const madeAt = () => ({ web: 3100, sandbox: 4110 })
  const env = (more: Record<string, string>) => more as unknown as NodeJS.ProcessEnv
  expect(planFromEnvironment(env({}), false, madeAt).ports).toEqual({ web: 3100, sandbox: 4110 })
  expect(planFromEnvironment(env({ PORT: '3200' }), false, madeAt).ports).toEqual({ web: 3200, sandbox: 4110 })
  expect(planFromEnvironment(env({ STRIPE_TEST_SECRET_KEY: 'sk_test_x' }), false, madeAt).ports).toEqual({ web: 3000, sandbox: 4010 })
})

test('keys choose the mode, and no demo is made beside Stripe', () => {
  expect(plan({ ...live, ...database, MATCHBOOK_SECRET: 's', MATCHBOOK_URL: 'https://pay.example.com' })).toMatchObject({
    mode: 'live',
    seed: false,
    stripe: live,
  })
  expect(plan({ STRIPE_TEST_SECRET_KEY: 'sk_test_x' })).toMatchObject({ mode: 'test', seed: false, database: undefined })
})

test.each<[Record<string, string>, RegExp]>([
  [live, /Live payments need a PostgreSQL of your own/],
  [{ ...live, ...database }, /Set MATCHBOOK_SECRET/],
  [{ ...live, ...database, MATCHBOOK_SECRET: 's' }, /Set MATCHBOOK_URL/],
  [{ DATABASE_URL: database.DATABASE_URL }, /DATABASE_OWNER_URL is missing/],
  [{ ...database, DATABASE_URL: 'mysql://x' }, /DATABASE_URL must look like/],
  [{ MATCHBOOK_MODE: 'demo' }, /must be sandbox, test or live/],
  [{ MATCHBOOK_MODE: 'live' }, /no Stripe key is set/],
  [{ MATCHBOOK_MODE: 'sandbox', STRIPE_TEST_SECRET_KEY: 'sk_test_x' }, /remove the Stripe keys/],
  [{ PORT: 'http' }, /PORT is "http"/],
])('%o is refused with one sentence', (env, sentence) => {
  expect(() => plan(env)).toThrow(sentence)
})
