import { expect, test } from 'vitest'
import type Stripe from 'stripe'
import { currencyExponent, decimalString, displayAmount } from './host/amounts'
import { readAnswer, sessionIdOf } from './host/api'
import { browserSession, type LocalState, type PaymentPage } from './host/session'
import { totalReads } from './host/total-reads'

const LOCAL: LocalState = {
  email: null,
  phoneNumber: null,
  individualName: null,
  businessName: null,
  billingAddress: null,
  shippingAddress: null,
  lastPaymentError: null,
  fieldsComplete: true,
}

function pageWith(session: Partial<Stripe.Checkout.Session>): PaymentPage {
  const base = {
    id: 'cs_test_1',
    livemode: false,
    currency: 'kwd',
    status: 'open',
    payment_status: 'unpaid',
    amount_total: 12340,
    amount_subtotal: 13000,
    total_details: { amount_discount: 660, amount_shipping: 0, amount_tax: 0 },
    customer_email: 'a@b.co',
    customer_details: null,
  }
  return { session: { ...base, ...session } as Stripe.Checkout.Session, merchant: { display_name: 'Aspen', country: 'KW' }, payment_method_types: ['card'] }
}

test.each([
  [1000, 'usd', '$10.00'],
  [5, 'usd', '$0.05'],
  [-1250, 'eur', '-€12.50'],
  [1200, 'jpy', '¥1,200'],
  [12340, 'kwd', 'KWD 12.340'],
  [50000, 'isk', 'ISK 500'],
])('%i minor units of %s read %s', (minor, currency, shown) => {
  expect(displayAmount(minor, currency, 'en-US').replaceAll('\u00a0', ' ')).toBe(shown)
})

test('minor units become decimals without floating point', () => {
  expect(decimalString(99_999_999, 2)).toBe('999999.99')
  expect(decimalString(-5, 3)).toBe('-0.005')
  expect(['jpy', 'usd', 'bhd'].map(currencyExponent)).toEqual([0, 2, 3])
})

test('a session has the browser’s shape, and its status says what was paid', () => {
  const session = browserSession(pageWith({}), LOCAL, 'en-US', totalReads())
  expect(session).toMatchObject({ status: { type: 'open' }, canConfirm: true, email: 'a@b.co', minorUnitsAmountDivisor: 1000 })
  expect(session.total.discount.minorUnitsAmount).toBe(660)
  const done = browserSession(pageWith({ status: 'complete', payment_status: 'unpaid' }), LOCAL, 'en-US', totalReads())
  expect(done).toMatchObject({ status: { type: 'complete', paymentStatus: 'unpaid' }, canConfirm: false })
  expect(browserSession(pageWith({ status: 'expired' }), LOCAL, 'en-US', totalReads()).status).toEqual({ type: 'expired' })
  expect(browserSession(pageWith({ customer_email: null }), LOCAL, 'en-US', totalReads()).canConfirm).toBe(false)
})

test('reading the total is noticed, spreading the session alone is not', () => {
  const reads = totalReads()
  const copy = { ...browserSession(pageWith({}), LOCAL, 'en-US', reads) }
  expect(reads.sufficient()).toBe(false)
  expect(copy.total.total.minorUnitsAmount).toBe(12340)
  expect(reads.sufficient()).toBe(true)
})

test('client secrets and answers of the API are read strictly', () => {
  expect(sessionIdOf('cs_test_a1_secret_b2')).toBe('cs_test_a1')
  expect(() => sessionIdOf('cs_test_a1')).toThrow(expect.objectContaining({ name: 'IntegrationError' }))
  expect(readAnswer(402, { error: { type: 'card_error', message: 'No.', decline_code: 'stolen_card' } })).toEqual({
    ok: false,
    refusal: { message: 'No.', declined: true, declineCode: 'stolen_card' },
  })
  expect(readAnswer(500, null)).toMatchObject({ ok: false, refusal: { declined: false } })
})
