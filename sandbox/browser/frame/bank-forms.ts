import { h } from './dom'
import { selectField, textField, type Field } from './field'
import { formatIban, ibanCharacters, ibanState, routingNumberValid } from './format/bank-account'
import { requiredText, type FormContext, type MethodForm } from './method-form'

const digitsOf = (text: string) => text.replace(/\D/g, '')

function fullName(context: FormContext, id: string): Field {
  return textField({
    id,
    label: 'Full name',
    placeholder: 'First and last name',
    autocomplete: 'name',
    problem: requiredText('Please provide your full name.'),
    onInput: context.changed,
  })
}

function mandate(context: FormContext, text: string): HTMLElement | null {
  return context.showTerms ? h('p', { class: 'TermsText' }, text) : null
}

/** American bank debit (ACH), by routing and account number. Confirms at once, settles days later. */
export function usBankForm(context: FormContext): MethodForm {
  const name = fullName(context, 'us-bank-name')
  const holder = selectField({
    id: 'us-bank-holder',
    label: 'Account holder type',
    options: [
      { value: 'individual', label: 'Individual' },
      { value: 'company', label: 'Company' },
    ],
    value: 'individual',
    onInput: context.changed,
  })
  const routing: Field = textField({
    id: 'us-bank-routing',
    label: 'Routing number',
    placeholder: '110000000',
    inputMode: 'numeric',
    read: (text) => digitsOf(text).slice(0, 9),
    show: (digits) => digits,
    kept: /\d/,
    problem: (digits) => {
      if (digits.length < 9) return { message: 'Your routing number is incomplete.', incomplete: true }
      return routingNumberValid(digits) ? null : { message: 'Your routing number is invalid.', incomplete: false }
    },
    full: (digits) => digits.length === 9,
    onInput: context.changed,
    onFull: () => account.control.focus(),
  })
  const account: Field = textField({
    id: 'us-bank-account',
    label: 'Account number',
    placeholder: '000123456789',
    inputMode: 'numeric',
    read: (text) => digitsOf(text).slice(0, 17),
    show: (digits) => digits,
    kept: /\d/,
    problem: requiredText('Your account number is incomplete.', (digits) => digits.length >= 4),
    onInput: context.changed,
  })
  const terms = mandate(
    context,
    `By paying you let ${context.merchantName} debit this bank account for this order. Banks take a few business days to confirm; your order shows as on its way until then.`,
  )
  return {
    element: h('div', { class: 'Form' }, name.element, h('div', { class: 'Row' }, routing.element, account.element), holder.element, terms),
    fields: () => [name, routing, account, holder],
    payload: () => ({
      '[type]': 'us_bank_account',
      '[us_bank_account][routing_number]': routing.value(),
      '[us_bank_account][account_number]': account.value(),
      '[us_bank_account][account_holder_type]': holder.value(),
      '[billing_details][name]': name.value(),
    }),
  }
}

/** SEPA Direct Debit by IBAN, for euros. Confirms at once, settles days later. */
export function sepaForm(context: FormContext): MethodForm {
  const name = fullName(context, 'sepa-name')
  const iban = textField({
    id: 'sepa-iban',
    label: 'IBAN',
    placeholder: 'DE00 0000 0000 0000 0000 00',
    read: ibanCharacters,
    show: formatIban,
    kept: /[A-Za-z0-9]/,
    problem: (characters) => {
      switch (ibanState(characters)) {
        case 'complete':
          return null
        case 'incomplete':
          return { message: 'The IBAN you entered is incomplete.', incomplete: true }
        case 'unsupported_country':
          return { message: `IBANs of country ${characters.slice(0, 2)} cannot be debited by SEPA.`, incomplete: false }
        case 'invalid':
          return { message: 'The IBAN you entered is invalid.', incomplete: false }
      }
    },
    onInput: context.changed,
  })
  const terms = mandate(
    context,
    `By giving your IBAN you authorise ${context.merchantName} and its payment provider to debit your account, and your bank to honour it. You can ask your bank for a refund within eight weeks of the debit.`,
  )
  return {
    element: h('div', { class: 'Form' }, name.element, iban.element, terms),
    fields: () => [name, iban],
    payload: () => ({ '[type]': 'sepa_debit', '[sepa_debit][iban]': iban.value(), '[billing_details][name]': name.value() }),
  }
}
