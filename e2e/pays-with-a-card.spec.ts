import { readFile } from 'node:fs/promises'
import { minorOf, recordsOf, sumsOf } from './csv'
import { storeNamed, tenantOf } from './demo'
import { amount, Merchant } from './merchant'
import { Payer } from './payer'
import { paymentsOf, recordOf, rows } from './records'
import { atRest } from './rest'
import { basket, orderAndPay, orderInShop, payLink, takeOrder, timesMarkedPaid } from './shop'
import { chargesAt, chargesOf, feesArrive } from './stripe'
import { expect, test } from './world'

/** How long a merchant may wait for a payment to appear, in milliseconds; usual is below two seconds. */
const longestWait = 15_000

test('a card payment appears confirmed in another window, is settled later, and is in the file', async ({ demo, browser, page }) => {
  test.setTimeout(150_000)
  const store = storeNamed(demo, 'nordlicht-living')
  const nordlicht = tenantOf(demo, store)
  const order = await takeOrder(store, basket)
  const merchant = await Merchant.signIn(browser, 'ida@nordlicht.example')
  await merchant.openPayments(nordlicht)
  await expect(merchant.row(order.number)).toHaveCount(0)

  const payer = new Payer(page)
  await payer.open(await payLink(order))
  await expect(page.getByRole('heading', { level: 1, name: store.name })).toBeVisible()
  await expect(page.getByText(`Order ${order.number}`)).toBeVisible()
  for (const item of basket.items) await expect(page.getByText(item.name)).toBeVisible()
  await payer.fillCard('4242424242424242')
  await payer.pay()
  await payer.isTold('paid')

  // Nobody has touched the merchant's window.
  const row = merchant.row(order.number)
  await expect(row).toContainText('Confirmed')
  await expect(row).toContainText('Paid')
  await expect(row).toContainText(store.name)
  await expect(row).toContainText(amount(order.total, 'EUR'))
  await expect(row).toContainText('Pending')

  await merchant.openRow(order.number)
  await expect(merchant.page.getByRole('link', { name: order.number, exact: true }).first()).toBeVisible()
  await expect(merchant.page.getByRole('link', { name: store.name, exact: true }).first()).toBeVisible()
  const bought = merchant.part('What was bought')
  for (const item of basket.items) await expect(bought.getByRole('row', { name: new RegExp(`${item.name}.*${item.quantity}`) })).toBeVisible()
  await expect(bought.getByRole('row', { name: /^Total/ })).toContainText(amount(order.total, 'EUR'))
  await expect(merchant.part('Amounts').getByRole('row', { name: /^Fee/ })).toContainText('Pending')
  await expect(merchant.part('Amounts').getByRole('row', { name: /^Net/ })).toContainText('Not known yet')

  expect(await orderInShop(order)).toMatchObject({ status: 'processing' })
  expect(await timesMarkedPaid(order)).toBe(1)
  expect(await chargesOf(order)).toHaveLength(1)

  await feesArrive()
  await expect(merchant.page.getByText('Settled', { exact: true }).first()).toBeVisible()
  await expect.poll(() => paymentsOf(order)).toMatchObject([{ word: 'settled', fee_state: 'known', status: 'succeeded', store_id: store.store_id }])
  const [paid] = await paymentsOf(order)
  const fee = minorToDecimal(paid?.fee)
  await expect(merchant.part('Amounts').getByRole('row', { name: /^Fee/ })).toContainText(amount(fee, 'EUR'))
  await expect(merchant.part('Amounts').getByRole('row', { name: /^Net/ })).toContainText(amount(minorToDecimal(paid?.net), 'EUR'))
  expect(BigInt(paid?.net ?? 0) + BigInt(paid?.fee ?? 0)).toBe(minorOf(order.total))

  const file = await downloadPayments(merchant, nordlicht.slug)
  expect(file.filter((record) => record.order_display_number === order.number && record.store === store.name)).toMatchObject([
    {
      external_order_id: String(order.id),
      presentment_amount: order.total,
      presentment_currency: 'eur',
      fee,
      fee_status: 'known',
      match_state: 'settled',
      payment_status: 'succeeded',
      payment_intent_id: paid?.stripe_id,
    },
  ])
  await merchant.leave()
})

