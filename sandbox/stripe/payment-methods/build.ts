import { createHash } from 'node:crypto'
import type Stripe from 'stripe'
import { newId } from '../../core/ids'
import { ownedBy, type Call } from '../call'
import { declined, invalidParam, missing } from '../protocol/errors'
import type { PaymentMethodRow } from '../tables'
import { BANK_TOKENS, ibanBehaviour, usAccountBehaviour } from '../test-methods/banks'
import { CARD_TOKENS, cardBehaviour, luhn, storedNumber } from '../test-methods/cards'
import type { MethodData } from './params'

/** Same account or card number, same fingerprint within an account. */
function fingerprint(call: Call, number: string): string {
  return createHash('sha256').update(`${call.account.id}:${number}`).digest('base64url').replace(/[-_]/g, '0').slice(0, 16)
}

const NO_BILLING: Stripe.PaymentMethod.BillingDetails = {
  address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
  email: null,
  name: null,
  phone: null,
  tax_id: null,
}

function base(call: Call, billing: Stripe.PaymentMethod.BillingDetails): Omit<Stripe.PaymentMethod, 'type'> {
  return {
    id: newId('pm', 24),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: billing,
    created: call.world.clock.now(),
    customer: null,
    customer_account: null,
    livemode: call.livemode,
    metadata: {},
  }
}

interface CardInput {
  readonly number: string
  readonly exp_month: number
  readonly exp_year: number
  readonly cvc: string | null
}

