import { encode } from 'next-auth/jwt'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { channels, closeHub } from '@/lib/db/notify'
import { closePools } from '@/lib/db/pools'
import { useClock, type Clock } from '@/lib/kernel/clock'
import { Fault } from '@/lib/kernel/fault'
import { addMember } from '@/lib/tenancy/add-member'
import { createApiKey } from '@/lib/tenancy/create-api-key'
import { createTenant } from '@/lib/tenancy/create-tenant'
import { createUser } from '@/lib/tenancy/create-user'
import { signIn } from '@/lib/tenancy/sign-in'
import { signOut } from '@/lib/tenancy/sign-out'
import { createTestDatabase, type TestDatabase } from '@/scripts/test-database'
import { readBytes, readJson } from './body'
import { handle } from './handle'
import { json } from './reply'
import { cookieName, sessionSecret } from './session-cookie'

let db: TestDatabase
let owner: Client
let tenant_id: string
let user_id: string
let key: string
const password = 'four words make one'
const origin = 'http://127.0.0.1:3999'

beforeAll(async () => {
  db = await createTestDatabase()
  owner = new Client({ connectionString: db.ownerUrl })
  await owner.connect()
  Object.assign(process.env, {
    MATCHBOOK_MODE: 'test',
    MATCHBOOK_URL: origin,
    MATCHBOOK_SECRET: Buffer.alloc(32, 7).toString('base64'),
    DATABASE_URL: db.appUrl,
    DATABASE_WORKER_URL: db.workerUrl,
    LOG_LEVEL: 'error',
  })
  tenant_id = (await createTenant({ slug: 'acme', name: 'Acme', time_zone: 'UTC' })).tenant_id
  const other = await createTenant({ slug: 'other', name: 'Other', time_zone: 'UTC' })
  const eve = await createUser({ email: 'eve@example.com', name: 'Eve', password })
  await addMember({ ...other, ...eve, role: 'owner' })
  user_id = (await createUser({ email: 'ann@example.com', name: 'Ann', password })).user_id
  await addMember({ tenant_id, user_id, role: 'support' })
  key = (await createApiKey({ tenant_id, mode: 'test' }, { name: 'shop', actor: { kind: 'operator' } })).clear_text
})

afterAll(async () => {
  await closeHub()
  await closePools()
  await owner?.end()
  await db?.drop()
})

async function session(): Promise<{ session_id: string; cookie: string }> {
  const { session_id } = await signIn('ann@example.com', password, { address: '192.0.2.1' })
  return { session_id, cookie: `other=1; ${cookieName('session')}=${await encode({ token: { sid: session_id }, secret: sessionSecret() })}` }
}

const get = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) => new Request(`http://localhost:1${path}`, { headers, ...init })

