import { spawn } from 'node:child_process'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { backfillStep } from '@/lib/inbox/backfill/backfill-step'
import { openLivingShop, type LivingShop } from '@/lib/inbox/living-shop.test-support'
import { clock } from '@/lib/kernel/clock'
import { root } from './paths'

// A process is started beside a look that Stripe holds up: a machine under load needs its time.
vi.setConfig({ testTimeout: 180_000 })

let shop: LivingShop
beforeAll(async () => void (shop = await openLivingShop()), 120_000)
afterAll(() => shop?.stop())

/** `npm run backfill` as a process: what it said, and how it ended. */
async function backfill(...more: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'backfill', '--tenant', 'acme', ...more], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'test' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', (data: Buffer) => (said += data.toString()))
  child.stderr.on('data', (data: Buffer) => (said += data.toString()))
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, said })))
}

it('waits for a look that began after it asked, and not for the one that was under way', async () => {
  while (await backfillStep()) continue
  await shop.advance(3_600)
  await shop.world.sandbox.post('/_sandbox/faults', { path: '/v1/events', kind: 'status', status: 500, hold_ms: 15_000, times: 1 })
  const hourly = backfillStep()
  const since = new Date(clock.nowMs() - 20 * 86_400_000)
  const command = backfill('--since', since.toISOString())
  await expect.poll(() => shop.rows(`SELECT 1 FROM activity WHERE action = 'backfill.requested'`), { timeout: 60_000 }).toHaveLength(1)
  expect(await Promise.race([hourly, 'under way'])).toBe('under way')
  const { code, said } = await command
  expect(said).toContain(`events listed since ${new Date(since.getTime() - 600_000).toISOString()}, 0 had never been delivered`)
  expect(code).toBe(0)
  await hourly
})
