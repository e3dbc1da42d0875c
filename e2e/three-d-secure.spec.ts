import { storeNamed } from './demo'
import { cards, Payer } from './payer'
import { paymentsOf } from './records'
import { payLink, takeOrder, timesMarkedPaid } from './shop'
import { chargesOf } from './stripe'
import { expect, test } from './world'

test('a payment that the bank asks about is paid once the customer approves', async ({ demo, page }) => {
  const order = await takeOrder(storeNamed(demo, 'nordlicht-living'))
  const payer = new Payer(page)
  await payer.payWithCard(await payLink(order), cards.asksForApproval)
  await expect.poll(() => paymentsOf(order)).toMatchObject([{ status: 'requires_action', amount_captured: '0' }])
  expect(await timesMarkedPaid(order)).toBe(0)

  await payer.approve('Complete')
  await payer.isTold('paid')
  await expect.poll(() => paymentsOf(order)).toMatchObject([{ status: 'succeeded', word: 'confirmed' }])
  expect(await timesMarkedPaid(order)).toBe(1)
})

test('a refused approval charges nothing, keeps what was typed, and can be tried again', async ({ demo, page }) => {
  const order = await takeOrder(storeNamed(demo, 'harbor-pine'))
  const payer = new Payer(page)
  await payer.payWithCard(await payLink(order), cards.asksForApproval)
  await payer.approve('Fail')
  await expect(payer.problem).toContainText('authenticate')
  await expect(payer.problem).toContainText('Everything you entered is kept')
  await expect(payer.field('Card number')).toHaveValue(/3184$/)
  expect((await chargesOf(order)).filter((charge) => charge.status === 'succeeded')).toEqual([])
  expect(await timesMarkedPaid(order)).toBe(0)

  await payer.pay()
  await payer.approve('Complete')
  await payer.isTold('paid')
  await expect.poll(() => paymentsOf(order)).toMatchObject([{ status: 'succeeded', word: 'confirmed' }])
  expect((await chargesOf(order)).filter((charge) => charge.status === 'succeeded')).toHaveLength(1)
  expect(await timesMarkedPaid(order)).toBe(1)
})
