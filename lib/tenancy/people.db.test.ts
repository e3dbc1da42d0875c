import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { closePools } from '@/lib/db/pools'
import { withTenant } from '@/lib/db/tenant'
import { clock, useClock, type Clock } from '@/lib/kernel/clock'
import { createTestDatabase, type TestDatabase } from '@/scripts/test-database'
import { addMember } from './add-member'
import { authenticateApiKey } from './authenticate-api-key'
import { absoluteMs, idleMs } from './core/session-life'
import { freeFailures, firstBlockMs } from './core/throttle'
import { createApiKey } from './create-api-key'
import { createTenant } from './create-tenant'
import { createUser } from './create-user'
import { memberOf } from './member-of'
import { hashPassword, nobody, passwordFits } from './password'
import { principalOf } from './principal'
import { apiKeysOf, membersOf, tenantOf, tenantsOf } from './queries'
import { recordActivity } from './record-activity'
import { revokeApiKey } from './revoke-api-key'
import { signIn } from './sign-in'
import { revokeSessionsOf, signOut } from './sign-out'

// Watched, not replaced: who is not there must cost what who is there costs.
vi.mock('./password', async (load) => {
  const real = await load<typeof import('./password')>()
  return { ...real, passwordFits: vi.fn(real.passwordFits) }
})

let db: TestDatabase
let owner: Client
let acme: string
let other: string
let ann: string
const password = 'four words make one'
let skewMs = 0
const wall: Clock = {
  ...clock,
  wallMs: () => Date.now() + skewMs,
  now: () => new Date(Date.now() + skewMs),
  nowMs: () => Date.now() + skewMs,
  sleep: clock.sleep,
}

beforeAll(async () => {
  db = await createTestDatabase()
  owner = new Client({ connectionString: db.ownerUrl })
  await owner.connect()
  Object.assign(process.env, {
    MATCHBOOK_MODE: 'test',
    MATCHBOOK_SECRET: Buffer.alloc(32, 7).toString('base64'),
    DATABASE_URL: db.appUrl,
    DATABASE_WORKER_URL: db.workerUrl,
    LOG_LEVEL: 'error',
  })
  acme = (await createTenant({ slug: 'acme', name: 'Acme', time_zone: 'Europe/Berlin' })).tenant_id
  other = (await createTenant({ slug: 'other', name: 'Other', time_zone: 'UTC' })).tenant_id
  ann = (await createUser({ email: 'Ann@Example.com', name: 'Ann', password })).user_id
  await addMember({ tenant_id: acme, user_id: ann, role: 'owner' })
  const eve = (await createUser({ email: 'eve@example.com', name: 'Eve', password })).user_id
  await addMember({ tenant_id: other, user_id: eve, role: 'owner' })
})

afterAll(async () => {
  await closePools()
  await owner?.end()
  await db?.drop()
})

beforeEach(async () => {
  skewMs = 0
  useClock(wall)
  await owner.query('DELETE FROM sign_in_throttle')
})
afterEach(() => void (skewMs = 0))

let addresses = 0
const from = () => ({ address: `192.0.2.${(addresses += 1)}` })

