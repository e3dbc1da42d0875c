import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { inWorkerTransaction, workerPool } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { lockTenants } from '@/lib/matching/lock-tenants'
import { drainStep } from '../drain'
import { foldBatch } from '../fold/fold-batch'
import { cardPayment, openHouse, type House } from '../inbox-house.test-support'
import { acquireLeases, holdLeases, releaseLeases } from '../store/lease'
import { selectPending } from '../store/rows'
import { replayById } from './queries'
import { replayStep } from './replay-step'
import { startReplay } from './start-replay'
import { claimReplay } from './store/replays'

vi.setConfig({ testTimeout: 120_000 })

let house: House
beforeAll(async () => void (house = await openHouse()))
afterAll(() => house.close())

const scope = () => ({ tenant_id: house.tenant, mode: 'test' as const })
const start = (filter: Parameters<typeof startReplay>[1]['filter'], dry_run = false) => startReplay(scope(), { filter, dry_run, actor: { kind: 'operator' } })
const replay = async () => {
  while (await replayStep()) continue
}

it('what a batch of the drain is just folding is not undone by a replay that waits for it', async () => {
  const refund = {
    ...{ id: 're_1', object: 'refund', charge: 'ch_house', payment_intent: 'pi_house', amount: 5000, currency: 'usd', status: 'succeeded', created: 110 },
    ...{ reason: null, metadata: null, balance_transaction: 'txn_out' },
  }
  for (const event of [...cardPayment(house).events, house.eventOf('refund.created', 110, refund)]) await house.deliver(event)
  await house.drain()
  const failed = { ...refund, status: 'failed', failure_reason: 'expired_or_canceled_card', failure_balance_transaction: 'txn_back' }
  await house.deliver(house.eventOf('refund.failed', 120, failed))
  const { id } = await start({ payment: 'pi_house' })

  // As a batch of the drain does it; it commits once the replay has gathered what it knows and waits for the lock.
  const leases = await acquireLeases(workerPool(), 'other/1', 8, 200)
  const rows = await selectPending(
    workerPool(),
    leases.map((lease) => lease.bucket),
    450,
  )
  expect(rows).toHaveLength(1)
  let replaying: Promise<void> | undefined
  await inWorkerTransaction(async (sql) => {
    await foldBatch(sql, rows, clock.now(), { held: holdLeases(sql, 'other/1', leases).then(() => undefined) })
    replaying = replay()
    await expect
      .poll(() => house.rows(`SELECT 1 FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')`), { timeout: 30_000 })
      .not.toHaveLength(0)
    await releaseLeases(sql, 'other/1', leases)
  })
  await replaying
  expect(await house.rows('SELECT r.status, p.amount_refunded FROM refund r JOIN payment p ON p.id = r.payment_id')).toEqual([
    { status: 'failed', amount_refunded: 0n },
  ])
  expect(await replayById(scope(), id)).toMatchObject({ state: 'done', difference: { payments: [] } })
})

it('side by side with the drain it takes nothing back', async () => {
  const { intent } = cardPayment(house)
  const intents = Array.from({ length: 300 }, (_, index) => ({ ...intent, id: `pi_${index}`, metadata: {} }))
  for (const each of intents) await house.deliver(house.eventOf('payment_intent.created', 100, each))
  await house.drain()
  const { id } = await start({ all: true })
  let over = false
  const draining = (async () => {
    while (!over) {
      while (await drainStep('other/1')) continue
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  })()
  const replaying = replay()
  for (const each of intents) await house.deliver(house.eventOf('payment_intent.succeeded', 105, { ...each, status: 'succeeded', amount_received: 5000 }))
  await replaying
  over = true
  await draining
  await house.drain()
  expect(await house.rows('SELECT DISTINCT status FROM payment')).toEqual([{ status: 'succeeded' }])
  expect(await replayById(scope(), id)).toMatchObject({ state: 'done', difference: { counts: { payments: 0 } } })
})

it('waits for nobody who waits for it: it needs no connection that they hold', async () => {
  for (const event of cardPayment(house).events) await house.deliver(event)
  await house.drain()
  const { id } = await start({ payment: 'pi_house' })
  const waiting = () => house.rows(`SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'`)
  const end = async () => {
    while ((await replayById(scope(), id))?.state !== 'done') await replayStep()
  }
  let replaying: Promise<void> | undefined
  let effects: Promise<void>[] = []
  await inWorkerTransaction(async (sql) => {
    await lockTenants(sql, [house.tenant])
    replaying = end()
    await expect.poll(waiting, { timeout: 30_000 }).toHaveLength(1)
    // As many effects as a process ends at a time, more than there are connections.
    effects = Array.from({ length: 12 }, () => inWorkerTransaction((other) => lockTenants(other, [house.tenant])))
    await expect.poll(async () => (await waiting()).length, { timeout: 30_000 }).toBeGreaterThan(6)
  })
  expect((await Promise.allSettled(effects)).filter(({ status }) => status === 'rejected')).toEqual([])
  await replaying
})

it('of one tenant only one runs, however many workers ask at the same moment', async () => {
  await start({ all: true })
  await start({ all: true }, true)
  for (let round = 0; round < 20; round++) {
    await house.owner.query(`UPDATE replay SET state = 'queued', lease_until = NULL, due_at = now() - interval '1 minute'`)
    const claims = Array.from({ length: 4 }, () => inWorkerTransaction((sql) => claimReplay(sql, clock.now(), 60, null)))
    expect((await Promise.all(claims)).filter((claimed) => claimed !== null)).toHaveLength(1)
  }
})