function cardMethod(call: Call, input: CardInput, billing: Stripe.PaymentMethod.BillingDetails): PaymentMethodRow {
  const behaviour = cardBehaviour(input.number)
  const object = {
    ...base(call, billing),
    type: 'card',
    card: {
      brand: behaviour.brand,
      checks: {
        address_line1_check: billing.address?.line1 == null ? null : 'unchecked',
        address_postal_code_check: billing.address?.postal_code == null ? null : 'unchecked',
        cvc_check: input.cvc === null ? null : 'unchecked',
      },
      country: behaviour.country,
      display_brand: behaviour.brand,
      exp_month: input.exp_month,
      exp_year: input.exp_year,
      fingerprint: fingerprint(call, input.number),
      funding: behaviour.funding,
      generated_from: null,
      last4: input.number.slice(-4),
      networks: { available: [behaviour.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
  } satisfies Stripe.PaymentMethod
  return call.tables.payment_method.put({ ...ownedBy(call, object), behaviour: `card:${storedNumber(input.number)}` })
}

function usBankMethod(call: Call, number: string, holder: 'company' | 'individual', billing: Stripe.PaymentMethod.BillingDetails): PaymentMethodRow {
  const object = {
    ...base(call, billing),
    type: 'us_bank_account',
    us_bank_account: {
      account_holder_type: holder,
      account_type: 'checking',
      bank_name: 'STRIPE TEST BANK',
      financial_connections_account: null,
      fingerprint: fingerprint(call, number),
      last4: number.slice(-4),
      networks: { preferred: 'ach', supported: ['ach'] },
      routing_number: '110000000',
      status_details: {},
    },
  } satisfies Stripe.PaymentMethod
  return call.tables.payment_method.put({ ...ownedBy(call, object), behaviour: `us_bank_account:${number}` })
}

function sepaMethod(call: Call, iban: string, billing: Stripe.PaymentMethod.BillingDetails): PaymentMethodRow {
  const object = {
    ...base(call, billing),
    type: 'sepa_debit',
    sepa_debit: {
      bank_code: iban.slice(4, 9),
      branch_code: '',
      country: iban.slice(0, 2),
      fingerprint: fingerprint(call, iban),
      generated_from: { charge: null, setup_attempt: null },
      last4: iban.slice(-4),
    },
  } satisfies Stripe.PaymentMethod
  return call.tables.payment_method.put({ ...ownedBy(call, object), behaviour: `sepa_debit:${iban}` })
}

/** Checks entered card data the way Stripe does before a bank is asked: 402 with a code per field. */
function checkCard(call: Call, number: string, month: number, year: number, cvc: string | null): void {
  if (!luhn(number)) throw declined({ code: 'incorrect_number', message: 'Your card number is incorrect.', param: 'number' })
  const now = new Date(call.world.clock.nowMs())
  if (month < 1 || month > 12) throw declined({ code: 'invalid_expiry_month', message: "Your card's expiration month is invalid.", param: 'exp_month' })
  if (year < now.getUTCFullYear() || year > now.getUTCFullYear() + 50) {
    throw declined({ code: 'invalid_expiry_year', message: "Your card's expiration year is invalid.", param: 'exp_year' })
  }
  if (year === now.getUTCFullYear() && month < now.getUTCMonth() + 1) {
    throw declined({ code: 'invalid_expiry_month', message: "Your card's expiration month is invalid.", param: 'exp_month' })
  }
  if (cvc !== null && !/^\d{3,4}$/.test(cvc)) throw declined({ code: 'invalid_cvc', message: "Your card's security code is invalid.", param: 'cvc' })
}

/** A payment method from what a browser sent. Stores it; throws 402 for malformed card data. */
export function createMethod(call: Call, data: MethodData): PaymentMethodRow {
  const details = data.billing_details
  const billing: Stripe.PaymentMethod.BillingDetails = {
    address: details?.address ?? NO_BILLING.address,
    email: details?.email ?? null,
    name: details?.name ?? null,
    phone: details?.phone ?? null,
    tax_id: null,
  }
  if (data.type === 'card') {
    if (data.card === undefined) throw invalidParam('payment_method_data[card]', 'Missing required param: payment_method_data[card].', 'parameter_missing')
    const number = data.card.number.replace(/[\s-]/g, '')
    const year = data.card.exp_year < 100 ? 2000 + data.card.exp_year : data.card.exp_year
    const cvc = data.card.cvc ?? null
    checkCard(call, number, data.card.exp_month, year, cvc)
    return cardMethod(call, { number, exp_month: data.card.exp_month, exp_year: year, cvc }, billing)
  }
  if (data.type === 'us_bank_account') {
    const bank = data.us_bank_account
    if (bank === undefined)
      throw invalidParam('payment_method_data[us_bank_account]', 'Missing required param: payment_method_data[us_bank_account].', 'parameter_missing')
    if (bank.routing_number !== '110000000')
      throw invalidParam(
        'payment_method_data[us_bank_account][routing_number]',
        'You must use a test routing number, such as 110000000.',
        'routing_number_invalid',
      )
    if (usAccountBehaviour(bank.account_number) === null) {
      throw invalidParam(
        'payment_method_data[us_bank_account][account_number]',
        'You must use a test bank account number. See https://stripe.com/docs/testing#ach-direct-debit.',
        'account_number_invalid',
      )
    }
    return usBankMethod(call, bank.account_number, bank.account_holder_type ?? 'individual', billing)
  }
  const iban = data.sepa_debit?.iban.replace(/\s/g, '').toUpperCase() ?? ''
  if (ibanBehaviour(iban) === null)
    throw invalidParam('payment_method_data[sepa_debit][iban]', 'The IBAN you provided is invalid.', 'invalid_bank_account_iban')
  return sepaMethod(call, iban, billing)
}

/** A stored payment method, or a fresh one for a test token such as `pm_card_visa`. */
export function methodById(call: Call, id: string, param: string): PaymentMethodRow {
  const card = CARD_TOKENS[id]
  if (card !== undefined) {
    const year = new Date(call.world.clock.nowMs()).getUTCFullYear() + 1
    return cardMethod(call, { number: card, exp_month: 12, exp_year: year, cvc: '123' }, NO_BILLING)
  }
  const bank = BANK_TOKENS[id]
  if (bank?.type === 'us_bank_account') return usBankMethod(call, bank.number, 'individual', { ...NO_BILLING, name: 'Jenny Rosen' })
  if (bank?.type === 'sepa_debit') return sepaMethod(call, bank.number, { ...NO_BILLING, name: 'Jenny Rosen', email: 'jenny@example.com' })
  const row = call.tables.payment_method.get(id)
  if (row === undefined || row.account !== call.account.id || row.livemode !== call.livemode) throw missing('PaymentMethod', id, param)
  return row
}
