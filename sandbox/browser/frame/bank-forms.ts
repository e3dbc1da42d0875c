import { h } from './dom';
import { selectField, textField, type Field } from './field';
import { formatIban, ibanCharacters, ibanState, routingNumberValid } from './format/bank-account';
import { requiredText, type FormContext, type MethodForm } from './method-form';

const digitsOf = (text: string) => text.replace(/\D/g, '');
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/;

function payer(context: FormContext, prefix: string) {
  const name = textField({
    id: `${prefix}-name`,
    label: 'Full name',
    placeholder: 'First and last name',
    autocomplete: 'name',
    problem: requiredText('Please provide your full name.'),
    onInput: context.changed,
  });
  const email = textField({
    id: `${prefix}-email`,
    label: 'Email',
    placeholder: 'you@example.com',
    autocomplete: 'email',
    inputMode: 'email',
    type: 'email',
    problem: requiredText('Your email is incomplete.', (value) => EMAIL.test(value)),
    onInput: context.changed,
  });
  const asked: Field[] = context.email === null ? [name, email] : [name];
  const payload = () => ({
    '[billing_details][name]': name.value(),
    '[billing_details][email]': context.email ?? email.value(),
  });
  return { asked, payload, element: h('div', { class: 'Stack' }, ...asked.map((field) => field.element)) };
}

function mandate(context: FormContext, text: string): HTMLElement | null {
  return context.showTerms ? h('p', { class: 'TermsText' }, text) : null;
}

/** American bank debit (ACH), by routing and account number. Confirms at once, settles days later. */
export function usBankForm(context: FormContext): MethodForm {
  const who = payer(context, 'us-bank');
  const holder = selectField({
    id: 'us-bank-holder',
    label: 'Account holder type',
    options: [
      { value: 'individual', label: 'Individual' },
      { value: 'company', label: 'Company' },
    ],
    value: 'individual',
    onInput: context.changed,
  });
  const routing: Field = textField({
    id: 'us-bank-routing',
    label: 'Routing number',
    placeholder: '110000000',
    inputMode: 'numeric',
    read: (text) => digitsOf(text).slice(0, 9),
    show: (digits) => digits,
    kept: /\d/,
    problem: (digits) => {
      if (digits.length < 9) return { message: 'Your routing number is incomplete.', incomplete: true };
      return routingNumberValid(digits) ? null : { message: 'Your routing number is invalid.', incomplete: false };
    },
    full: (digits) => digits.length === 9,
    onInput: context.changed,
    onFull: () => account.control.focus(),
  });
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
  });
  const terms = mandate(
    context,
    `By paying you let ${context.merchantName} debit this bank account for this order. Banks take a few business days to confirm; your order shows as on its way until then.`,
  );
  return {
    element: h('div', { class: 'Form' }, who.element, h('div', { class: 'Row' }, routing.element, account.element), holder.element, terms),
    fields: () => [...who.asked, routing, account, holder],
    payload: () => ({
      '[type]': 'us_bank_account',
      '[us_bank_account][routing_number]': routing.value(),
      '[us_bank_account][account_number]': account.value(),
      '[us_bank_account][account_holder_type]': holder.value(),
      ...who.payload(),
    }),
  };
}

/** SEPA Direct Debit by IBAN, for euros. Confirms at once, settles days later. */
export function sepaForm(context: FormContext): MethodForm {
  const who = payer(context, 'sepa');
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
          return null;
        case 'incomplete':
          return { message: 'The IBAN you entered is incomplete.', incomplete: true };
        case 'unsupported_country':
          return { message: `IBANs of country ${characters.slice(0, 2)} cannot be debited by SEPA.`, incomplete: false };
        case 'invalid':
          return { message: 'The IBAN you entered is invalid.', incomplete: false };
      }
    },
    onInput: context.changed,
  });
  const terms = mandate(
    context,
    `By giving your IBAN you authorise ${context.merchantName} and its payment provider to debit your account, and your bank to honour it. You can ask your bank for a refund within eight weeks of the debit.`,
  );
  return {
    element: h('div', { class: 'Form' }, who.element, iban.element, terms),
    fields: () => [...who.asked, iban],
    payload: () => ({ '[type]': 'sepa_debit', '[sepa_debit][iban]': iban.value(), ...who.payload() }),
  };
}
