import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { BrowserContext, FrameLocator, Page } from 'playwright'
import { testWorld, type TestWorld } from './testing/world'

let world: TestWorld
let context: BrowserContext
let page: Page
let complaints: string[]

beforeAll(async () => {
  world = await testWorld()
  context = await world.browser.newContext({ locale: 'en-US' })
}, 30_000)
afterAll(async () => world?.close())
beforeEach(async () => {
  page = await context.newPage()
  page.setDefaultTimeout(10_000)
  complaints = []
  page.on('console', (message) => {
    // The browser itself logs every 4xx answer; a decline is one.
    if (['error', 'warning'].includes(message.type()) && !/status of 40\d/.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
})
afterEach(async () => {
  await page.close()
  expect(complaints).toEqual([])
})

const frame = (): FrameLocator => page.frameLocator('iframe[title="Secure payment input frame"]')
const result = async (): Promise<unknown> => {
  await page.waitForFunction(() => document.getElementById('message')?.textContent !== '')
  const text = (await page.textContent('#message')) ?? ''
  return text.startsWith('{') ? (JSON.parse(text) as unknown) : text
}
async function fillCard(number: string): Promise<void> {
  await frame().getByLabel('Card number').fill(number)
  await frame().getByLabel('Expiration date').fill('12/34')
  await frame().getByLabel('Security code').fill('123')
  await frame().getByLabel('ZIP code').fill('94107')
}

test('a card pays: events in order, details only over the frame, session complete', async () => {
  await page.goto(world.pageFor())
  await frame().getByLabel('Card number').waitFor()
  expect(await page.textContent('#total')).toBe('$129.00')
  expect(await page.textContent('#can-confirm')).toBe('false')
  const requests: { frame: string; url: string }[] = []
  page.on('request', (request) => requests.push({ frame: new URL(request.frame().url()).origin, url: request.url() }))
  await fillCard('4242424242424242')
  await page.waitForFunction(() => document.getElementById('can-confirm')?.textContent === 'true')
  await page.click('#pay')
  expect(await result()).toEqual({ type: 'success', status: { type: 'complete', paymentStatus: 'paid' } })
  await expect.poll(() => page.textContent('#status')).toBe('complete')
  const sent = world.fake.received.at(-1)
  expect(sent?.form).toMatchObject({
    key: 'pk_test_123',
    _stripe_account: 'acct_1',
    email: 'buyer@example.com',
    'payment_method_data[type]': 'card',
    'payment_method_data[card][number]': '4242424242424242',
    'payment_method_data[card][exp_month]': '12',
    'payment_method_data[card][exp_year]': '2034',
    'payment_method_data[card][cvc]': '123',
    'payment_method_data[billing_details][address][country]': 'US',
    'payment_method_data[billing_details][address][postal_code]': '94107',
  })
  expect(requests.filter((request) => request.url.endsWith('/confirm')).map((request) => request.frame)).toEqual([world.sandboxUrl])
  const log = await page.evaluate(() => (window as unknown as { elementLog: string[] }).elementLog)
  expect(log[0]).toBe('ready')
  expect(log).toContain('focus')
  expect(log).toContain('change card complete')
  await expect.poll(() => frame().getByLabel('Card number').isDisabled()).toBe(true)
})

test('a decline says why, keeps the details, and another card then pays', async () => {
  await page.goto(world.pageFor())
  await fillCard('4000000000009995')
  await page.click('#pay')
  expect(await result()).toEqual({
    type: 'error',
    error: { message: 'Your card has insufficient funds.', code: 'paymentFailed', paymentFailed: { declineCode: 'insufficient_funds' } },
  })
  await expect.poll(() => page.textContent('#last-error')).toBe('Your card has insufficient funds.')
  expect(await frame().getByLabel('Security code').inputValue()).toBe('123')
  await frame().getByLabel('Card number').fill('4242424242424242')
  await page.click('#pay')
  await page.waitForFunction(() => document.getElementById('message')?.textContent?.includes('complete'))
  await expect.poll(() => page.textContent('#last-error')).toBe('')
})

test('3-D Secure: complete pays, fail and Escape do not, and the page behind is out of reach', async () => {
  await page.goto(world.pageFor())
  await fillCard('4000002760003184')
  const dialog = page.frameLocator('iframe[title="3D Secure 2 Test Page"]')
  const failed = {
    type: 'error',
    error: {
      message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
      code: 'paymentFailed',
      paymentFailed: { declineCode: null },
    },
  }
  await page.click('#pay')
  await dialog.getByText('$129.00').waitFor()
  expect(await page.evaluate(() => document.getElementById('root')?.inert)).toBe(true)
  await dialog.getByRole('button', { name: 'Fail' }).click()
  expect(await result()).toEqual(failed)
  await page.locator('[role=dialog]').waitFor({ state: 'detached' })

  await page.click('#pay')
  await dialog.getByRole('button', { name: 'Complete' }).waitFor()
  await page.keyboard.press('Escape')
  await page.locator('[role=dialog]').waitFor({ state: 'detached' })
  await expect.poll(() => world.fake.received.filter((call) => call.form.outcome === 'fail').length).toBe(2)

  await page.click('#pay')
  await dialog.getByRole('button', { name: 'Complete' }).click()
  await page.waitForFunction(() => document.getElementById('message')?.textContent?.includes('"paid"'))
})

test('incomplete and wrong details resolve as buyer errors in place, in Stripe’s words', async () => {
  await page.goto(world.pageFor())
  await frame().getByLabel('Card number').waitFor()
  const before = world.fake.received.length
  await page.click('#pay')
  expect(await result()).toEqual({ type: 'error', error: { message: 'Your card number is incomplete.', code: null } })
  expect(
    await frame()
      .getByLabel('Card number')
      .evaluate((input) => input === document.activeElement),
  ).toBe(true)
  await frame().getByText("Your card's security code is incomplete.").waitFor()
  await frame().getByText('Your ZIP is incomplete.').waitFor()
  await frame().getByLabel('Card number').fill('4242 4242 4242 4241')
  await frame().getByText('Your card number is invalid.').waitFor()
  expect(await frame().getByLabel('Card number').getAttribute('aria-invalid')).toBe('true')
  await frame().getByLabel('Expiration date').fill('0526')
  await frame().getByText("Your card's expiration date is in the past.").waitFor()
  await frame().getByLabel('Expiration date').fill('12/25')
  await frame().getByText("Your card's expiration year is in the past.").waitFor()
  expect(world.fake.received.length).toBe(before)
})

test('typing formats, moves on by itself and keeps the caret; paste works; the security code follows the brand', async () => {
  await page.goto(world.pageFor())
  const number = frame().getByLabel('Card number')
  await number.click()
  await page.keyboard.type('378282246310005')
  expect(await number.inputValue()).toBe('3782 822463 10005')
  await page.keyboard.type('1')
  await page.keyboard.type('330')
  await page.keyboard.type('1234')
  expect(await frame().getByLabel('Expiration date').inputValue()).toBe('01 / 33')
  // The last digit of 01/33 was already there after "13" + "3", so "0" and the rest went to the security code.
  expect(await frame().getByLabel('Security code').inputValue()).toBe('0123')
  await number.fill('4242424242424242')
  expect(await frame().getByLabel('Security code').inputValue()).toBe('012')
  await number.evaluate((input: HTMLInputElement) => {
    input.focus()
    input.setSelectionRange(7, 7)
  })
  await page.keyboard.press('Backspace')
  expect(await number.inputValue()).toBe('4242 4424 2424 242')
  expect(await number.evaluate((input: HTMLInputElement) => input.selectionStart)).toBe(6)
  expect(await number.getAttribute('inputmode')).toBe('numeric')
})

test('a bank debit completes unpaid; SEPA for euros; an unknown e-mail keeps it from paying', async () => {
  await page.goto(world.pageFor())
  await frame().getByText('US bank account').click()
  await frame().getByLabel('Full name').fill('Jenny Rosen')
  await frame().getByLabel('Routing number').fill('110000000')
  await frame().getByLabel('Account number').fill('000123456789')
  await page.click('#pay')
  expect(await result()).toEqual({ type: 'success', status: { type: 'complete', paymentStatus: 'unpaid' } })
  expect(world.fake.received.at(-1)?.form).toMatchObject({
    'payment_method_data[type]': 'us_bank_account',
    'payment_method_data[us_bank_account][routing_number]': '110000000',
    'payment_method_data[us_bank_account][account_number]': '000123456789',
    'payment_method_data[us_bank_account][account_holder_type]': 'individual',
    'payment_method_data[billing_details][name]': 'Jenny Rosen',
  })

  await page.goto(world.pageFor({ currency: 'eur', methods: ['sepa_debit'], email: null, country: 'DE' }, { layout: 'tabs' }))
  await frame().getByLabel('Full name').fill('Jenny Rosen')
  await frame().getByLabel('IBAN').fill('AT611904300234573200')
  await frame().getByText('The IBAN you entered is invalid.').waitFor()
  await frame().getByLabel('IBAN').fill('AT611904300234573201')
  await page.click('#pay')
  expect(await result()).toEqual({ type: 'error', error: { message: 'Please provide your email address.', code: null } })
  await page.click('#email')
  await page.waitForFunction(() => document.getElementById('can-confirm')?.textContent === 'true')
})

test('redirect always leaves for the return URL with the session id filled in', async () => {
  await page.goto(world.pageFor({}, { redirect: 'always' }))
  await fillCard('4242424242424242')
  await page.click('#pay')
  await page.getByText('Back with cs_test_').waitFor()
})

test('a page that never reads the total, or has no element, gets an IntegrationError', async () => {
  await page.goto(world.pageFor({}, { blind: '1' }))
  await fillCard('4242424242424242')
  await page.click('#pay')
  expect(await result()).toMatch(/^IntegrationError: You must read and display `total.total.amount`/)
  await page.goto(world.pageFor())
  await frame().getByLabel('Card number').waitFor()
  await page.click('#toggle')
  await page.click('#pay')
  expect(await result()).toMatch(/^IntegrationError: confirm\(\) needs a mounted Payment Element/)
})

test('remounting in StrictMode gives one fresh frame that pays; amounts follow the currency', async () => {
  await page.goto(world.pageFor({ currency: 'jpy', amount: 1200, methods: ['card'], country: 'JP' }))
  await frame().getByLabel('Card number').waitFor()
  expect(await page.locator('iframe').count()).toBe(1)
  expect(await page.textContent('#total')).toBe('¥1,200')
  await page.click('#toggle')
  await page.locator('iframe').waitFor({ state: 'detached' })
  await page.click('#toggle')
  await frame().getByLabel('Card number').fill('5555555555554444')
  await frame().getByLabel('Expiration date').fill('0130')
  await frame().getByLabel('Security code').fill('123')
  expect(await frame().getByLabel('ZIP code').isVisible()).toBe(false)
  await page.click('#pay')
  expect(await result()).toMatchObject({ type: 'success' })
})

test('a session that cannot be loaded is an error the page can show', async () => {
  const address = new URL(world.pageFor())
  address.searchParams.set('secret', 'cs_test_nope_secret_x')
  await page.goto(address.href)
  await page.getByRole('alert').getByText('No such checkout.session').waitFor()
})

test('messages from anyone but the frame are not heard', async () => {
  await page.goto(world.pageFor())
  await frame().getByLabel('Card number').waitFor()
  await page.evaluate(() => {
    const state = { empty: false, complete: true, collapsed: false, method: 'card' }
    for (let index = 0; index < 9; index += 1) {
      window.postMessage({ sandboxChannel: `frame-${index}`, message: { type: 'change', state } }, '*')
    }
  })
  await page.waitForTimeout(50)
  expect(await page.textContent('#can-confirm')).toBe('false')
})

test('a double click confirms once; the second call is the page’s mistake', async () => {
  await page.goto(world.pageFor())
  await fillCard('4242424242424242')
  const before = world.fake.received.length
  await page.dblclick('#pay')
  await page.waitForFunction(() => document.getElementById('status')?.textContent === 'complete')
  expect(world.fake.received.length).toBe(before + 1)
})

test('axe finds nothing serious in the frame, light and dark', async () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  for (const theme of ['stripe', 'night']) {
    await page.goto(world.pageFor({}, { theme }))
    await page.click('#pay')
    await frame().getByText('Your ZIP is incomplete.').waitFor()
    const inner = page.frames().find((each) => each.url().startsWith(world.sandboxUrl))
    await inner?.evaluate(axe)
    // The frame is transparent: contrast is against the page behind it, which axe cannot see.
    await inner?.evaluate((colour) => void (document.documentElement.style.background = colour), theme === 'night' ? '#17181d' : '#ffffff')
    const found = await inner?.evaluate(async () => {
      const { axe: runner } = window as unknown as {
        axe: { run: (options: object) => Promise<{ violations: { id: string; impact: string; nodes: { target: string[] }[] }[] }> }
      }
      // The frame's title and landmark belong to the page that holds it.
      const report = await runner.run({
        rules: { region: { enabled: false }, 'landmark-one-main': { enabled: false }, 'page-has-heading-one': { enabled: false } },
      })
      return report.violations.map(({ impact, id, nodes }) => `${impact} ${id} ${nodes.map((node) => node.target.join()).join(' ')}`)
    })
    expect(found).toEqual([])
  }
})

test('test details fill the form in one step', async () => {
  await page.goto(world.pageFor())
  await frame().getByLabel('Fill in test details').selectOption({ label: 'Asks for 3-D Secure · 3184' })
  expect(await frame().getByLabel('Card number').inputValue()).toBe('4000 0027 6000 3184')
  await page.waitForFunction(() => document.getElementById('can-confirm')?.textContent === 'true')
})
