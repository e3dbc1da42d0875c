import type { StripeObject } from '@/lib/inbox/core/event'

type Made = StripeObject & { id: string }

/** Stripe's objects as they begin, with the fields that the product reads (stripe 23, release endive). */
export function intentOf(id: string, second: number, over: Record<string, unknown>): Made {
  return {
    id,
    object: 'payment_intent',
    amount: 5000,
    amount_capturable: 0,
    amount_received: 0,
    currency: 'usd',
    status: 'requires_payment_method',
    created: second,
    metadata: {},
    description: null,
    latest_charge: null,
    last_payment_error: null,
    next_action: null,
    receipt_email: null,
    canceled_at: null,
    cancellation_reason: null,
    ...over,
  }
}

export function chargeOf(id: string, second: number, over: Record<string, unknown>): Made {
  return {
    id,
    object: 'charge',
    payment_intent: null,
    amount: 5000,
    amount_captured: 0,
    amount_refunded: 0,
    currency: 'usd',
    status: 'succeeded',
    captured: false,
    created: second,
    balance_transaction: null,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    outcome: { type: 'authorized', network_status: 'approved_by_network' },
    billing_details: { email: null },
    receipt_email: null,
    payment_method_details: { type: 'card', card: { brand: 'visa', last4: '4242', country: 'US' } },
    metadata: {},
    ...over,
  }
}

export function refundOf(id: string, second: number, over: Record<string, unknown>): Made {
  return {
    id,
    object: 'refund',
    charge: null,
    payment_intent: null,
    amount: 1000,
    currency: 'usd',
    status: 'pending',
    created: second,
    reason: null,
    balance_transaction: null,
    metadata: {},
    ...over,
  }
}

export function disputeOf(id: string, second: number, over: Record<string, unknown>): Made {
  return {
    id,
    object: 'dispute',
    charge: null,
    payment_intent: null,
    amount: 5000,
    currency: 'usd',
    status: 'needs_response',
    created: second,
    reason: 'fraudulent',
    balance_transactions: [],
    evidence_details: { due_by: second + 864_000, has_evidence: false, past_due: false, submission_count: 0 },
    ...over,
  }
}

export function sessionOf(id: string, second: number, over: Record<string, unknown>): Made {
  return {
    id,
    object: 'checkout.session',
    client_reference_id: null,
    status: 'open',
    payment_status: 'unpaid',
    payment_intent: null,
    amount_total: 5000,
    currency: 'usd',
    created: second,
    expires_at: second + 86_400,
    metadata: {},
    ...over,
  }
}

export function transactionOf(id: string, second: number, over: Record<string, unknown>): Made {
  return {
    id,
    object: 'balance_transaction',
    type: 'charge',
    reporting_category: 'charge',
    balance_type: 'payments',
    amount: 5000,
    fee: 175,
    net: 4825,
    currency: 'usd',
    exchange_rate: null,
    source: null,
    description: null,
    status: 'pending',
    available_on: second + 172_800,
    created: second,
    fee_details: [{ type: 'stripe_fee', amount: 175, currency: 'usd', application: null, description: 'Stripe processing fees' }],
    ...over,
  }
}

export function payoutOf(id: string, second: number, over: Record<string, unknown>): Made {
  return {
    id,
    object: 'payout',
    amount: 4825,
    arrival_date: second + 172_800,
    automatic: true,
    balance_transaction: null,
    created: second,
    currency: 'usd',
    description: 'STRIPE PAYOUT',
    destination: 'ba_1',
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: true,
    metadata: {},
    method: 'standard',
    original_payout: null,
    reconciliation_status: 'in_progress',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: 'pending',
    trace_id: null,
    type: 'bank_account',
    application_fee: null,
    application_fee_amount: null,
    payout_method: null,
    ...over,
  }
}
