import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { clockOffset } from '@/lib/kernel/clock'
import { makeEffectRunner } from '@/lib/effects/run-effects'
import { drainStep } from '../drain'
import { openLivingShop, type LivingShop } from '../living-shop.test-support'
import { replayById, type ReplayRow } from './queries'
import { replayStep } from './replay-step'
import { startReplay } from './start-replay'

vi.setConfig({ testTimeout: 180_000 })

let shop: LivingShop
const operator = { kind: 'operator' as const }
const nothing = { payments: 0, others: 0, events: 0, effects: 0, exceptions_opened: 0, exceptions_closed: 0 }

/** A shop that lived through what shops live through, told in any order, twice, late and not at all. */
beforeAll(async () => {
  shop = await openLivingShop()
  const { sandbox } = shop.world
  const account = shop.store.account_id
  await sandbox.post('/_sandbox/webhooks/rules', { kind: 'duplicate', share: 0.3, copies: 2, seed: 1 })
  await sandbox.post('/_sandbox/webhooks/rules', { kind: 'reorder', window_ms: 200, seed: 2 })
  const paid = []
  for (let index = 0; index < 4; index++) paid.push(await shop.pay())
  await shop.pay({ card: '4000000000000002' })
  await shop.pay({ card: '4000002500003155', three_d_secure: 'succeed' })
  await shop.pay({ card: '4000002500003155', three_d_secure: 'leave' })
  await shop.pay({ us_bank_account: { routing_number: '110000000', account_number: '000123456789' } })
  await shop.work()
  await sandbox.post('/_sandbox/refunds', { payment_intent: paid[0]?.payment_intent, amount: 500 })
  await sandbox.post('/_sandbox/refunds', { payment_intent: paid[0]?.payment_intent, amount: 400 })
  await sandbox.post('/_sandbox/refunds', { payment_intent: paid[1]?.payment_intent })
  const dispute = await sandbox.post<{ id: string }>('/_sandbox/disputes', { payment_intent: paid[2]?.payment_intent })
  await sandbox.post('/_sandbox/payments/foreign', { account, amount: 4200, currency: 'usd', livemode: true })
  await shop.work()
  await sandbox.post(`/_sandbox/disputes/${dispute.id}/win`, {})
  await shop.advance(3 * 86_400)
  await shop.work()
  await shop.advance(86_400)
  await shop.work()
}, 180_000)
afterAll(() => shop?.stop())

