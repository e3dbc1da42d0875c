import { encode } from 'next-auth/jwt'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { POST as backfill } from '@/app/api/backfills/route'
import { POST as requeue } from '@/app/api/effects/[id]/requeue/route'
import { POST as cancel } from '@/app/api/replays/[id]/cancel/route'
import { GET as read } from '@/app/api/replays/[id]/route'
import { POST as ask } from '@/app/api/replays/route'
import { config } from '@/lib/config/config'
import { cookieName, sessionSecret } from '@/lib/edge/session-cookie'
import { publicId } from '@/lib/kernel/public-id'
import { addMember } from '@/lib/tenancy/add-member'
import type { Role } from '@/lib/tenancy/core/roles'
import { createUser } from '@/lib/tenancy/create-user'
import { signIn } from '@/lib/tenancy/sign-in'
import { cardPayment, openHouse, type House } from '../inbox-house.test-support'
import { replayStep } from './replay-step'

let house: House
let slug: string
const cookies: Partial<Record<Role, string>> = {}

beforeAll(async () => {
  house = await openHouse()
  slug = (await house.rows<{ slug: string }>('SELECT slug FROM tenant'))[0]?.slug ?? ''
  for (const role of ['owner', 'developer', 'finance', 'auditor'] as const) {
    const email = `${role}@example.com`
    const { user_id } = await createUser({ email, name: role, password: 'four words make one' })
    await addMember({ tenant_id: house.tenant, user_id, role })
    const { session_id } = await signIn(email, 'four words make one', { address: '192.0.2.1' })
    cookies[role] = `${cookieName('session')}=${await encode({ token: { sid: session_id }, secret: sessionSecret() })}`
  }
  for (const event of cardPayment(house).events) await house.deliver(event)
  await house.drain()
}, 120_000)
afterAll(() => house.close())

type Handler = (request: Request, context?: { params: Promise<Record<string, string>> }) => Promise<Response>
async function call(
  handler: Handler,
  role: Role | null,
  options: { body?: unknown; id?: string; mode?: string } = {},
): Promise<{ status: number; body: Record<string, never> }> {
  const isPost = handler !== read
  const request = new Request(`${config().origin}/api/x?tenant=${slug}&mode=${options.mode ?? 'test'}`, {
    method: isPost ? 'POST' : 'GET',
    headers: { origin: config().origin, 'content-type': 'application/json', ...(role && { cookie: cookies[role] ?? '' }) },
    ...(isPost && { body: JSON.stringify(options.body ?? {}) }),
  })
  const answer = await handler(request, { params: Promise.resolve<Record<string, string>>(options.id === undefined ? {} : { id: options.id }) })
  return { status: answer.status, body: (await answer.json()) as Record<string, never> }
}

it('an owner asks for a replay, follows it, and may not cancel what is over; the answers hold no database id', async () => {
  const asked = await call(ask, 'owner', { body: { filter: { all: true }, dry_run: true } })
  expect(asked).toMatchObject({ status: 202, body: { replay: { state: 'queued', dry_run: true, actor_kind: 'user', found: 0 } } })
  const { id } = (asked.body as unknown as { replay: { id: string } }).replay
  expect(id).toMatch(/^rep_[0-9a-f]{32}$/)
  while (await replayStep()) continue
  expect(await call(read, 'auditor', { id })).toMatchObject({ status: 200, body: { replay: { id, state: 'done', difference: { counts: { payments: 0 } } } } })
  await house.owner.query(`UPDATE payment SET amount = 7`)
  const bent = await call(ask, 'developer', { body: { filter: { payment: 'pi_house' }, dry_run: true } })
  while (await replayStep()) continue
  const dry = await call(read, 'auditor', { id: (bent.body as unknown as { replay: { id: string } }).replay.id })
  expect(dry.body).toMatchObject({
    replay: { difference: { payments: [{ payment_id: expect.stringMatching(/^pay_/), fields: { 'payment.amount': ['7', '5000'] } }] } },
  })
  expect(JSON.stringify(dry.body)).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7/)
  await house.owner.query(`UPDATE payment SET amount = 5000`)
  expect(await call(read, 'owner', { id, mode: 'live' })).toMatchObject({ status: 404 })
  expect(await call(cancel, 'developer', { id })).toMatchObject({ status: 409, body: { error: { code: 'replay_over' } } })
})

it('who may not, may not; who is nobody, is asked to sign in', async () => {
  const body = { filter: { all: true }, dry_run: true }
  for (const role of ['finance', 'auditor'] as const) expect(await call(ask, role, { body })).toMatchObject({ status: 403 })
  expect(await call(ask, null, { body })).toMatchObject({ status: 401 })
  expect(await call(backfill, 'auditor')).toMatchObject({ status: 403 })
  expect(await call(requeue, 'auditor', { id: publicId('effect', house.order) })).toMatchObject({ status: 403 })
  expect(await house.rows(`SELECT count(*)::int AS n FROM replay`)).toEqual([{ n: 2 }])
})

it('what is wrong is named', async () => {
  expect(await call(ask, 'owner', { body: { filter: { since: 'now' }, dry_run: true } })).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid_field', field: 'since' } },
  })
  expect(await call(ask, 'owner', { body: { filter: { all: true } } })).toMatchObject({ status: 400, body: { error: { field: 'dry_run' } } })
  expect(await call(backfill, 'owner', { body: { since: 'now' } })).toMatchObject({ status: 400, body: { error: { field: 'since' } } })
  expect(await call(requeue, 'owner', { id: publicId('effect', house.order) })).toMatchObject({ status: 404 })
})

it('a backfill and a second try of an effect are asked for', async () => {
  expect(await call(backfill, 'developer', { body: {} })).toEqual({ status: 202, body: { backfill: { connections: 1 } } })
  const [effect] = await house.rows<{ id: string }>(`UPDATE effect SET state = 'dead' WHERE kind = 'order.mark_paid' RETURNING id`)
  const id = publicId('effect', effect?.id ?? '')
  expect(await call(requeue, 'finance', { id })).toEqual({ status: 202, body: { effect: { id, state: 'queued' } } })
  expect(await call(requeue, 'finance', { id })).toMatchObject({ status: 409, body: { error: { code: 'effect_not_requeueable' } } })
})
