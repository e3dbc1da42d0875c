import type { Page } from '@playwright/test'
import { publicId } from '@/lib/kernel/public-id'
import type { Demo } from './demo'
import { storeNamed } from './demo'
import { lookAt } from './look'
import { Merchant } from './merchant'
import { Payer } from './payer'
import { atRest } from './rest'
import { anything, askCheckout, changeOrder, orderAndPay, payLink, payQuietly, takeOrder, type Order } from './shop'
import { day, feesArrive, passTime, sandbox } from './stripe'
import { expect, test } from './world'

/** Orders in every state that a screen shows. */
type Scene = {
  disputed: Order
  refunded: Order
  settled: Order
  confirmed: Order
  failedLink: string
  processingLink: string
  expiredLink: string
  alreadyPaidLink: string
  paidLink: string
  openLink: string
}

let scene: Scene | undefined

/** Made once, by the first test that needs it. */
async function sceneOf(demo: Demo): Promise<Scene> {
  if (scene) return scene
  const [living, tokyo, staging] = [storeNamed(demo, 'nordlicht-living'), storeNamed(demo, 'nordlicht-tokyo'), storeNamed(demo, 'nordlicht-staging')]
  const linkOf = async (how: Record<string, unknown>): Promise<string> => {
    const order = await takeOrder(living, anything)
    const answer = await askCheckout(order)
    await payQuietly(answer, how)
    return answer.body.pay_url ?? ''
  }
  const failedLink = await linkOf({ sepa_debit: { iban: 'AT861904300235473202' } })
  await orderAndPay(tokyo, {}, anything)
  const settled = await orderAndPay(living, {}, anything)
  await orderAndPay(living, { card: '5555555555554444' }, anything)
  await atRest()
  await passTime(5 * day)
  await atRest()

  const disputed = await orderAndPay(living, { card: '4000000000000259' }, anything)
  const refunded = await orderAndPay(living, {}, anything)
  await atRest()
  await feesArrive()
  const [refundedPayment] = await chargeOf(refunded)
  await sandbox.post('/_sandbox/refunds', { payment_intent: refundedPayment, amount: 1500, reason: 'requested_by_customer' })
  for (let count = 0; count < 6; count++) await orderAndPay(count % 3 === 2 ? tokyo : living, {}, anything)
  await orderAndPay(staging, {}, anything)
  await sandbox.post('/_sandbox/payments/foreign', {
    account: living.account,
    livemode: true,
    amount: 12_000,
    currency: 'eur',
    description: 'Invoice 2026-0042',
  })
  await takeOrder(living, anything)
  const declined = await takeOrder(living, anything)
  await payQuietly(await askCheckout(declined), { card: '4000000000000002' })
  const changed = await takeOrder(living, anything)
  const expiredLink = await payLink(changed)
  await changeOrder(changed, { total: '81.20' })
  await askCheckout(changed)
  const twice = await takeOrder(living, anything)
  const alreadyPaidLink = await payLink(twice)
  await changeOrder(twice, { total: '54.10' })
  await payQuietly(await askCheckout(twice))
  const confirmed = await orderAndPay(living, {}, anything)
  const paidLink = await linkOf({})
  const processingLink = await linkOf({ sepa_debit: { iban: 'AT611904300234573201' } })
  const openLink = await payLink(await takeOrder(living))
  await atRest()
  scene = { disputed, refunded, settled, confirmed, failedLink, processingLink, expiredLink, alreadyPaidLink, paidLink, openLink }
  return scene
}

async function chargeOf(order: Order): Promise<string[]> {
  const { payments } = await sandbox.ask<{ payments: { payment_intent: string; description: string }[] }>(
    'GET',
    `/_sandbox/payments?account=${order.store.account}`,
  )
  return payments.filter((payment) => payment.description === `${order.store.name}: order ${order.number}`).map((payment) => payment.payment_intent)
}

async function goTo(page: Page, address: string, heading: string | RegExp): Promise<void> {
  await page.goto(address)
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible()
}

test('the merchant’s screens, light and dark, wide and narrow', async ({ demo, browser }) => {
  test.setTimeout(600_000)
  const made = await sceneOf(demo)
  const merchant = await Merchant.signIn(browser, 'mira@agency.example')
  const { page } = merchant
  const store = publicId('store', made.settled.store.store_id)
  const wrong: string[] = []
  const look = async (name: string, address: string, heading: string | RegExp) =>
    void wrong.push(...(await lookAt(page, name, () => goTo(page, address, heading))))
  const lookInside = async (name: string, list: 'payments' | 'orders', order: Order) => {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(`/nordlicht/${list}?q=${encodeURIComponent(order.number)}`)
    await merchant.openRow(order.number)
    await look(name, page.url(), /^(Payment of|Order) /)
  }

  await look('home', '/nordlicht', /./)
  await look('payments', '/nordlicht/payments', 'Payments')
  await look('payments-filtered', '/nordlicht/payments?status=processing', 'Payments')
  await look('payments-none-found', '/nordlicht/payments?q=nothing-is-called-this', 'Payments')
  await look('payments-test', '/nordlicht/payments?mode=test', 'Payments')
  await lookInside('payment-settled', 'payments', made.settled)
  await lookInside('payment-confirmed', 'payments', made.confirmed)
  await lookInside('payment-refunded', 'payments', made.refunded)
  await lookInside('payment-disputed', 'payments', made.disputed)
  await look('orders', '/nordlicht/orders', 'Orders')
  await lookInside('order', 'orders', made.settled)
  await look('stores', '/nordlicht/stores', 'Stores')
  await look('store', `/nordlicht/stores/${store}`, /./)
  await look('connection', '/nordlicht/connection', /./)
  await look('connection-own', '/harbor-pine/connection', /./)
  await look('exports', '/nordlicht/exports', 'Exports')
  expect(wrong).toEqual([])
  await merchant.leave()
})

