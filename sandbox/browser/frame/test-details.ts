import type { MethodType } from '../shared/messages'
import { h } from './dom'
import type { Field } from './field'

type Example = { label: string; fill: Record<string, string> }

const card = (label: string, number: string): Example => ({ label: `${label} · ${number.slice(-4)}`, fill: { 'card-number': number } })
const bank = (label: string, account: string): Example => ({
  label: `${label} · ${account.slice(-4)}`,
  fill: { 'us-bank-routing': '110000000', 'us-bank-account': account },
})
const iban = (label: string, value: string): Example => ({ label: `${label} · ${value.slice(-4)}`, fill: { 'sepa-iban': value } })

// What each stands for: https://docs.stripe.com/testing
const EXAMPLES: Record<MethodType, Example[]> = {
  card: [
    card('Pays', '4242424242424242'),
    card('Pays, Mastercard', '5555555555554444'),
    card('Pays, American Express', '378282246310005'),
    card('Asks for 3-D Secure', '4000002760003184'),
    card('3-D Secure, then declined', '4000008400001629'),
    card('Declined', '4000000000000002'),
    card('Declined, insufficient funds', '4000000000009995'),
    card('Declined, expired card', '4000000000000069'),
    card('Declined, wrong security code', '4000000000000127'),
    card('Pays, disputed later', '4000000000000259'),
    card('Pays, a refund fails later', '4000000000005126'),
  ],
  us_bank_account: [
    bank('Succeeds after some days', '000123456789'),
    bank('Fails, insufficient funds', '000222222227'),
    bank('Fails, account closed', '000111111113'),
    bank('Succeeds, disputed later', '000555555559'),
    bank('Stays on its way', '000000000009'),
  ],
  sepa_debit: [
    iban('Succeeds', 'AT611904300234573201'),
    iban('Fails', 'AT861904300235473202'),
    iban('Succeeds, disputed later', 'AT591904300235473203'),
    iban('Fails later', 'AT051904300235473205'),
  ],
}

/**
 * The marked strip under the fields: it says that no real money moves, and fills in a test card or account of the
 * buyer's choice.
 */
export function testStrip(livemode: boolean, nextYear: () => number, fieldsOf: () => Field[]): { element: HTMLElement; offer: (method: MethodType) => void } {
  const select = h('select', { class: 'TestSelect', 'aria-label': 'Fill in test details' })
  let offered: Example[] = []
  select.addEventListener('change', () => {
    const example = offered[Number(select.value)]
    select.value = ''
    if (!example) return
    const values: Record<string, string> = {
      'card-expiry': `12${String(nextYear()).slice(2)}`,
      'card-cvc': '1234',
      'us-bank-name': 'Jenny Rosen',
      'sepa-name': 'Jenny Rosen',
      ...example.fill,
    }
    const fields = fieldsOf()
    for (const field of fields) {
      const value = values[field.control.id]
      if (value !== undefined) field.fill(value)
    }
    const postal = fields.find((field) => field.control.id === 'billing-postal-code')
    const placeholder = postal?.control.getAttribute('placeholder')
    if (postal && placeholder) postal.fill(placeholder)
  })
  const offer = (method: MethodType) => {
    offered = EXAMPLES[method]
    const options = offered.map((example, index) => h('option', { value: String(index) }, example.label))
    select.replaceChildren(h('option', { value: '' }, 'Fill in test details'), ...options)
  }
  const badge = h('span', { class: 'TestBadge' }, livemode ? 'SANDBOX' : 'TEST MODE')
  const note = h('span', { class: 'TestNote' }, 'No real money moves')
  return { element: h('div', { class: 'TestStrip' }, badge, note, select), offer }
}