test('the sums of the downloaded file are those of the database and of Stripe', async ({ demo, browser }) => {
  const [living, tokyo] = [storeNamed(demo, 'nordlicht-living'), storeNamed(demo, 'nordlicht-tokyo')]
  const nordlicht = tenantOf(demo, living)
  for (const store of [living, tokyo]) await orderAndPay(store)
  await orderAndPay(living, { card: '4000000000000002' })
  await atRest()
  await feesArrive()
  await atRest()

  const merchant = await Merchant.signIn(browser, 'ida@nordlicht.example')
  const file = await downloadPayments(merchant, nordlicht.slug)
  await merchant.leave()

  const sums = async (column: string, currency: string, where = 'true') =>
    Object.fromEntries(
      (
        await rows<{ currency: string; sum: string }>(
          `SELECT ${currency} AS currency, sum(${column}) AS sum FROM payment WHERE tenant_id = $1 AND mode = 'live' AND ${where} GROUP BY 1 ORDER BY 1`,
          [nordlicht.tenant_id],
        )
      ).map((one) => [one.currency, one.sum]),
    )
  expect(sumsOf(file, 'presentment_amount', 'presentment_currency')).toEqual(await sums('amount_captured', 'currency'))
  expect(sumsOf(file, 'fee', 'settlement_currency')).toEqual(await sums('fee', 'settlement_currency', 'settlement_currency IS NOT NULL'))
  expect(sumsOf(file, 'net', 'settlement_currency')).toEqual(await sums('net', 'settlement_currency', 'settlement_currency IS NOT NULL'))
  const [{ count } = { count: '' }] = await rows<{ count: string }>(`SELECT count(*) FROM payment WHERE tenant_id = $1 AND mode = 'live'`, [
    nordlicht.tenant_id,
  ])
  expect(file).toHaveLength(Number(count))

  const taken: Record<string, bigint> = {}
  for (const charge of await chargesAt(living.account))
    if (charge.livemode && charge.status === 'succeeded') taken[charge.currency] = (taken[charge.currency] ?? 0n) + BigInt(charge.amount)
  expect(sumsOf(file, 'presentment_amount', 'presentment_currency')).toEqual(
    Object.fromEntries(Object.entries(taken).map(([currency, sum]) => [currency, sum.toString()])),
  )
  expect(Object.keys(taken).sort()).toEqual(['eur', 'jpy'])
})

test('a merchant sees a payment confirmed within seconds of it being made', async ({ demo, browser, page }) => {
  test.setTimeout(300_000)
  const stores = [storeNamed(demo, 'harbor-pine'), storeNamed(demo, 'pine-outlet')]
  const merchant = await Merchant.signIn(browser, 'sam@harborpine.example')
  await merchant.openPayments(demo.tenants.find((tenant) => tenant.slug === 'harbor-pine') ?? failed())
  const payer = new Payer(page)
  const waits: { sincePay: number; sincePaid: number }[] = []
  for (let count = 0; count < 10; count++) {
    const order = await takeOrder(stores[count % 2] ?? failed())
    await payer.open(await payLink(order))
    await payer.fillCard('4242424242424242')
    const seen = merchant.watchFor(order.number, 'Confirmed', longestWait + 20_000)
    const pressed = Date.now()
    await payer.pay()
    await payer.isTold('paid')
    const told = Date.now()
    const appeared = await seen
    waits.push({ sincePay: appeared - pressed, sincePaid: appeared - told })
    expect((await recordOf(order))?.payment_state).toBe('paid')
  }
  const print = (what: string, values: number[]) => {
    const sorted = values.toSorted((a, b) => a - b)
    const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? NaN
    process.stdout.write(`      ${what}: p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, longest ${at(1)} ms (${sorted.join(', ')})\n`)
    return at(1)
  }
  const longest = print(
    'from pressing Pay to "confirmed" in the merchant’s window',
    waits.map((wait) => wait.sincePay),
  )
  print(
    'from the payer’s "Paid" to "confirmed"',
    waits.map((wait) => wait.sincePaid),
  )
  expect(longest).toBeLessThan(longestWait)
  await merchant.leave()
})

/** Downloads the payments of all days from the screen for it. */
async function downloadPayments(merchant: Merchant, slug: string): Promise<Record<string, string>[]> {
  await merchant.page.goto(`/${slug}/exports`)
  const form = merchant.part('Payments with their orders')
  await form.getByLabel('From', { exact: true }).fill('')
  await form.getByLabel('To', { exact: true }).fill('')
  const [download] = await Promise.all([merchant.page.waitForEvent('download'), form.getByRole('button', { name: 'Download CSV' }).click()])
  return recordsOf(await readFile(await download.path(), 'utf8'))
}

function minorToDecimal(minor: string | null | undefined): string {
  const digits = (minor ?? '').padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

function failed(): never {
  throw new Error('the demo is not as this journey needs it')
}
