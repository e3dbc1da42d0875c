import { storeNamed, tenantOf } from './demo'
import { Merchant } from './merchant'
import { cards, Payer } from './payer'
import { paymentsOf } from './records'
import { payLink, takeOrder, timesMarkedPaid } from './shop'
import { chargesOf } from './stripe'
import { expect, test } from './world'

test('a declined card says why, and another one pays on the same page', async ({ demo, browser, page }) => {
  test.setTimeout(120_000)
  const store = storeNamed(demo, 'nordlicht-living')
  const order = await takeOrder(store)
  const payer = new Payer(page)
  await payer.payWithCard(await payLink(order), cards.hasNoFunds)
  await expect(payer.problem).toContainText('insufficient funds')
  await expect(payer.field('Card number')).toHaveValue(/9995$/)
  await expect(payer.payButton).toBeEnabled()

  await payer.field('Card number').fill(cards.pays)
  await payer.pay()
  await payer.isTold('paid')
  await expect.poll(() => paymentsOf(order)).toMatchObject([{ status: 'succeeded', word: 'confirmed', charges: '2' }])
  expect((await chargesOf(order)).map((charge) => charge.status).sort()).toEqual(['failed', 'succeeded'])
  expect(await timesMarkedPaid(order)).toBe(1)

  const merchant = await Merchant.signIn(browser, 'ida@nordlicht.example')
  await merchant.openPayments(tenantOf(demo, store))
  await merchant.openRow(order.number)
  const tries = merchant.page.getByRole('list', { name: 'Tries to charge' }).getByRole('listitem')
  await expect(tries).toHaveCount(2)
  await expect(tries.first()).toContainText('Declined')
  await expect(tries.first()).toContainText(/insufficient funds|not enough money/i)
  await expect(tries.last()).toContainText('Succeeded')
  await merchant.leave()
})

test('a card number that cannot be right is not even sent', async ({ demo, page }) => {
  const order = await takeOrder(storeNamed(demo, 'harbor-pine'))
  const payer = new Payer(page)
  await payer.open(await payLink(order))
  await payer.fillCard('4242424242424241')
  await payer.pay()
  await expect(payer.field('Card number')).toHaveAttribute('aria-invalid', 'true')
  await expect(payer.payButton).toBeEnabled()
  expect(await chargesOf(order)).toEqual([])
})

test('a click on the button is heard also where leaving a field moves it, and taken back by letting go elsewhere', async ({ demo, page }) => {
  test.setTimeout(120_000)
  const order = await takeOrder(storeNamed(demo, 'harbor-pine'))
  const payer = new Payer(page)
  await payer.open(await payLink(order))
  await payer.fillCard(cards.pays)
  const press = async (end?: { x: number; y: number }) => {
    await payer.payButton.scrollIntoViewIfNeeded()
    await page.waitForTimeout(500)
    const box = await payer.payButton.boundingBox()
    if (box === null) throw new Error('there is no button')
    await page.mouse.move(box.x + 20, box.y + 4)
    await page.mouse.down()
    await page.waitForTimeout(300)
    if (end) await page.mouse.move(end.x, end.y)
    await page.mouse.up()
  }
  await press({ x: 5, y: 5 })
  await page.waitForTimeout(1_500)
  await expect(payer.payButton).toHaveText(/\d/)
  expect(await chargesOf(order)).toEqual([])

  const zip = payer.field('ZIP code')
  await zip.fill('')
  await zip.click()
  await zip.pressSequentially('972')
  await press()
  await expect(payer.problem).toContainText('ZIP')
})