describe('a route made by handle', () => {
  const search = handle('GET /api/search', async ({ member }) => json({ tenant: member.tenant.slug, mode: member.scope.mode, amount: 12n }))

  it('answers a member, forbids keeping the answer, and names the request', async () => {
    const { cookie } = await session()
    const answer = await search(get('/api/search?tenant=acme&mode=test', { cookie }))
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ tenant: 'acme', mode: 'test', amount: 12 })
    expect(answer.headers.get('cache-control')).toBe('private, no-store')
    expect(answer.headers.get('vary')).toBe('Cookie, Authorization')
    expect(answer.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/)
  })

  it('refuses a stranger, an ended session, a forged and a foreign cookie with the same words', async () => {
    const { session_id, cookie } = await session()
    await signOut(session_id)
    const alive = (await session()).session_id
    const forged = `${cookieName('session')}=${await encode({ token: { sid: alive }, secret: 'another secret' })}`
    for (const headers of [{}, { cookie }, { cookie: forged }, { cookie: `${cookieName('session')}=${alive}` }]) {
      const answer = await search(get('/api/search?tenant=acme', headers as Record<string, string>))
      expect(answer.status).toBe(401)
      expect(((await answer.json()) as { error: { code: string } }).error.code).toBe('not_signed_in')
      expect(answer.headers.get('cache-control')).toBe('private, no-store')
    }
  })

  it("answers about another's tenant as about none", async () => {
    const { cookie } = await session()
    const bodies = await Promise.all(
      ['other', 'nowhere', '', "' OR 1=1"].map(async (tenant) => {
        const answer = await search(get(`/api/search?${new URLSearchParams({ tenant })}`, { cookie }))
        const { error } = (await answer.json()) as { error: Record<string, unknown> }
        return JSON.stringify([answer.status, { ...error, request_id: null }])
      }),
    )
    expect(new Set(bodies).size).toBe(1)
    expect(bodies[0]).toContain('not_found')
    expect((await search(get('/api/search?tenant=acme&mode=prod', { cookie }))).status).toBe(400)
  })

  it('tells a member whose role is not enough whom to ask', async () => {
    const { cookie } = await session()
    const answer = await handle('GET /api/exports/payments', async () => json({}))(get('/api/exports/payments?tenant=acme', { cookie }))
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ error: { code: 'not_allowed', remedy: 'Ask someone with the role owner or finance or auditor.' } })
  })

  it('takes tenant and mode of a backend from its key alone', async () => {
    const create = handle('POST /api/v1/checkouts', async ({ caller, request }) =>
      json({ ...caller.scope, ...(await readJson(request, z.strictObject({ order: z.string() }))) }, { status: 201 }),
    )
    const post = (body: string, headers: Record<string, string> = {}) =>
      create(
        get(
          '/api/v1/checkouts?tenant=other&mode=live',
          { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
          { method: 'POST', body },
        ),
      )
    const good = await post('{"order":"7"}')
    expect(good.status).toBe(201)
    expect(await good.json()).toEqual({ tenant_id, mode: 'test', order: '7' })
    expect(await (await post('{"order":"7","mode":"live"}')).json()).toMatchObject({ error: { code: 'invalid_field', field: 'mode', remedy: 'Leave it out.' } })
    expect(await (await post('{"order":7}')).json()).toMatchObject({ error: { code: 'invalid_field', field: 'order' } })
    expect((await post('{"order"')).status).toBe(400)
    expect((await post('{}', { 'content-type': 'text/plain' })).status).toBe(415)
    const refused = await post('{"order":"7"}', { authorization: `Bearer ${key.slice(0, -1)}` })
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  })

  it('turns what is thrown into an answer, without its text unless it is a Fault', async () => {
    const failing = (error: unknown) => handle('GET /healthz', async () => Promise.reject(error))(get('/healthz'))
    const fault = await failing(new Fault('order_gone', 409, 'The order is gone.', { field: 'order', remedy: 'Read it again.' }))
    expect(fault.status).toBe(409)
    expect(await fault.json()).toMatchObject({
      error: { code: 'order_gone', message: 'The order is gone.', field: 'order', remedy: 'Read it again.', request_id: fault.headers.get('x-request-id') },
    })
    const unknown = await failing(new Error('relation "secret_table" does not exist'))
    expect(unknown.status).toBe(500)
    expect(await unknown.text()).not.toContain('secret_table')
    const away = await failing(Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' }))
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await away.text()).not.toContain('10.0.0.1')
  })
})

describe('a body', () => {
  const streamed = (chunks: number, size: number, waitMs = 0): Request => {
    let left = chunks
    const body = new ReadableStream({
      pull: async (controller) => {
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
        if (left-- > 0) controller.enqueue(new Uint8Array(size))
        else controller.close()
      },
    })
    return new Request('http://localhost:1/', { method: 'POST', body, duplex: 'half' } as RequestInit)
  }

  it('is read as it is, up to the limit and no further', async () => {
    expect((await readBytes(streamed(4, 1_000), { limit: 4_000 })).length).toBe(4_000)
    await expect(readBytes(streamed(5, 1_000), { limit: 4_000 })).rejects.toMatchObject({ code: 'body_too_large', status: 413 })
    await expect(readBytes(get('/', { 'content-length': '4001' }, { method: 'POST', body: 'x' }), { limit: 4_000 })).rejects.toMatchObject({ status: 413 })
  })

  it('has to arrive in time', async () => {
    await expect(readBytes(streamed(100, 1, 50), { deadlineMs: 120 })).rejects.toMatchObject({ code: 'body_too_slow', status: 408 })
  })
})

