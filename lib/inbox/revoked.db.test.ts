import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { lookUpSilentStep } from '@/lib/checkout/look-up-silent'
import { clock } from '@/lib/kernel/clock'
import { answerReadsStep } from './answer-reads'
import { backfillStep } from './backfill/backfill-step'
import { openLivingShop, type LivingShop } from './living-shop.test-support'

vi.setConfig({ testTimeout: 120_000 })

let shop: LivingShop
beforeAll(async () => void (shop = await openLivingShop()), 120_000)
afterAll(() => shop?.stop())

const connection = async () => (await shop.rows<{ state: string; revoked_at: Date | null }>('SELECT state, revoked_at FROM connection'))[0]
const wanted = async () => (await shop.rows<{ object_id: string }>('SELECT object_id FROM object_read ORDER BY object_id')).map((row) => row.object_id)

/** What a worker does about reads and lists in an hour; a connection is remembered for seconds of wall time. */
async function anHour(): Promise<void> {
  await shop.advance(3_700)
  while (await backfillStep()) continue
  vi.spyOn(clock, 'wallMs').mockReturnValue(Date.now() + 60_000)
  while (await answerReadsStep()) continue
  vi.restoreAllMocks()
}

it('access that Stripe denies for a while revokes the connection, and what is wanted waits until it is back', async () => {
  const { payment_intent } = await shop.pay()
  await shop.work()
  await anHour()
  expect(await connection()).toEqual({ state: 'active', revoked_at: null })

  const { id } = await shop.world.sandbox.post<{ id: string }>('/_sandbox/faults', {
    path: '/v1/**',
    method: 'GET',
    kind: 'status',
    status: 403,
    code: 'account_invalid',
    times: null,
  })
  expect(id).toBeTruthy()
  await shop.rows(
    `INSERT INTO object_read (tenant_id, connection_id, object_id, reason, wanted_at, due_at) SELECT tenant_id, id, $1, 'tie', now() - interval '1 year', now() - interval '1 year' FROM connection`,
    [payment_intent],
  )
  while (await answerReadsStep()) continue
  const revoked = await connection()
  expect(revoked?.state).toBe('revoked')
  expect(await wanted()).toEqual([payment_intent])
  await anHour()
  expect(await connection(), 'since when it is so stands').toEqual(revoked)
  expect(await wanted()).toEqual([payment_intent])

  await shop.world.sandbox.remove('/_sandbox/faults')
  await anHour()
  expect(await connection()).toEqual({ state: 'active', revoked_at: null })
  await anHour()
  expect(await wanted()).toEqual([])
  await shop.drain()
  expect(await shop.rows(`SELECT 1 AS one FROM inbox_event WHERE type = 'payment_intent.read' AND object_id = $1`, [payment_intent])).toEqual([{ one: 1 }])
})

it('access that is back is found also with a key that may not read accounts', async () => {
  const denied = async (...paths: [path: string, code: string][]) => {
    await shop.world.sandbox.remove('/_sandbox/faults')
    for (const [path, code] of paths) await shop.world.sandbox.post('/_sandbox/faults', { path, method: 'GET', kind: 'status', status: 403, code, times: null })
    await anHour()
    return (await connection())?.state
  }
  const accounts: [string, string] = ['/v1/accounts/**', 'more_permissions_required']
  expect(await denied(['/v1/**', 'account_invalid'])).toBe('revoked')
  expect(await denied(accounts, ['/v1/balance_transactions', 'account_invalid'])).toBe('revoked')
  expect(await denied(accounts)).toBe('active')
  await shop.world.sandbox.remove('/_sandbox/faults')
})

it('a silent session that Stripe does not know is asked for once a day, not once a minute', async () => {
  await shop.rows(`DELETE FROM object_read`)
  await shop.rows(
    `UPDATE checkout_attempt SET state = 'open', session_id = 'cs_live_nobody', session_as_of = NULL, session_expires_at = now() - interval '1 year' WHERE id = (SELECT id FROM checkout_attempt LIMIT 1)`,
  )
  const asked = async () => (await shop.rows<{ attempts: number }>(`SELECT attempts FROM object_read WHERE object_id = 'cs_live_nobody'`))[0]?.attempts
  for (let turn = 0; turn < 3; turn++) {
    await lookUpSilentStep()
    while (await answerReadsStep()) continue
  }
  expect(await asked()).toBe(1)
  await shop.advance(86_500)
  while (await answerReadsStep()) continue
  expect(await asked()).toBe(2)
})
