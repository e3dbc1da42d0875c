import { brandIcon, cvcIcon } from './brand-icons'
import { countryOptions } from './countries'
import { h } from './dom'
import { selectField, textField, type Field } from './field'
import { brandRule, cardNumberState, formatCardNumber, longestNumber } from './format/card-number'
import { expiryDigits, expiryState, formatExpiry } from './format/expiry'
import { postalRule } from './format/postal-code'
import type { FormContext, MethodForm } from './method-form'

const digitsOf = (text: string) => text.replace(/\D/g, '')
const incomplete = (message: string) => ({ message, incomplete: true })
const invalid = (message: string) => ({ message, incomplete: false })

// Wording of Stripe.js: https://docs.stripe.com/js/element/input_validation
function expiryProblem(digits: string, today: Date) {
  const now = { month: today.getUTCMonth() + 1, year: today.getUTCFullYear() }
  switch (expiryState(digits, now)) {
    case 'complete':
      return null
    case 'incomplete':
      return incomplete("Your card's expiration date is incomplete.")
    case 'invalid_month':
      return invalid("Your card's expiration date is invalid.")
    case 'past_year':
      return invalid("Your card's expiration year is in the past.")
    case 'past_month':
      return invalid("Your card's expiration date is in the past.")
  }
}

function brandStrip(): { element: HTMLElement; show: (brand: string) => void } {
  const brands = ['visa', 'mastercard', 'amex', 'discover'] as const
  const element = h('span', { class: 'Brands', 'aria-hidden': 'true' })
  const show = (brand: string) => {
    const shown = brand === 'unknown' ? brands : [brand]
    const key = shown.join()
    if (element.dataset.shown === key) return
    element.dataset.shown = key
    element.replaceChildren(...shown.map((name) => brandIcon(name)))
  }
  return { element, show }
}

/** Number, expiry, security code, country and, where banks check it, postal code. */
export function cardForm(context: FormContext): MethodForm {
  const brands = brandStrip()
  const cvcMark = h('span', { class: 'Adornment', 'aria-hidden': 'true' }, cvcIcon())
  const cvcLength = () => brandRule(number.value()).cvc

  const number: Field = textField({
    id: 'card-number',
    label: 'Card number',
    placeholder: '1234 1234 1234 1234',
    autocomplete: 'cc-number',
    inputMode: 'numeric',
    read: (text) => digitsOf(text).slice(0, longestNumber(digitsOf(text))),
    show: formatCardNumber,
    kept: /\d/,
    adornment: brands.element,
    problem: (digits) => {
      const state = cardNumberState(digits)
      if (state === 'invalid') return invalid('Your card number is invalid.')
      return state === 'incomplete' ? incomplete('Your card number is incomplete.') : null
    },
    full: (digits) => digits.length === longestNumber(digits),
    onInput: () => {
      brands.show(brandRule(number.value()).brand)
      cvc.control.setAttribute('placeholder', 'CVC')
      cvc.control.setAttribute('maxlength', String(cvcLength()))
      if (!cvc.empty()) cvc.fill(cvc.value())
      context.changed()
    },
    onFull: () => expiry.control.focus(),
  })
  const expiry: Field = textField({
    id: 'card-expiry',
    label: 'Expiration date',
    placeholder: 'MM / YY',
    autocomplete: 'cc-exp',
    inputMode: 'numeric',
    read: expiryDigits,
    show: formatExpiry,
    kept: /\d/,
    problem: (digits) => expiryProblem(digits, context.now()),
    full: (digits) => digits.length === 4,
    onInput: context.changed,
    onFull: () => cvc.control.focus(),
  })
  const cvc: Field = textField({
    id: 'card-cvc',
    label: 'Security code',
    placeholder: 'CVC',
    autocomplete: 'cc-csc',
    inputMode: 'numeric',
    read: (text) => digitsOf(text).slice(0, cvcLength()),
    show: (digits) => digits,
    kept: /\d/,
    adornment: cvcMark,
    problem: (digits) => (digits.length === cvcLength() ? null : incomplete("Your card's security code is incomplete.")),
    onInput: context.changed,
  })
  const country: Field = selectField({
    id: 'billing-country',
    label: 'Country',
    autocomplete: 'billing country',
    options: countryOptions(context.locale),
    value: context.merchantCountry,
    onInput: () => {
      showPostal()
      context.changed()
    },
  })
  const rule = () => postalRule(country.value())
  const postal: Field = textField({
    id: 'billing-postal-code',
    label: 'ZIP code',
    autocomplete: 'billing postal-code',
    problem: (text) => {
      const current = rule()
      return current && !current.complete(text) ? incomplete(current.incomplete) : null
    },
    onInput: context.changed,
  })
  const place = h('div', { class: 'Row Row--place' }, country.element, postal.element)
  const showPostal = () => {
    const current = rule()
    postal.element.hidden = current === null
    place.classList.toggle('Row--single', current === null)
    if (!current) return
    const label = postal.element.querySelector('label')
    if (label) label.textContent = current.label
    postal.control.setAttribute('placeholder', current.placeholder)
    postal.control.setAttribute('inputmode', current.numeric ? 'numeric' : 'text')
  }
  showPostal()
  brands.show('unknown')

  return {
    element: h('div', { class: 'Form' }, number.element, h('div', { class: 'Row' }, expiry.element, cvc.element), place),
    fields: () => [number, expiry, cvc, country, ...(rule() ? [postal] : [])],
    brand: () => brandRule(number.value()).brand,
    payload: () => ({
      '[type]': 'card',
      '[card][number]': number.value(),
      '[card][exp_month]': expiry.value().slice(0, 2),
      '[card][exp_year]': `20${expiry.value().slice(2)}`,
      '[card][cvc]': cvc.value(),
      '[billing_details][address][country]': country.value(),
      ...(rule() ? { '[billing_details][address][postal_code]': postal.value() } : {}),
    }),
  }
}
