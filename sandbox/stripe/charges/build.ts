import type Stripe from 'stripe'
import { newId } from '../../core/ids'
import { DAY, ownedBy, type Call } from '../call'
import { idOf, type ChargeRow, type PaymentIntentRow, type PaymentMethodRow } from '../tables'
import type { CardBehaviour } from '../test-methods/cards'
import type { Decline } from '../test-methods/declines'

export interface ChargeFate {
  readonly status: 'succeeded' | 'pending' | 'failed'
  /** Only a manual capture leaves a succeeded charge uncaptured. */
  readonly captured: boolean
  readonly authenticated: boolean
  readonly card: CardBehaviour | null
  readonly decline: Decline | null
}

export const AUTHORIZATION_SECONDS = 7 * DAY

function outcomeOf(fate: ChargeFate): Stripe.Charge.Outcome {
  const risk = fate.card?.risk_level ?? 'normal'
  const common = {
    advice_code: fate.decline?.advice_code ?? null,
    network_advice_code: null,
    network_decline_code: null,
    risk_level: fate.card === null ? 'not_assessed' : risk,
    ...(fate.card === null ? {} : { risk_score: { normal: 20, elevated: 70, highest: 92 }[risk] }),
  }
  if (fate.decline === null) {
    return { ...common, network_status: 'approved_by_network', reason: null, seller_message: 'Payment complete.', type: 'authorized' }
  }
  if (fate.decline.blocked === true) {
    return {
      ...common,
      network_status: 'not_sent_to_network',
      reason: 'highest_risk_level',
      seller_message: 'Stripe blocked this payment as too risky.',
      type: 'blocked',
    }
  }
  return {
    ...common,
    network_status: 'declined_by_network',
    network_decline_code: '05',
    reason: fate.decline.decline_code,
    seller_message: 'The bank did not return any further details with this decline.',
    type: 'issuer_declined',
  }
}

function methodDetails(call: Call, intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod, fate: ChargeFate): Stripe.Charge.PaymentMethodDetails {
  if (method.us_bank_account !== undefined) {
    const bank = method.us_bank_account
    return {
      type: 'us_bank_account',
      us_bank_account: {
        account_holder_type: bank.account_holder_type,
        account_type: bank.account_type,
        bank_name: bank.bank_name,
        fingerprint: bank.fingerprint,
        last4: bank.last4,
        payment_reference: null,
        routing_number: bank.routing_number,
      },
    }
  }
  if (method.sepa_debit !== undefined) {
    const { bank_code, branch_code, country, fingerprint, last4 } = method.sepa_debit
    return { type: 'sepa_debit', sepa_debit: { bank_code, branch_code, country, fingerprint, last4, mandate: newId('mandate', 24) } }
  }
  const card = method.card
  if (card === undefined) return { type: method.type }
  const failed = fate.status === 'failed'
  return {
    type: 'card',
    card: {
      amount_authorized: failed ? null : intent.amount,
      authorization_code: failed ? null : '123456',
      brand: card.brand,
      ...(fate.captured || failed ? {} : { capture_before: call.world.clock.now() + AUTHORIZATION_SECONDS }),
      checks: {
        address_line1_check: card.checks?.address_line1_check == null ? null : 'pass',
        address_postal_code_check: card.checks?.address_postal_code_check == null ? null : 'pass',
        cvc_check: card.checks?.cvc_check == null ? null : fate.decline?.code === 'incorrect_cvc' ? 'fail' : 'pass',
      },
      country: card.country,
      electronic_commerce_indicator: fate.authenticated ? '05' : null,
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      extended_authorization: { status: 'disabled' },
      fingerprint: card.fingerprint ?? null,
      funding: card.funding,
      incremental_authorization: { status: 'unavailable' },
      installments: null,
      last4: card.last4,
      mandate: null,
      multicapture: { status: 'unavailable' },
      network: card.brand,
      network_token: { used: false },
      network_transaction_id: failed ? null : newId('ntx', 11).slice(4),
      overcapture: { maximum_amount_capturable: intent.amount, status: 'unavailable' },
      regulated_status: 'unregulated',
      three_d_secure: fate.authenticated
        ? {
            authentication_flow: 'challenge',
            electronic_commerce_indicator: '05',
            exemption_indicator: null,
            result: 'authenticated',
            result_reason: null,
            transaction_id: newId('tds', 20),
            version: '2.2.0',
          }
        : null,
      transaction_link_id: null,
      wallet: null,
    },
  }
}

/** One try of a payment, stored and not yet announced. Cards make `ch_`, the rest `py_`. */
export function newCharge(call: Call, intent: PaymentIntentRow, method: PaymentMethodRow, fate: ChargeFate): ChargeRow {
  const from = intent.object
  const id = newId(method.object.type === 'card' ? 'ch' : 'py', 24)
  const descriptor = (from.statement_descriptor ?? call.account.name).toUpperCase().slice(0, 22)
  const object = {
    id,
    object: 'charge',
    amount: from.amount,
    amount_captured: fate.status === 'succeeded' && fate.captured ? from.amount : 0,
    amount_refunded: 0,
    application: idOf(from.application),
    application_fee: null,
    application_fee_amount: from.application_fee_amount,
    balance_transaction: null,
    billing_details: { ...method.object.billing_details, address: method.object.billing_details.address },
    calculated_statement_descriptor: method.object.type === 'card' ? descriptor : null,
    captured: fate.captured && fate.status !== 'failed',
    created: call.world.clock.now(),
    currency: from.currency,
    customer: idOf(from.customer),
    description: from.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: fate.decline?.code ?? null,
    failure_message: fate.decline?.message ?? null,
    fraud_details: {},
    livemode: call.livemode,
    metadata: { ...from.metadata },
    on_behalf_of: null,
    outcome: fate.status === 'pending' ? { ...outcomeOf(fate), seller_message: 'Payment pending.' } : outcomeOf(fate),
    paid: fate.status === 'succeeded',
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: methodDetails(call, from, method.object, fate),
    radar_options: {},
    receipt_email: from.receipt_email,
    receipt_number: null,
    receipt_url: fate.status === 'succeeded' ? `https://pay.stripe.com/receipts/payment/${id}` : null,
    refunded: false,
    review: null,
    shipping: from.shipping as Stripe.Charge.Shipping | null,
    source: null,
    source_transfer: null,
    statement_descriptor: from.statement_descriptor,
    statement_descriptor_suffix: from.statement_descriptor_suffix,
    status: fate.status,
    transfer_data: null,
    transfer_group: from.transfer_group,
  } satisfies Stripe.Charge
  return call.tables.charge.put({ ...ownedBy(call, object), behaviour: method.behaviour, refund_claimed: 0 })
}