async function everything(withWriter = true): Promise<Record<string, string>> {
  const tables = await shop.rows<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
      WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname NOT IN ('replay', 'activity', 'membership') ORDER BY 1`,
  )
  const found: Record<string, string> = {}
  for (const { name } of tables) {
    const [row] = await shop.rows<{ n: string; hash: string }>(
      `SELECT count(*)::text AS n, coalesce(md5(string_agg(${withWriter ? 't.xmin::text || t::text' : `(to_jsonb(t) - 'updated_at')::text`}, '|' ORDER BY t::text)), '') AS hash FROM "${name}" t`,
    )
    found[name] = `${row?.n} ${row?.hash}`
  }
  return found
}
async function run(filter: object, dry_run = false): Promise<ReplayRow> {
  const { id } = await startReplay(shop.scope, { filter, dry_run, actor: operator })
  while (await replayStep(id)) continue
  const done = await replayById(shop.scope, id)
  if (done === null) throw new Error('the replay is gone')
  expect([done.state, done.error, done.problems]).toEqual(['done', null, []])
  return done
}
const count = async (text: string) => Number((await shop.rows<{ n: string }>(`SELECT count(*) AS n FROM ${text}`))[0]?.n)

it('the whole inbox of a shop that lived changes no row of any table, not even who wrote it', async () => {
  expect(await count(`inbox_event WHERE state = 'pending'`)).toBe(0)
  expect(await count(`inbox_event WHERE duplicate_count > 0`)).toBeGreaterThan(5)
  expect(await count(`inbox_event WHERE kind = 'read'`)).toBeGreaterThan(3)
  expect(await count(`effect WHERE state = 'done'`)).toBeGreaterThan(3)
  expect(await count('refund')).toBe(3)
  expect(await count('dispute')).toBe(1)
  // What was closed and is open again: two rows of one key.
  for (const state of ['closed', 'open'])
    await shop.rows(
      `INSERT INTO exception (tenant_id, id, mode, key, type, state, subject_kind, subject_id, payment_id, detail, opened_at, closed_at)
       SELECT tenant_id, gen_random_uuid(), mode, 'order_paid_elsewhere:again', 'order_paid_elsewhere', $1, 'order', 'again', id, '{}', now(), CASE WHEN $1 = 'closed' THEN now() END
         FROM payment ORDER BY id LIMIT 1`,
      [state],
    )
  const before = await everything()
  const done = await run({ all: true })
  expect(done.difference).toEqual({ payments: [], events: [], counts: nothing })
  expect(await everything()).toEqual(before)
  expect(done.found).toBe(await count(`inbox_event WHERE state <> 'pending'`))
})

it('books that were bent everywhere come out as they were', async () => {
  const healthy = await everything(false)
  const open = await count(`exception WHERE state = 'open'`)
  await shop.rows(
    `UPDATE payment SET status = 'processing', amount = amount + 1, amount_refunded = 3, fee = 1, net = 1, fee_state = 'known', metadata = '{}', last_error = '{"code": "x"}'`,
  )
  await shop.rows(`UPDATE charge SET amount_captured = 0, captured = false, balance_transaction_id = NULL, status = 'pending'`)
  await shop.rows(`UPDATE refund SET status = 'pending', amount = 1`)
  await shop.rows(`UPDATE dispute SET status = 'lost', funds_reinstated = false`)
  const dry = await run({ all: true }, true)
  expect(dry.difference.counts.payments).toBe(await count(`payment WHERE status <> 'unknown'`))
  const real = await run({ all: true })
  expect(real.difference).toEqual(dry.difference)
  // What the bent amounts opened was closed again, and stays as it was closed.
  expect({ ...(await everything(false)), exception: '' }).toEqual({ ...healthy, exception: '' })
  expect(await count(`exception WHERE state = 'open'`)).toBe(open)
  expect((await run({ all: true }, true)).difference.counts).toEqual(nothing)
})

it('finds nothing while a shop is away and its effects are tried again, nor when they are queued anew', async () => {
  await shop.pay()
  await shop.world.sandbox.post('/_sandbox/faults', { path: '/shops/north/**', kind: 'status', status: 403, times: null })
  const effects = makeEffectRunner()
  for (let round = 0; round < 3; round++) {
    await shop.drain()
    await shop.advance(40)
    while (await effects.step()) continue
  }
  expect(await count('effect WHERE attempts > 1')).toBeGreaterThan(0)
  expect((await run({ all: true }, true)).difference.counts).toEqual(nothing)
  await shop.world.sandbox.remove('/_sandbox/faults')
  await shop.rows(`UPDATE effect SET state = 'queued', attempts = 0 WHERE state IN ('running', 'dead')`)
  expect((await run({ all: true }, true)).difference.counts).toEqual(nothing)
  await shop.advance(3600)
  await shop.work()
})

it('killed with -9 again and again it goes on where it was, and counts nothing twice', async () => {
  await shop.rows(`UPDATE payment SET amount = amount + 1 WHERE status = 'succeeded'`)
  const bent = await count(`payment WHERE status = 'succeeded'`)
  const { id } = await startReplay(shop.scope, { filter: { all: true }, dry_run: false, actor: operator })
  for (let kill = 0; kill < 3; kill++) {
    const worker = spawn(
      process.execPath,
      ['--import', 'tsx', 'lib/inbox/replay/step-once.test-support.ts', JSON.stringify({ id, offset_ms: clockOffset() })],
      {
        env: process.env,
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    const died = new Promise((resolve) => worker.once('exit', resolve))
    await new Promise((resolve) => worker.stdout.once('data', resolve))
    await new Promise((resolve) => setTimeout(resolve, 30 + 40 * kill))
    worker.kill('SIGKILL')
    await died
    await shop.rows(`UPDATE replay SET lease_until = now() - interval '1 second' WHERE state = 'running'`)
  }
  while (await replayStep(id)) continue
  expect(await replayById(shop.scope, id)).toMatchObject({
    state: 'done',
    found: await count(`inbox_event WHERE state <> 'pending'`),
    difference: { counts: { ...nothing, payments: bent } },
  })
})

it('takes turns with the drain: what comes in meanwhile is folded once, and nothing is lost', async () => {
  const before = await count(`inbox_event WHERE state = 'applied'`)
  await shop.rows(`UPDATE payment SET amount = amount + 1 WHERE status = 'succeeded'`)
  const { id } = await startReplay(shop.scope, { filter: { all: true }, dry_run: false, actor: operator })
  const replaying = (async () => {
    while (await replayStep(id)) continue
  })()
  const living = (async () => {
    for (let index = 0; index < 3; index++) {
      await shop.pay()
      await shop.world.sandbox.post('/_sandbox/webhooks/settle', {})
      while (await drainStep('other')) continue
    }
  })()
  await Promise.all([replaying, living])
  await shop.work()
  expect(await count(`inbox_event WHERE state = 'applied'`)).toBeGreaterThan(before)
  expect((await run({ all: true }, true)).difference.counts).toEqual(nothing)
  expect(
    await count(`payment p WHERE status = 'succeeded' AND NOT EXISTS (SELECT 1 FROM charge c WHERE c.payment_id = p.id AND c.amount_captured = p.amount)`),
  ).toBe(0)
})