describe('the stream of changes', () => {
  async function open(query: string, cookie: string): Promise<{ next(): Promise<string>; close(): Promise<void>; status: number }> {
    const { GET } = await import('@/app/api/stream/route')
    const stop = new AbortController()
    const answer = await GET(new Request(`http://localhost:1/api/stream?${query}`, { headers: { cookie }, signal: stop.signal }))
    const reader = answer.body?.getReader()
    return {
      status: answer.status,
      next: async () => new TextDecoder().decode((await reader?.read())?.value),
      close: async () => {
        stop.abort()
        await reader?.cancel()
      },
    }
  }
  const tell = (change: object) => owner.query('SELECT pg_notify($1, $2)', [channels.changes, JSON.stringify(change)])

  it('tells the own tenant and mode alone', async () => {
    const { cookie } = await session()
    const stream = await open('tenant=acme&mode=test', cookie)
    expect(await stream.next()).toContain('event: open')
    expect(await stream.next()).toContain('event: refresh')
    await tell({ tenant_id: 'another', mode: 'test', kind: 'payment', ids: ['theirs'] })
    await tell({ tenant_id, mode: 'live', kind: 'payment', ids: ['real'] })
    await tell({ tenant_id, mode: 'test', kind: 'order', ids: ['mine'] })
    expect(await stream.next()).toBe('event: change\ndata: {"kind":"order","ids":["mine"]}\n\n')
    await stream.close()
  })

  it('is refused without a session or a membership, and beyond a bound', async () => {
    const { cookie } = await session()
    expect((await open('tenant=acme', '')).status).toBe(401)
    expect((await open('tenant=other', cookie)).status).toBe(404)
    const streams = await Promise.all(Array.from({ length: 9 }, () => open('tenant=acme', cookie)))
    expect(streams.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 8 }, () => 200), 429])
    await Promise.all(streams.map((stream) => stream.close()))
    const again = await Promise.all(Array.from({ length: 8 }, () => open('tenant=acme', cookie)))
    expect(again.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
    await Promise.all(again.map((stream) => stream.close()))
  })

  it('says that a session ended when it did; while nobody can tell it just ends, so that the page connects again', async () => {
    const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
    const wall: Clock = { now: () => new Date(), nowMs: () => Date.now(), wallMs: () => Date.now(), sleep }
    const told = async (happens: (session_id: string) => Promise<unknown>): Promise<string> => {
      const { session_id, cookie } = await session()
      const stream = await open('tenant=acme&mode=test', cookie)
      await happens(session_id)
      let text = ''
      for (let next = await stream.next(); next !== ''; next = await stream.next()) text += next
      return text
    }
    useClock({ ...wall, sleep: (ms) => sleep(ms / 100) })
    try {
      expect(await told(signOut)).toContain('signed-out')
      const away = await told(() => owner.query('ALTER TABLE session RENAME TO session_away'))
      expect(away).toContain('still here')
      expect(away).not.toContain('signed-out')
    } finally {
      await owner.query('ALTER TABLE IF EXISTS session_away RENAME TO session')
      useClock(wall)
    }
  })

  it('folds what a slow reader missed into one refresh', async () => {
    const { cookie } = await session()
    const stream = await open('tenant=acme&mode=test', cookie)
    for (let i = 0; i < 100; i++) await tell({ tenant_id, mode: 'test', kind: 'payment', ids: [String(i)] })
    await new Promise((resolve) => setTimeout(resolve, 200))
    const seen: string[] = []
    for (let i = 0; i < 18; i++) seen.push(await Promise.race([stream.next(), new Promise<string>((resolve) => setTimeout(() => resolve('nothing'), 300))]))
    const changes = seen.filter((text) => text.startsWith('event: change'))
    expect(changes.length).toBeLessThan(20)
    expect(seen.slice(10)).toContain('event: refresh\ndata: {}\n\n')
    await stream.close()
  })
})

describe('readiness', () => {
  const ask = async () => {
    const { GET } = await import('@/app/readyz/route')
    const answer = await GET(get('/readyz'))
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }

  it('knows the database, the migrations, the secret and the worker', async () => {
    expect(await ask()).toMatchObject({
      status: 200,
      body: { ready: true, draining: false, database: 'ok', secret: 'ok', worker: { state: 'never', age_ms: null } },
    })
    await owner.query(`INSERT INTO worker_heartbeat (worker, seen_at) VALUES ('w1', now() - interval '1 minute')`)
    expect(await ask()).toMatchObject({ status: 200, body: { worker: { state: 'stale' } } })
    await owner.query(`INSERT INTO worker_heartbeat (worker, seen_at) VALUES ('w2', now())`)
    expect(await ask()).toMatchObject({ status: 200, body: { worker: { state: 'ok' } } })
  })

  it('says no while the database lacks a migration of the code', async () => {
    await owner.query('GRANT SELECT ON _prisma_migrations TO matchbook_app')
    expect(await ask()).toMatchObject({ status: 200, body: { migrations: 'current' } })
    const { rows } = await owner.query('SELECT migration_name FROM _prisma_migrations ORDER BY 1 DESC LIMIT 1')
    await owner.query('UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = $1', [rows[0].migration_name])
    expect(await ask()).toMatchObject({ status: 503, body: { ready: false, migrations: 'behind' } })
    await owner.query('UPDATE _prisma_migrations SET finished_at = now() WHERE migration_name = $1', [rows[0].migration_name])
    await owner.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ('later', 'x', '99999999999999_later', now(), 1)`,
    )
    expect(await ask()).toMatchObject({ status: 200, body: { migrations: 'ahead' } })
  })

  it('says no while the process stops, and open streams end', async () => {
    const { drain } = await import('./shutdown')
    const { GET } = await import('@/app/api/stream/route')
    const { cookie } = await session()
    const answer = await GET(get('/api/stream?tenant=acme', { cookie }))
    const ended = answer.text()
    await drain()
    expect(await ended).toContain('event: open')
    expect((await GET(get('/api/stream?tenant=acme', { cookie }))).status).toBe(503)
    expect(await ask()).toMatchObject({ status: 503, body: { ready: false, draining: true } })
  })
})