test('the payer’s pages, light and dark, wide and narrow', async ({ demo, page }) => {
  test.setTimeout(300_000)
  const made = await sceneOf(demo)
  const payer = new Payer(page)
  const wrong: string[] = []
  const look = async (name: string, link: string, title: Parameters<Payer['isTold']>[0]) =>
    void wrong.push(
      ...(await lookAt(page, name, async () => {
        await page.goto(link)
        await payer.isTold(title)
      })),
    )
  wrong.push(...(await lookAt(page, 'pay', () => payer.open(made.openLink))))
  wrong.push(
    ...(await lookAt(
      page,
      'pay-declined',
      async () => {
        await payer.payWithCard(made.openLink, '4000000000000002')
        await expect(payer.problem).toBeVisible()
      },
      /402/,
    )),
  )
  await look('pay-paid', made.paidLink, 'paid')
  await look('pay-processing', made.processingLink, 'onItsWay')
  await look('pay-failed', made.failedLink, 'failed')
  await look('pay-expired', made.expiredLink, 'expired')
  await look('pay-already-paid', made.alreadyPaidLink, 'alreadyPaid')
  await look('pay-unknown', `${made.openLink.slice(0, -6)}zzzzzz`, 'unknown')
  expect(wrong).toEqual([])
})

test('signing in, a tenant with nothing yet, and addresses that lead nowhere', async ({ demo, page }) => {
  test.setTimeout(300_000)
  const wrong: string[] = []
  wrong.push(...(await lookAt(page, 'sign-in', () => goTo(page, '/sign-in', 'Sign in'))))
  const merchant = new Merchant(page)
  await page.setViewportSize({ width: 1440, height: 900 })
  await merchant.signInHere(demo.newcomer.email)
  const { slug } = demo.newcomer
  const look = async (name: string, address: string, heading: string | RegExp, allow?: RegExp) =>
    void wrong.push(...(await lookAt(page, name, () => goTo(page, address, heading), allow)))
  await look('empty-home', `/${slug}`, /./)
  await look('empty-payments', `/${slug}/payments`, 'Payments')
  await look('empty-orders', `/${slug}/orders`, 'Orders')
  await look('empty-exceptions', `/${slug}/exceptions`, 'Exceptions')
  await look('empty-events', `/${slug}/events`, 'Events')
  await look('empty-stores', `/${slug}/stores`, 'Stores')
  await look('empty-connection', `/${slug}/connection`, /./)
  await look('empty-exports', `/${slug}/exports`, 'Exports')
  await look('not-found', `/${slug}/nowhere`, 'There is nothing at this address', /404/)
  // Another tenant's page looks like one that does not exist, and leads back to one's own.
  const notMine = async () => {
    await page.goto('/nordlicht/payments')
    await expect(page.getByText('There is nothing at this address')).toBeVisible()
  }
  wrong.push(...(await lookAt(page, 'not-mine', notMine, /404/)))
  expect(wrong).toEqual([])
  await page.getByRole('link', { name: 'Go to the start' }).click()
  await expect(page).toHaveURL(new RegExp(`/${slug}$`))
})

test('the payments list by keyboard alone', async ({ demo, browser }) => {
  test.setTimeout(120_000)
  await sceneOf(demo)
  const merchant = await Merchant.signIn(browser, 'ida@nordlicht.example')
  const { page } = merchant
  await goTo(page, '/nordlicht/payments', 'Payments')
  const links = page.locator('[data-row] [data-row-link]')
  await expect(links.nth(2)).toBeVisible()

  await page.keyboard.press('/')
  const search = page.getByRole('dialog').getByRole('combobox')
  await expect(search).toBeFocused()
  await search.fill('nothing')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)

  await page.keyboard.press('j')
  await expect(links.nth(0)).toBeFocused()
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  await expect(links.nth(1)).toBeFocused()
  expect(await isFocusSeen(page)).toBe(true)
  await page.keyboard.press('x')
  await expect(page.getByRole('region', { name: 'Selected rows' })).toContainText('1 selected')
  const target = (await links.nth(1).getAttribute('href')) ?? ''
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`${target.split('?')[0]}`))
  await expect(page.getByRole('heading', { level: 1, name: /^Payment of / })).toBeVisible()

  // From the top of a page the first stop is the way past the frame, and every stop can be seen.
  await goTo(page, '/nordlicht/orders', 'Orders')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the page' })).toBeFocused()
  for (let stop = 0; stop < 15; stop++) {
    expect(await isFocusSeen(page), `stop ${stop}: ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120))}`).toBe(true)
    await page.keyboard.press('Tab')
  }
  await merchant.leave()
})

/** Whether what has the focus shows it: an outline, or a ring. */
async function isFocusSeen(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const at = document.activeElement
    if (at === null || at === document.body) return false
    const style = getComputedStyle(at)
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none'
  })
}