describe('signing in', () => {
  it('opens a session for the right password, however the address is spelt', async () => {
    const { session_id, user_id } = await signIn(' ANN@example.COM ', password, from())
    expect(user_id).toBe(ann)
    expect(await principalOf(session_id)).toEqual({ user_id: ann, session_id, user: { email: 'ann@example.com', name: 'Ann' } })
  })

  it('answers a wrong password, an unknown account and a disabled account alike', async () => {
    const gone = (await createUser({ email: 'gone@example.com', name: 'Gone', password })).user_id
    await owner.query('UPDATE "user" SET disabled_at = now() WHERE id = $1', [gone])
    const answers = await Promise.all([
      signIn('ann@example.com', 'not it at all', from()).catch((error: unknown) => error),
      signIn('nobody@example.com', password, from()).catch((error: unknown) => error),
      signIn('gone@example.com', password, from()).catch((error: unknown) => error),
      signIn('ann@example.com, evil@example.com', password, from()).catch((error: unknown) => error),
      signIn('ann@example.com\u0000', password, from()).catch((error: unknown) => error),
    ])
    const shapes = answers.map((error) => ({ ...(error as object), message: (error as Error).message }))
    expect(new Set(shapes.map((shape) => JSON.stringify(shape))).size).toBe(1)
    expect(shapes[0]).toMatchObject({ code: 'sign_in_refused', status: 401 })
  })

  it('does the same work for an unknown account', async () => {
    const costOf = (hashed: string) => hashed.split('$').slice(0, 4)
    expect(costOf(nobody)).toEqual(costOf(await hashPassword(password)))
    for (const [email, compared] of [
      ['ann@example.com', expect.stringContaining('$argon2id$')],
      ['nobody@example.com', null],
    ] as const) {
      await owner.query('DELETE FROM sign_in_throttle')
      vi.mocked(passwordFits).mockClear()
      await signIn(email, 'not it at all', from()).catch(() => undefined)
      expect(vi.mocked(passwordFits).mock.calls).toEqual([[compared, 'not it at all']])
    }
  })

  it('keeps no password and no address in clear', async () => {
    await signIn('ann@example.com', 'not it at all', { address: '198.51.100.77' }).catch(() => undefined)
    const { rows } = await owner.query(`SELECT u.password_hash, t.key FROM "user" u, sign_in_throttle t`)
    expect(JSON.stringify(rows)).not.toMatch(/four words|198\.51|ann@/)
    expect(rows[0].password_hash).toMatch(/^\$argon2id\$/)
  })

  it('blocks an account after five failures, also for the right password, and unknown accounts the same', async () => {
    for (const email of ['ann@example.com', 'nobody@example.com']) {
      for (let i = 0; i < freeFailures; i++) await expect(signIn(email, 'not it at all', from())).rejects.toMatchObject({ code: 'sign_in_refused' })
      await expect(signIn(email, password, from())).rejects.toMatchObject({ code: 'sign_in_throttled', status: 429 })
    }
    skewMs = firstBlockMs + 1_000
    await expect(signIn('ann@example.com', password, from())).resolves.toMatchObject({ user_id: ann })
  })

  it('blocks an address after five failures over many accounts', async () => {
    const address = '203.0.113.9'
    for (let i = 0; i < freeFailures; i++)
      await expect(signIn(`person${i}@example.com`, 'not it at all', { address })).rejects.toMatchObject({ code: 'sign_in_refused' })
    await expect(signIn('ann@example.com', password, { address })).rejects.toMatchObject({ code: 'sign_in_throttled' })
    await expect(signIn('ann@example.com', password, from())).resolves.toMatchObject({ user_id: ann })
  })

  it('counts tries at the same moment one by one', async () => {
    const tries = await Promise.all(
      Array.from({ length: 20 }, () => signIn('ann@example.com', 'not it at all', from()).catch((error: { code: string }) => error.code)),
    )
    expect(tries.filter((code) => code === 'sign_in_refused')).toHaveLength(freeFailures)
    expect(tries.filter((code) => code === 'sign_in_throttled')).toHaveLength(20 - freeFailures)
  })

  it('forgets failures of the account when it succeeds', async () => {
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < freeFailures - 1; i++) await signIn('ann@example.com', 'not it at all', from()).catch(() => undefined)
      await expect(signIn('ann@example.com', password, from())).resolves.toMatchObject({ user_id: ann })
    }
  })
})

describe('a session', () => {
  it('is refused at once when it is signed out, replaced by a new one, or revoked with all others', async () => {
    const first = await signIn('ann@example.com', password, from())
    const second = await signIn('ann@example.com', password, { ...from(), replaces: first.session_id })
    expect(await principalOf(first.session_id)).toBeNull()
    expect(await principalOf(second.session_id)).not.toBeNull()
    await signOut(second.session_id)
    expect(await principalOf(second.session_id)).toBeNull()
    const third = await signIn('ann@example.com', password, from())
    expect(await revokeSessionsOf(ann)).toBeGreaterThan(0)
    expect(await principalOf(third.session_id)).toBeNull()
  })

  it('is refused at once when the account is disabled', async () => {
    const { session_id } = await signIn('ann@example.com', password, from())
    await owner.query('UPDATE "user" SET disabled_at = now() WHERE id = $1', [ann])
    expect(await principalOf(session_id)).toBeNull()
    await owner.query('UPDATE "user" SET disabled_at = NULL WHERE id = $1', [ann])
    expect(await principalOf(session_id)).not.toBeNull()
  })

  it('ends after half an hour unused, and use prolongs it', async () => {
    const { session_id } = await signIn('ann@example.com', password, from())
    skewMs = idleMs - 5_000
    expect(await principalOf(session_id)).not.toBeNull()
    skewMs = 2 * idleMs - 10_000
    expect(await principalOf(session_id)).not.toBeNull()
    skewMs = 3 * idleMs
    expect(await principalOf(session_id)).toBeNull()
  })

  it('is not kept alive by looking without touching', async () => {
    const { session_id } = await signIn('ann@example.com', password, from())
    skewMs = idleMs - 5_000
    expect(await principalOf(session_id, { touch: false })).not.toBeNull()
    skewMs = idleMs + 5_000
    expect(await principalOf(session_id)).toBeNull()
  })

  it('ends after twelve hours, however much it is used', async () => {
    const { session_id } = await signIn('ann@example.com', password, from())
    for (skewMs = 0; skewMs < absoluteMs; skewMs += idleMs - 60_000) expect(await principalOf(session_id)).not.toBeNull()
    skewMs = absoluteMs + 1_000
    expect(await principalOf(session_id)).toBeNull()
  })

  it('that never was is refused', async () => {
    expect(await principalOf('01900000-0000-7000-8000-000000000000')).toBeNull()
    expect(await principalOf("x' OR '1'='1")).toBeNull()
    expect(await principalOf(null)).toBeNull()
  })
})

