import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Scope } from '@/lib/db/tenant'
import { openHouse, type House } from '@/lib/inbox/inbox-house.test-support'
import { clockOffset, setClockOffset } from '@/lib/kernel/clock'
import { Fault } from '@/lib/kernel/fault'
import { newId } from '@/lib/kernel/id'
import { answerOnce, type Answer } from './answer-once'
import { abandonedAfterMs } from './core/claim'
import { answerRequest, findRequest, insertRequest, restartRequest, type StoredRequest } from './store/requests'

let house: House
let scope: Scope
const api_key_id = newId()

beforeAll(async () => {
  house = await openHouse()
  scope = { tenant_id: house.tenant, mode: 'test' }
  await house.owner.query(`INSERT INTO api_key (tenant_id, id, mode, name, secret_hash, created_at) VALUES ($1, $2, 'test', 'backend', '\\x01', now())`, [
    house.tenant,
    api_key_id,
  ])
}, 60_000)
afterAll(() => house.close())

/** Works that end when the test says so, under one key. */
function requestsOf(key: string) {
  return {
    async begin(): Promise<{ answered: Promise<unknown>; succeed(body: string): void; fail(): void }> {
      let end: { resolve(answer: Answer): void; reject(error: Error): void } | null = null
      const work = () => new Promise<Answer>((resolve, reject) => (end = { resolve, reject }))
      const answered = answerOnce(scope, { api_key_id, key, route: 'POST /api/v1/checkouts', params: { a: 1 } }, work).catch((error: Fault) => ({
        code: error.code,
      }))
      await expect.poll(() => end).not.toBeNull()
      return {
        answered,
        succeed: (body) => end?.resolve({ status: 201, body }),
        fail: () => end?.reject(new Fault('stripe_unreachable', 503, 'Stripe could not be reached.')),
      }
    },
    repeat: () =>
      answerOnce(scope, { api_key_id, key, route: 'POST /api/v1/checkouts', params: { a: 1 } }, async () => ({ status: 201, body: 'done again' })).catch(
        (error: Fault) => ({ code: error.code }),
      ),
  }
}
/** From now on a request that is at work counts as cut off. */
const abandon = () => setClockOffset(clockOffset() + abandonedAfterMs + 1_000)

it('a request that fails after it was taken over leaves the kept answer as it is, and gets it too', async () => {
  const { begin, repeat } = requestsOf('fails-late')
  const first = await begin()
  abandon()
  const second = await begin()
  second.succeed('made by the second')
  expect(await second.answered).toEqual({ status: 201, body: 'made by the second', replayed: false })
  first.fail()
  expect(await first.answered).toEqual({ status: 201, body: 'made by the second', replayed: true })
  expect(await repeat()).toEqual({ status: 201, body: 'made by the second', replayed: true })
})

it('a request that succeeds after it was taken over answers what is kept: one key, one answer', async () => {
  const { begin, repeat } = requestsOf('succeeds-late')
  const first = await begin()
  abandon()
  const second = await begin()
  second.succeed('made by the second')
  await second.answered
  first.succeed('made by the first')
  expect(await first.answered).toEqual({ status: 201, body: 'made by the second', replayed: true })
  expect(await repeat()).toEqual({ status: 201, body: 'made by the second', replayed: true })
})

it('a request that was taken over does not speak for its successor that is at work', async () => {
  const { begin, repeat } = requestsOf('overtaken')
  const first = await begin()
  abandon()
  const second = await begin()
  first.succeed('made by the first')
  expect(await first.answered).toEqual({ code: 'idempotency_in_progress' })
  expect(await repeat()).toEqual({ code: 'idempotency_in_progress' })
  second.succeed('made by the second')
  await second.answered
  expect(await repeat()).toEqual({ status: 201, body: 'made by the second', replayed: true })

  const failing = requestsOf('overtaken-and-failed')
  const early = await failing.begin()
  abandon()
  const late = await failing.begin()
  early.fail()
  expect(await early.answered).toEqual({ code: 'stripe_unreachable' })
  expect(await failing.repeat(), 'its successor is at work still').toEqual({ code: 'idempotency_in_progress' })
  late.succeed('made by the successor')
  await late.answered
  expect(await failing.repeat()).toEqual({ status: 201, body: 'made by the successor', replayed: true })
})

it('a request whose successor was refused is the only one that made something: its answer is kept', async () => {
  const { begin, repeat } = requestsOf('refused-successor')
  const first = await begin()
  abandon()
  const second = await begin()
  second.fail()
  expect(await second.answered).toEqual({ code: 'stripe_unreachable' })
  first.succeed('made by the first')
  expect(await first.answered).toEqual({ status: 201, body: 'made by the first', replayed: false })
  expect(await repeat()).toEqual({ status: 201, body: 'made by the first', replayed: true })
})

it('a repeat that looked before that answer was kept does not begin anew beside it', async () => {
  const ref = { api_key_id, key: 'kept-between-look-and-claim' }
  const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms)
  await insertRequest(scope, ref, 'hash', at(0))
  await restartRequest(scope, ref, (await findRequest(scope, ref)) as StoredRequest, at(61_000))
  await answerRequest(scope, ref, at(61_000), { http_status: 503, sealed: null, at: at(62_000) })
  const seen = (await findRequest(scope, ref)) as StoredRequest
  expect(await answerRequest(scope, ref, at(0), { http_status: 201, sealed: 'made by the first', at: at(63_000) })).toBe(true)
  expect(await restartRequest(scope, ref, seen, at(63_001))).toBe(false)
  expect(await findRequest(scope, ref)).toMatchObject({ state: 'answered', http_status: 201, reply: { sealed: 'made by the first' } })
})
