import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type Browser, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openSandbox, type Sandbox } from '../app'

/** A busy machine may take its time. */
const slowly = { timeout: 10_000 }

let sandbox: Sandbox
let browser: Browser
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const control = (path: string, body: unknown) =>
  fetch(`${sandbox.url}/_sandbox${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

beforeAll(async () => {
  sandbox = await openSandbox({ host: '127.0.0.1', port: 0, dataDir: null })
  await control('/shops', { slug: 'north', name: 'North Supply', currency: 'EUR', country: 'DE', number_prefix: 'N-' })
  await control('/shops/north/orders', { seed: 4, count: 3 })
  await control('/payments/foreign', { account: sandbox.world.accounts.platform().id, livemode: true, amount: 4200, currency: 'usd' })
  browser = await chromium.launch({ executablePath: inject('chromium') })
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await sandbox.close()
})

async function withPage(options: { colorScheme?: 'light' | 'dark'; width?: number }, work: (page: Page) => Promise<void>): Promise<void> {
  const page = await browser.newPage({ colorScheme: options.colorScheme ?? 'light', viewport: { width: options.width ?? 1440, height: 900 } })
  page.setDefaultTimeout(8000)
  const complaints: string[] = []
  page.on('console', (message) => {
    // The browser itself logs every refused request.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`${sandbox.url}/_sandbox`)
  await work(page)
  expect(complaints).toEqual([])
  await page.close()
}

const said = (page: Page) => page.getByRole('status')

describe('the console', () => {
  test.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 390],
  ] as const)('%s at %i: nothing serious for axe, no sideways scroll', (colorScheme, width) =>
    withPage({ colorScheme, width }, async (page) => {
      await page.evaluate(axe)
      const found = await page.evaluate(async () => {
        const run = (window as unknown as { axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> } }).axe.run()
        return (await run).violations.filter((one) => ['serious', 'critical'].includes(one.impact)).map((one) => `${one.id}: ${one.nodes[0]?.html ?? ''}`)
      })
      expect(found).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
    }),
  )

  test('by keyboard alone: order the chosen goods, move time on, refund', () =>
    withPage({}, async (page) => {
      await page.getByLabel('Quantity of Enamel mug, 350 ml').focus()
      await page.keyboard.type('2')
      await page.keyboard.press('Enter')
      await expect.poll(() => said(page).textContent(), slowly).toContain('Ordered')
      const first = page.getByRole('region', { name: 'Latest orders' }).getByRole('row').nth(1)
      await expect.poll(() => first.textContent(), slowly).toMatch(/N-1004[\s\S]*29\.00/)

      const before = sandbox.world.clock.offsetMs()
      await page.getByRole('button', { name: 'Advance 1 day' }).focus()
      await page.keyboard.press('Space')
      await expect.poll(() => sandbox.world.clock.offsetMs(), slowly).toBe(before + 86_400_000)

      const refund = page.getByRole('button', { name: /^Refund ch_.* in full$/ })
      await refund.focus()
      await page.keyboard.press('Enter')
      await expect.poll(() => page.getByRole('region', { name: 'Latest payments' }).textContent(), slowly).toContain('refunded')
      await expect.poll(() => refund.count(), slowly).toBe(0)
      await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[data-live]')?.getAttribute('data-live')), slowly).toBe('payments')
    }))

  test('forms show the fields of the chosen kind and say what is wrong', () =>
    withPage({}, async (page) => {
      const form = page.locator('#webhooks form')
      await form.getByLabel('Copies').waitFor()
      await form.getByLabel('What goes wrong').selectOption('delay')
      await form.getByLabel('Copies').waitFor({ state: 'hidden' })
      await form.getByLabel('and at most (ms)').fill('1')
      await form.getByRole('button', { name: 'Misdeliver' }).click()
      await expect.poll(() => said(page).textContent(), slowly).toContain('max_ms: must not be less than min_ms')
      await form.getByLabel('and at most (ms)').fill('9000')
      await form.getByRole('button', { name: 'Misdeliver' }).click()
      await expect.poll(() => page.getByRole('region', { name: 'Misdelivery rules' }).textContent(), slowly).toContain('min ms 2000, max ms 9000')
    }))
})