describe('a member', () => {
  const principal = () => ({ user_id: ann, session_id: '01900000-0000-7000-8000-000000000000', user: { email: 'ann@example.com', name: 'Ann' } })

  it('gets the scope, the role and the tenant', async () => {
    const member = await memberOf(principal(), 'acme', 'test', 'payments.read')
    expect(member).toMatchObject({
      scope: { tenant_id: acme, mode: 'test' },
      role: 'owner',
      tenant: { slug: 'acme', name: 'Acme', time_zone: 'Europe/Berlin' },
      user: { id: ann },
    })
    expect(await tenantsOf(principal())).toEqual([{ slug: 'acme', name: 'Acme', time_zone: 'Europe/Berlin', role: 'owner' }])
    expect(await tenantOf({ tenant_id: acme })).toEqual({ slug: 'acme', name: 'Acme', time_zone: 'Europe/Berlin' })
  })

  it("is told the same about another's tenant and about one that does not exist", async () => {
    const [foreign, none] = await Promise.all(
      ['other', 'nowhere'].map((slug) => memberOf(principal(), slug, 'live', 'payments.read').catch((error: unknown) => error)),
    )
    expect({ ...(foreign as object), message: (foreign as Error).message }).toEqual({ ...(none as object), message: (none as Error).message })
    expect(foreign).toMatchObject({ code: 'not_found', status: 404 })
  })

  it('loses the way in the moment the membership is gone, and what the role does not allow', async () => {
    const bob = (await createUser({ email: 'bob@example.com', name: 'Bob', password })).user_id
    const asBob = { ...principal(), user_id: bob }
    await addMember({ tenant_id: acme, user_id: bob, role: 'support' })
    await expect(memberOf(asBob, 'acme', 'live', 'payments.read')).resolves.toMatchObject({ role: 'support' })
    await expect(memberOf(asBob, 'acme', 'live', 'exports.create')).rejects.toMatchObject({ code: 'not_allowed', status: 403 })
    await addMember({ tenant_id: acme, user_id: bob, role: 'finance' })
    await expect(memberOf(asBob, 'acme', 'live', 'exports.create')).resolves.toMatchObject({ role: 'finance' })
    expect(await membersOf({ tenant_id: acme })).toMatchObject([
      { user_id: ann, role: 'owner' },
      { user_id: bob, role: 'finance', email: 'bob@example.com' },
    ])
    await owner.query('DELETE FROM membership WHERE user_id = $1', [bob])
    await expect(memberOf(asBob, 'acme', 'live', 'payments.read')).rejects.toMatchObject({ code: 'not_found' })
    const { rows } = await owner.query(`SELECT action, actor_kind, detail FROM activity WHERE subject_id = $1 ORDER BY at, id`, [bob])
    expect(rows).toEqual([
      { action: 'member.added', actor_kind: 'operator', detail: { role: 'support' } },
      { action: 'member.added', actor_kind: 'operator', detail: { role: 'finance' } },
    ])
  })
})

