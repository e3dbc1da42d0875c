import { expect, test } from 'vitest'
import { ibanState, formatIban, routingNumberValid } from './frame/format/bank-account'
import { brandRule, cardNumberState, formatCardNumber } from './frame/format/card-number'
import { caretAfter } from './frame/format/caret'
import { expiryDigits, expiryState, formatExpiry } from './frame/format/expiry'
import { postalRule } from './frame/format/postal-code'

// Numbers of https://docs.stripe.com/testing
test.each([
  ['4242424242424242', 'visa', 'complete', '4242 4242 4242 4242'],
  ['4242424242424241', 'visa', 'invalid', '4242 4242 4242 4241'],
  ['424242424242424', 'visa', 'incomplete', '4242 4242 4242 424'],
  ['5555555555554444', 'mastercard', 'complete', '5555 5555 5555 4444'],
  ['2223003122003222', 'mastercard', 'complete', '2223 0031 2200 3222'],
  ['378282246310005', 'amex', 'complete', '3782 822463 10005'],
  ['6011111111111117', 'discover', 'complete', '6011 1111 1111 1117'],
  ['3056930009020004', 'diners', 'complete', '3056 9300 0902 0004'],
  ['36227206271667', 'diners', 'complete', '3622 720627 1667'],
  ['3566002020360505', 'jcb', 'complete', '3566 0020 2036 0505'],
  ['6200000000000005', 'unionpay', 'complete', '6200 0000 0000 0005'],
  ['6205500000000000004', 'unionpay', 'complete', '6205 5000 0000 0000 004'],
  ['', 'unknown', 'incomplete', ''],
])('card %s is %s and %s', (digits, brand, state, shown) => {
  expect(brandRule(digits).brand).toBe(brand)
  expect(cardNumberState(digits)).toBe(state)
  expect(formatCardNumber(digits)).toBe(shown)
})

test.each([
  ['1', '1', '1'],
  ['4', '04', '04 / '],
  ['12', '12', '12 / '],
  ['13', '013', '01 / 3'],
  ['12 / 3', '123', '12 / 3'],
  ['12/2030', '1230', '12 / 30'],
  ['122030', '1230', '12 / 30'],
  ['2030-12', '1230', '12 / 30'],
  ['4 / 31', '0431', '04 / 31'],
])('expiry typed as %s', (text, digits, shown) => {
  expect(expiryDigits(text)).toBe(digits)
  expect(formatExpiry(digits)).toBe(shown)
})

test.each([
  ['0626', 'complete'],
  ['0526', 'past_month'],
  ['1225', 'past_year'],
  ['0027', 'invalid_month'],
  ['06', 'incomplete'],
])('expiry %s in June 2026 is %s', (digits, state) => {
  expect(expiryState(digits, { month: 6, year: 2026 })).toBe(state)
})

test.each([
  ['AT611904300234573201', 'complete'],
  ['AT321904300235473204', 'complete'],
  ['AT861904300235473202', 'complete'],
  ['AT051904300235473205', 'complete'],
  ['AT591904300235473203', 'complete'],
  ['DE89370400440532013000', 'complete'],
  ['DE89370400440532013001', 'invalid'],
  ['DE893704', 'incomplete'],
  ['US1234567890', 'unsupported_country'],
])('IBAN %s is %s', (characters, state) => {
  expect(ibanState(characters)).toBe(state)
})

test('IBANs show in groups of four; routing numbers have a check digit', () => {
  expect(formatIban('AT611904300234573201')).toBe('AT61 1904 3002 3457 3201')
  expect(routingNumberValid('110000000')).toBe(true)
  expect(routingNumberValid('110000001')).toBe(false)
})

test('postal codes are asked where banks check them', () => {
  expect(postalRule('US')?.complete('94107-1234')).toBe(true)
  expect(postalRule('GB')?.complete('SW1A 1AA')).toBe(true)
  expect(postalRule('CA')?.complete('M5T1T4')).toBe(true)
  expect(postalRule('DE')).toBeNull()
})

test('the caret stays behind the same digit', () => {
  expect(caretAfter('42424', 5, '4242 4', /\d/)).toBe(6)
  expect(caretAfter('4242 944', 6, '4242 944', /\d/)).toBe(6)
  expect(caretAfter('4 242', 1, '4242', /\d/)).toBe(1)
})
