import { storeNamed } from './demo'
import { Payer } from './payer'
import { paymentsOf, recordOf } from './records'
import { askCheckout, changeOrder, insistOnCheckout, payLink, payQuietly, takeOrder, timesMarkedPaid } from './shop'
import { chargesOf, sessionsOf } from './stripe'
import { expect, test } from './world'

test('checkouts of one order at the same moment lead to one session, and one charge', async ({ demo }) => {
  const order = await takeOrder(storeNamed(demo, 'nordlicht-living'))
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => insistOnCheckout(order, `${order.number}-${name}`)))
  for (const answer of answers) expect(answer).toMatchObject({ status: 201, body: { status: 'open' } })
  expect(new Set(answers.map((answer) => answer.body.session?.client_secret)).size).toBe(1)
  expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
  const record = await recordOf(order)
  expect(await sessionsOf(order, record?.id ?? '')).toMatchObject([{ status: 'open' }])

  const outcomes = await Promise.all(answers.map((answer) => payQuietly(answer).then((paid) => paid.outcome)))
  expect(outcomes.filter((outcome) => outcome === 'succeeded')).toHaveLength(1)
  await expect.poll(() => paymentsOf(order)).toMatchObject([{ status: 'succeeded', word: 'confirmed' }])
  expect(await chargesOf(order)).toHaveLength(1)
  expect(await timesMarkedPaid(order)).toBe(1)
})

test('two browser tabs that pay at the same moment charge once, and both say paid', async ({ demo, context }) => {
  test.setTimeout(120_000)
  const order = await takeOrder(storeNamed(demo, 'nordlicht-tokyo'))
  const link = await payLink(order)
  const tabs = [new Payer(await context.newPage()), new Payer(await context.newPage())]
  for (const tab of tabs) {
    await tab.open(link)
    await tab.fillCard('4242424242424242')
  }
  await Promise.all(tabs.map((tab) => tab.pay()))
  for (const tab of tabs) await tab.isTold('paid')
  await expect.poll(() => paymentsOf(order)).toMatchObject([{ status: 'succeeded', word: 'confirmed' }])
  expect(await chargesOf(order)).toMatchObject([{ status: 'succeeded' }])
  expect(await timesMarkedPaid(order)).toBe(1)
})

test('a link made before the order changed cannot be paid, and says so', async ({ demo, page }) => {
  const order = await takeOrder(storeNamed(demo, 'harbor-pine'))
  const before = await payLink(order)
  await changeOrder(order, { total: '80.00' })
  const after = await askCheckout(order)
  const payer = new Payer(page)
  await page.goto(before)
  await payer.isTold('expired')

  await payQuietly(after)
  await expect.poll(async () => (await recordOf(order))?.payment_state).toBe('paid')
  await page.goto(before)
  await payer.isTold('alreadyPaid')
  expect(await askCheckout(order)).toMatchObject({ status: 409, body: { error: { code: 'order_paid' } } })
  expect(await chargesOf(order)).toMatchObject([{ amount: 8000 }])
})