describe('an API key', () => {
  const call = (text: string) => authenticateApiKey({ headers: new Headers({ authorization: `Bearer ${text}` }) })
  const actor = { kind: 'operator' } as const

  it('names its tenant and mode, is shown once, and is stored as a hash', async () => {
    const { api_key_id, clear_text } = await createApiKey({ tenant_id: acme, mode: 'test' }, { name: 'shop', actor })
    expect(await call(clear_text)).toEqual({ scope: { tenant_id: acme, mode: 'test' }, api_key_id })
    const secret = clear_text.slice(-32)
    const { rows } = await owner.query(
      `SELECT encode(secret_hash, 'hex') AS hash, a.detail::text FROM api_key k JOIN activity a ON a.subject_id = k.id::text WHERE k.id = $1`,
      [api_key_id],
    )
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(secret)
    const [row] = await apiKeysOf({ tenant_id: acme, mode: 'test' })
    expect(row).toMatchObject({ id: api_key_id, name: 'shop', revoked_at: null })
    expect(row?.last_used_at).not.toBeNull()
    expect(Object.keys(row ?? {})).not.toContain('secret_hash')
    expect(await apiKeysOf({ tenant_id: other, mode: 'test' })).toEqual([])
  })

  it('is refused alike when it is wrong in any part, of another tenant or mode, revoked, or none', async () => {
    const { api_key_id, clear_text } = await createApiKey({ tenant_id: acme, mode: 'live' }, { name: 'shop', actor })
    const [mbk, tn, tenant, mode, id, secret] = clear_text.split('_')
    const key = (parts: Partial<Record<'tenant' | 'mode' | 'id' | 'secret', string>>) =>
      [mbk, tn, parts.tenant ?? tenant, parts.mode ?? mode, parts.id ?? id, parts.secret ?? secret].join('_')
    const elsewhere = await createApiKey({ tenant_id: other, mode: 'live' }, { name: 'theirs', actor })
    await expect(call(clear_text)).resolves.toMatchObject({ api_key_id })
    const wrong = [
      key({ tenant: other.replaceAll('-', '') }),
      key({ tenant: '0'.repeat(32) }),
      key({ mode: 'test' }),
      key({ id: '0'.repeat(32) }),
      key({ id: elsewhere.clear_text.split('_')[4] ?? '' }),
      key({ secret: '0'.repeat(32) }),
      key({ secret: '' }),
      `${clear_text}0`,
      'mbk_',
    ]
    const answers = await Promise.all(wrong.map((text) => call(text).catch((error: unknown) => error)))
    await revokeApiKey({ tenant_id: acme, mode: 'live' }, { api_key_id, actor })
    answers.push(await call(clear_text).catch((error: unknown) => error))
    for (const answer of answers) expect(answer).toMatchObject({ code: 'api_key_invalid', status: 401 })
    expect(new Set(answers.map((error) => (error as Error).message)).size).toBe(1)
    await expect(authenticateApiKey({ headers: new Headers() })).rejects.toMatchObject({ code: 'api_key_missing' })
    await expect(authenticateApiKey({ headers: new Headers({ authorization: `Basic ${clear_text}` }) })).rejects.toMatchObject({ code: 'api_key_missing' })
  })

  it('cannot be revoked from another tenant or mode, nor twice', async () => {
    const { api_key_id, clear_text } = await createApiKey({ tenant_id: acme, mode: 'live' }, { name: 'shop', actor })
    await expect(revokeApiKey({ tenant_id: other, mode: 'live' }, { api_key_id, actor })).rejects.toMatchObject({ code: 'not_found' })
    await expect(revokeApiKey({ tenant_id: acme, mode: 'test' }, { api_key_id, actor })).rejects.toMatchObject({ code: 'not_found' })
    await expect(call(clear_text)).resolves.toMatchObject({ api_key_id })
    await revokeApiKey({ tenant_id: acme, mode: 'live' }, { api_key_id, actor })
    await expect(revokeApiKey({ tenant_id: acme, mode: 'live' }, { api_key_id, actor })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('making tenants and people', () => {
  it('refuses what could not work, naming the field', async () => {
    await expect(createTenant({ slug: 'pay', name: 'x', time_zone: 'UTC' })).rejects.toMatchObject({ code: 'invalid_field', field: 'slug' })
    await expect(createTenant({ slug: 'fine-name', name: 'x', time_zone: 'Mars/Base' })).rejects.toMatchObject({ field: 'time_zone' })
    await expect(createTenant({ slug: 'acme', name: 'x', time_zone: 'UTC' })).rejects.toMatchObject({ code: 'slug_taken' })
    await expect(createUser({ email: 'ANN@example.com', name: 'x', password })).rejects.toMatchObject({ code: 'email_taken' })
    await expect(createUser({ email: 'new@example.com', name: 'x', password: 'short' })).rejects.toMatchObject({ code: 'password_unsuitable' })
  })

  it('writes activity only inside the transaction that did it', async () => {
    await withTenant({ tenant_id: acme }, async (tx) => {
      await recordActivity(tx, acme, { actor: { kind: 'user', id: ann }, action: 'thing.done', subject: { kind: 'thing', id: 'undone' } })
      throw new Error('undo')
    }).catch(() => undefined)
    await withTenant({ tenant_id: acme }, (tx) =>
      recordActivity(tx, acme, { actor: { kind: 'system' }, action: 'thing.done', subject: { kind: 'thing', id: 'done' } }),
    )
    const { rows } = await owner.query(`SELECT subject_id FROM activity WHERE action = 'thing.done'`)
    expect(rows).toEqual([{ subject_id: 'done' }])
    await expect(
      withTenant({ tenant_id: acme }, (tx) => recordActivity(tx, other, { actor: { kind: 'system' }, action: 'x', subject: { kind: 'x', id: 'x' } })),
    ).rejects.toThrow()
  })
})
