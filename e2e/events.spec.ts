import type { Page } from '@playwright/test'
import { publicId } from '@/lib/kernel/public-id'
import { storeNamed } from './demo'
import { lookAt } from './look'
import { amount, Merchant } from './merchant'
import { paymentsOf, rows } from './records'
import { atRest } from './rest'
import { askCheckout, orderAndPay, payQuietly, takeOrder } from './shop'
import { day, sandbox } from './stripe'
import { expect, test } from './world'

const owner = 'ida@nordlicht.example'

async function goTo(page: Page, address: string, heading: string | RegExp): Promise<void> {
  await page.goto(address)
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible()
}

/**
 * What the product cannot do now and could later: a refund of this amount. A bug that is mended afterwards cannot be
 * staged otherwise, so this is a rule of the database that comes and goes.
 */
async function refuseRefundsOf(minor: number): Promise<void> {
  await rows(`ALTER TABLE refund ADD CONSTRAINT not_for_now CHECK (amount <> ${minor}) NOT VALID`)
}
async function takeRefundsAgain(): Promise<void> {
  await rows('ALTER TABLE refund DROP CONSTRAINT IF EXISTS not_for_now')
}

test('what could not be applied is seen with its reason, and a replay applies it after showing what will change', async ({ demo, browser }) => {
  test.setTimeout(600_000)
  const order = await orderAndPay(storeNamed(demo, 'nordlicht-living'))
  await atRest()
  const [paid] = await paymentsOf(order)
  if (!paid) throw new Error('the order has no payment')
  const refunded = () =>
    rows<{ amount_refunded: string; refunds: string }>(
      `SELECT p.amount_refunded, (SELECT count(*) FROM refund f WHERE f.tenant_id = p.tenant_id AND f.payment_id = p.id) AS refunds FROM payment p WHERE p.id = $1`,
      [paid.id],
    )
  const merchant = await Merchant.signIn(browser, owner)
  const { page } = merchant
  const wrong: string[] = []
  const look = async (name: string, address: string, heading: string | RegExp) =>
    void wrong.push(...(await lookAt(page, name, () => goTo(page, address, heading))))

  await refuseRefundsOf(1731)
  try {
    await sandbox.post('/_sandbox/refunds', { payment_intent: paid.stripe_id, amount: 1731, reason: 'requested_by_customer' })
    await atRest()
  } finally {
    await takeRefundsAgain()
  }
  expect(await refunded()).toEqual([{ amount_refunded: '0', refunds: '0' }])

  // Seen: from the first screen, in the list, and whole.
  await goTo(page, '/nordlicht', /./)
  await page.getByRole('link', { name: 'Events', exact: true }).last().click()
  const [refund] = await rows<{ object_id: string }>(
    `SELECT object_id FROM inbox_event WHERE state = 'quarantined' AND type = 'refund.created' ORDER BY received_at DESC LIMIT 1`,
  )
  const mine = `/nordlicht/events?outcome=quarantined&q=${refund?.object_id}`
  await goTo(page, mine, 'Events')
  const row = page.locator('[data-row]').first()
  await expect(row).toContainText('Could not be applied')
  await row.getByRole('link').first().click()
  await expect(page.getByRole('heading', { level: 1, name: /^refund\./ })).toBeVisible()
  await expect(page.getByText('Set aside: could not be applied').first()).toBeVisible()
  await expect(page.getByText(/violates check constraint/)).toBeVisible()
  await look('event-set-aside', page.url(), /^refund\./)

  // The dry run says what would change, and changes nothing.
  await page.setViewportSize({ width: 1440, height: 900 })
  await goTo(page, mine, 'Events')
  await page.getByRole('button', { name: 'Replay these…' }).click()
  await expect(page.getByRole('dialog')).toContainText(refund?.object_id ?? 'nothing')
  await page.getByRole('button', { name: 'Start the dry run' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Dry run of a replay' })).toBeVisible()
  const change = merchant.part('The difference').getByRole('listitem').filter({ hasText: paid.stripe_id })
  await expect(change).toBeVisible({ timeout: 20_000 })
  await expect(change).toContainText('payment.amount_refunded')
  await expect(page.getByRole('button', { name: 'Apply' })).toBeVisible({ timeout: 20_000 })
  expect(await refunded()).toEqual([{ amount_refunded: '0', refunds: '0' }])
  await look('replay-dry-run', page.url(), 'Dry run of a replay')

  // Applied: the difference is now so.
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Replay', exact: true })).toBeVisible()
  await expect.poll(refunded, { timeout: 20_000 }).toEqual([{ amount_refunded: '1731', refunds: '1' }])
  await atRest()
  await goTo(page, `/nordlicht/payments/${publicId('payment', paid.id)}`, /^Payment of /)
  await expect(merchant.part('Amounts')).toContainText(amount('17.31', 'eur'))

  // Who did it is kept.
  await look('replays', '/nordlicht/events/replays', 'Replays')
  const made = page.locator('[data-row]').filter({ hasText: refund?.object_id ?? 'nothing' })
  await expect(made).toHaveCount(2)
  for (const each of await made.all()) await expect(each).toContainText('Ida Brandt')
  expect(wrong).toEqual([])
  await merchant.leave()
})

test('an event’s content is shown without what names a person or opens a payment', async ({ demo, browser }) => {
  test.setTimeout(300_000)
  const order = await takeOrder(storeNamed(demo, 'nordlicht-living'))
  const answer = await askCheckout(order)
  await payQuietly(answer)
  await atRest()
  const secret = answer.body.session?.client_secret ?? ''
  const [paid] = await paymentsOf(order)
  const stored = await rows<{ id: string; type: string; body: string }>(
    `SELECT DISTINCT e.id, e.type, convert_from(e.body, 'UTF8') AS body FROM payment_transition t JOIN inbox_event e ON e.bucket = t.inbox_bucket AND e.id = t.inbox_id WHERE t.payment_id = $1`,
    [paid?.id],
  )
  const session = secret.split('_secret_')[0] ?? ''
  stored.push(
    ...(await rows<{ id: string; type: string; body: string }>(
      `SELECT e.id, e.type, convert_from(e.body, 'UTF8') AS body FROM inbox_event e WHERE e.object_id = $1`,
      [session],
    )),
  )
  // What must not be seen is really there, or nothing is proven.
  const all = stored.map((row) => row.body).join('\n')
  const privates = ['ada.lindqvist@example.com', secret].filter((text) => all.includes(text))
  expect(privates).not.toEqual([])
  const fingerprints = [...all.matchAll(/"fingerprint":\s*"([^"]+)"/g)].map((found) => found[1] ?? '')
  expect(fingerprints).not.toEqual([])

  const merchant = await Merchant.signIn(browser, owner)
  for (const { id, body } of stored) {
    const response = await merchant.page.goto(`/nordlicht/events/${publicId('inbox_event', id)}`)
    const html = `${await response?.text()}${await merchant.page.content()}`
    for (const text of [...privates, ...fingerprints, 'ada.lindqvist', 'Lindqvist'].filter((one) => body.includes(one)))
      expect(html, `${text} in ${id}`).not.toContain(text)
    await expect(merchant.part('Content')).toContainText('"')
  }
  const shown = stored.find((row) => row.type === 'checkout.session.completed') ?? stored[0]
  await goTo(merchant.page, `/nordlicht/events/${publicId('inbox_event', shown?.id ?? '')}`, shown?.type ?? '')
  await merchant.page.getByRole('button', { name: 'Open all' }).click()
  await expect(merchant.part('Content')).toContainText('hidden')
  await expect(merchant.part('Content')).toContainText(session)
  await merchant.leave()
})

test('the health page says what the database says', async ({ demo, browser }) => {
  test.setTimeout(300_000)
  const store = storeNamed(demo, 'nordlicht-living')
  await sandbox.post('/_sandbox/webhooks/rules', { kind: 'duplicate', copies: 2, together: 1, spread_ms: 200 })
  await orderAndPay(store)
  await atRest()
  const offset = await sandbox.offsetMs()
  const tellings = () =>
    rows<{ deliveries: string; applied: string; ignored: string; repeats: string; quarantined: string }>(
      `SELECT count(*) AS deliveries, count(*) FILTER (WHERE e.state = 'applied') AS applied, count(*) FILTER (WHERE e.state = 'ignored') AS ignored,
            coalesce(sum(e.duplicate_count), 0) AS repeats, count(*) FILTER (WHERE e.state = 'quarantined') AS quarantined
       FROM inbox_event e JOIN connection c ON c.tenant_id = e.tenant_id AND c.id = e.connection_id
      WHERE c.account_id = $1 AND c.mode = 'live' AND e.kind = 'delivery' AND e.received_at >= $2`,
      [store.account, new Date(Date.now() + offset - 14 * day * 1000)],
    )
  const merchant = await Merchant.signIn(browser, owner)
  await goTo(merchant.page, '/nordlicht/connection?span=fortnight', 'Stripe')
  const figures = merchant.page.getByLabel('Deliveries', { exact: true }).first()
  const number = (text: string | undefined) => Number(text).toLocaleString('en-US')
  // Repeats of what was heard before may still be on their way: page and database are compared until they rest.
  let told: Awaited<ReturnType<typeof tellings>>[number] | undefined
  await expect(async () => {
    ;[told] = await tellings()
    await expect(figures).toContainText(`Deliveries${number(told?.deliveries)}`, { timeout: 5_000 })
    await expect(figures).toContainText(`${number(told?.applied)} applied, ${number(told?.ignored)} ignored`, { timeout: 5_000 })
    await expect(figures).toContainText(`Repeats${number(told?.repeats)}`, { timeout: 5_000 })
  }).toPass({ timeout: 60_000 })
  expect(Number(told?.repeats)).toBeGreaterThan(0)
  await expect(merchant.page.getByText(/^Heard .*, as usual$/)).toBeVisible()

  // The chart is a table as well, and adds up to the same.
  await merchant.page.getByText('As a table').click()
  const cells = await merchant.page
    .getByRole('table', { name: /Deliveries per day/ })
    .locator('td')
    .allTextContents()
  expect(cells.reduce((sum, cell) => sum + Number(cell), 0)).toBe(Number(told?.deliveries))

  await merchant.page.setViewportSize({ width: 1440, height: 900 })
  const wrong = await lookAt(merchant.page, 'connection-health', () => goTo(merchant.page, '/nordlicht/connection?span=fortnight', 'Stripe'))
  expect(wrong).toEqual([])
  await merchant.leave()
})

test('who may not replay sees no way to, and is refused', async ({ demo, browser }) => {
  test.setTimeout(600_000)
  await orderAndPay(storeNamed(demo, 'nordlicht-living'))
  await atRest()
  // Finance at Nordlicht: reads everything here, changes no state by replaying.
  const merchant = await Merchant.signIn(browser, 'mira@agency.example')
  const { page } = merchant
  await goTo(page, '/nordlicht/events', 'Events')
  await expect(page.locator('[data-row]').first()).toBeVisible()
  await expect(page.getByRole('button', { name: /^Replay/ })).toHaveCount(0)
  await page.locator('[data-row] [data-row-link]').first().click()
  await expect(page.getByRole('region', { name: 'What became of it' })).toBeVisible()
  await expect(page.getByRole('button', { name: /^Replay/ })).toHaveCount(0)
  const refused = await page.evaluate(async () => {
    const answer = await fetch('/api/replays?tenant=nordlicht', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ filter: { all: true }, dry_run: true }),
    })
    return answer.status
  })
  expect(refused).toBe(403)
  await merchant.leave()

  const other = await Merchant.signIn(browser, owner)
  await goTo(other.page, '/nordlicht/events', 'Events')
  await expect(other.page.getByRole('button', { name: /^Replay/ })).toHaveCount(1)
  const looks = await lookAt(other.page, 'events', () => goTo(other.page, '/nordlicht/events', 'Events'))
  looks.push(...(await lookAt(other.page, 'exceptions', () => goTo(other.page, '/nordlicht/exceptions', 'Exceptions'))))
  expect(looks).toEqual([])
  await other.leave()
})
