import { seconds, type Account, type Thing } from './account'

/** What a bank makes of an amount: minor units of the settlement currency; `fee` is positive. */
export type Settled = { amount: number; fee: number; currency: string; rate: number | null }

export type Kind = { type: string; reporting_category: string; description: string }

/** A movement of the account's balance. `available_on` is days later; its status is told when it is read. */
export function addTransaction(account: Account, source: string, kind: Kind, settled: Settled, nowMs: number): Thing {
  const created = seconds(nowMs)
  return account.keep({
    id: account.newId('txn'),
    object: 'balance_transaction',
    amount: settled.amount,
    available_on: created + 2 * 86_400,
    balance_type: 'payments',
    created,
    currency: settled.currency,
    description: kind.description,
    exchange_rate: settled.rate,
    fee: settled.fee,
    fee_details:
      settled.fee === 0
        ? []
        : [{ amount: settled.fee, application: null, currency: settled.currency, description: 'Stripe processing fees', type: 'stripe_fee' }],
    net: settled.amount - settled.fee,
    reporting_category: kind.reporting_category,
    source,
    status: 'pending',
    type: kind.type,
  })
}

export type IntentParams = {
  amount: number
  currency: string
  metadata: Record<string, string>
  description: string | null
  capture_method: 'automatic_async' | 'manual'
  types: string[]
  receipt_email: string | null
}

export function newIntent(account: Account, params: IntentParams, nowMs: number): Thing {
  const id = account.newId('pi')
  return account.keep({
    id,
    object: 'payment_intent',
    amount: params.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: params.capture_method,
    client_secret: `${id}_secret_sim`,
    confirmation_method: 'automatic',
    created: seconds(nowMs),
    currency: params.currency,
    customer: null,
    description: params.description,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: params.metadata,
    next_action: null,
    payment_method: null,
    payment_method_types: params.types,
    processing: null,
    receipt_email: params.receipt_email,
    status: 'requires_payment_method',
  })
}

/** One try. `intent` is null for a charge of the old kind that has none. */
export function newCharge(
  account: Account,
  intent: Thing | null,
  more: {
    amount: number
    currency: string
    status: 'succeeded' | 'pending' | 'failed'
    captured: boolean
    method: string
    last4: string
    decline: string | null
  },
  nowMs: number,
): Thing {
  return account.keep({
    id: account.newId(more.method === 'card' ? 'ch' : 'py'),
    object: 'charge',
    amount: more.amount,
    amount_captured: more.captured && more.status === 'succeeded' ? more.amount : 0,
    amount_refunded: 0,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: { address: null, email: 'payer@example.org', name: 'A. Payer', phone: null },
    captured: more.captured && more.status !== 'failed',
    created: seconds(nowMs),
    currency: more.currency,
    customer: null,
    description: intent?.description ?? null,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: more.decline === null ? null : 'card_declined',
    failure_message: more.decline === null ? null : 'Your card was declined.',
    fraud_details: {},
    livemode: false,
    metadata: intent?.metadata ?? {},
    outcome: {
      network_status: more.decline === null ? 'approved_by_network' : 'declined_by_network',
      reason: more.decline,
      risk_level: 'normal',
      type: more.decline === null ? 'authorized' : 'issuer_declined',
    },
    paid: more.status === 'succeeded',
    payment_intent: intent?.id ?? null,
    payment_method_details:
      more.method === 'card'
        ? { type: 'card', card: { brand: 'visa', country: 'US', last4: more.last4, network: 'visa' } }
        : { type: more.method, [more.method]: { last4: more.last4 } },
    receipt_email: null,
    refunded: false,
    status: more.status,
  })
}

export function newSession(
  account: Account,
  params: {
    amount: number
    currency: string
    client_reference_id: string | null
    metadata: Record<string, string>
    email: string | null
    return_url: string | null
    expires_at: number | null
  },
  nowMs: number,
): Thing {
  const created = seconds(nowMs)
  const id = account.newId('cs_test')
  return account.keep({
    id,
    object: 'checkout.session',
    amount_subtotal: params.amount,
    amount_total: params.amount,
    client_reference_id: params.client_reference_id,
    client_secret: `${id}_secret_sim`,
    created,
    currency: params.currency,
    customer: null,
    customer_email: params.email,
    expires_at: params.expires_at ?? created + 86_400,
    livemode: false,
    metadata: params.metadata,
    mode: 'payment',
    payment_intent: null,
    payment_method_types: ['card', 'sepa_debit'],
    payment_status: 'unpaid',
    return_url: params.return_url,
    status: 'open',
    success_url: null,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'elements',
    url: null,
  })
}

export function newRefund(account: Account, charge: Thing, amount: number, status: string, nowMs: number): Thing {
  return account.keep({
    id: account.newId(charge.id.startsWith('py') ? 'pyr' : 're'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: seconds(nowMs),
    currency: charge.currency,
    destination_details: { type: 'card' },
    metadata: {},
    payment_intent: charge.payment_intent,
    reason: 'requested_by_customer',
    receipt_number: null,
    source_transfer_reversal: null,
    status,
    transfer_reversal: null,
    ...(status === 'pending' && { pending_reason: 'processing' }),
  })
}

export function newDispute(account: Account, charge: Thing, amount: number, status: string, nowMs: number): Thing {
  const created = seconds(nowMs)
  return account.keep({
    id: account.newId('du'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: {},
    evidence_details: { due_by: created + 9 * 86_400, has_evidence: false, past_due: false, submission_count: 0 },
    is_charge_refundable: status.startsWith('warning'),
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: { type: 'card', card: { brand: 'visa', case_type: status.startsWith('warning') ? 'inquiry' : 'chargeback' } },
    reason: 'fraudulent',
    status,
  })
}

export function newPayout(account: Account, amount: number, currency: string, automatic: boolean, nowMs: number): Thing {
  const created = seconds(nowMs)
  return account.keep({
    id: account.newId('po'),
    object: 'payout',
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: created + 2 * 86_400,
    automatic,
    balance_transaction: null,
    created,
    currency,
    description: automatic ? 'STRIPE PAYOUT' : null,
    destination: 'ba_1SimBank',
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: {},
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: automatic ? 'in_progress' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: 'pending',
    trace_id: { status: 'pending', value: null },
    type: 'bank_account',
  })
}

/** The account itself, as a read gives it and as account.updated carries it. Never kept: what counts is what is so now. */
export function accountThing(account: Account): Thing {
  return {
    id: account.id,
    object: 'account',
    business_profile: { name: 'Sim' },
    capabilities: { card_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    country: 'US',
    created: 1_700_000_000,
    default_currency: account.currency,
    details_submitted: true,
    payouts_enabled: true,
    requirements: { currently_due: [], disabled_reason: null },
    type: 'standard',
  }
}
