import { storeNamed, tenantOf } from './demo'
import { Merchant } from './merchant'
import { cards, Payer } from './payer'
import { paymentsOf, recordOf } from './records'
import { askCheckout, payLink, takeOrder, timesMarkedPaid } from './shop'
import { chargesOf, day, passTime } from './stripe'
import { expect, test } from './world'

test('a bank debit is on its way for days, keeps the order from being paid twice, and is confirmed when it succeeds', async ({ demo, browser, page }) => {
  test.setTimeout(150_000)
  const store = storeNamed(demo, 'harbor-pine')
  const order = await takeOrder(store)
  const payer = new Payer(page)
  await payer.open(await payLink(order))
  await payer.fillUsBank('000123456789')
  await payer.pay()
  await payer.isTold('onItsWay')
  await expect(page.getByText('up to 4 business days')).toBeVisible()

  await expect.poll(() => paymentsOf(order)).toMatchObject([{ status: 'processing', amount_captured: '0' }])
  await expect.poll(async () => (await recordOf(order))?.payment_state).toBe('processing')
  expect(await timesMarkedPaid(order)).toBe(0)
  const merchant = await Merchant.signIn(browser, 'sam@harborpine.example')
  await merchant.page.goto(`/${tenantOf(demo, store).slug}/orders`)
  await expect(merchant.row(order.number)).toContainText('On its way')
  expect(await askCheckout(order)).toMatchObject({ status: 409, body: { error: { code: 'order_processing', field: 'order', remedy: expect.any(String) } } })

  await passTime(5 * day)
  await payer.isTold('paid')
  await expect.poll(() => paymentsOf(order)).toMatchObject([{ status: 'succeeded' }])
  await expect.poll(() => timesMarkedPaid(order)).toBe(1)
  await expect(merchant.row(order.number)).toContainText('Paid')
  await merchant.openPayments(tenantOf(demo, store))
  await expect(merchant.row(order.number)).toContainText(/Confirmed|Settled/)
  expect(await chargesOf(order)).toHaveLength(1)
  await merchant.leave()
})

test('a bank debit that fails days later says so, and the order can be paid again', async ({ demo, page }) => {
  test.setTimeout(120_000)
  const order = await takeOrder(storeNamed(demo, 'nordlicht-living'))
  const payer = new Payer(page)
  const link = await payLink(order)
  await payer.open(link)
  await payer.fillSepa('AT861904300235473202')
  await payer.pay()
  await payer.isTold('onItsWay')

  await passTime(5 * day)
  await payer.isTold('failed')
  await expect.poll(async () => (await recordOf(order))?.payment_state).toBe('unpaid')
  expect(await timesMarkedPaid(order)).toBe(0)

  await page.goto(link)
  await payer.isTold('failed')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(payer.payButton).toBeEnabled()
  expect(page.url()).not.toBe(link)
  await payer.fillCard(cards.pays)
  await payer.pay()
  await payer.isTold('paid')
  await expect.poll(async () => (await recordOf(order))?.payment_state).toBe('paid')
  await expect.poll(() => timesMarkedPaid(order)).toBe(1)
  expect((await chargesOf(order)).filter((charge) => charge.status === 'succeeded')).toHaveLength(1)
})
