import type { StripeObject } from '../core/event'

/** One event of a family: Stripe's type, its second, and the snapshot that was frozen then. */
export type FamilyEvent = { type: string; second: number; object: StripeObject; previous?: Record<string, unknown> }
export type Family = { name: string; events: FamilyEvent[] }

/**
 * Sequences as Stripe sends them (docs.stripe.com/payments/payment-intents/verifying-status, /refunds, /disputes,
 * /payments/payment-intents/asynchronous-capture), several in one second as on a busy account. The last snapshot of an
 * object is what a read of it answers.
 */
const intent = (over: Record<string, unknown>): StripeObject => ({
  id: 'pi_1',
  object: 'payment_intent',
  amount: 5000,
  amount_capturable: 0,
  amount_received: 0,
  currency: 'usd',
  status: 'requires_payment_method',
  created: 100,
  metadata: {},
  description: null,
  latest_charge: null,
  last_payment_error: null,
  next_action: null,
  receipt_email: null,
  canceled_at: null,
  cancellation_reason: null,
  ...over,
})
const charge = (over: Record<string, unknown>): StripeObject => ({
  id: 'ch_1',
  object: 'charge',
  payment_intent: 'pi_1',
  amount: 5000,
  amount_captured: 5000,
  amount_refunded: 0,
  currency: 'usd',
  status: 'succeeded',
  captured: true,
  created: 101,
  balance_transaction: null,
  failure_balance_transaction: null,
  failure_code: null,
  failure_message: null,
  outcome: { type: 'authorized' },
  billing_details: { email: null },
  receipt_email: null,
  payment_method_details: { type: 'card', card: { brand: 'visa', last4: '4242', country: 'US' } },
  ...over,
})
const refund = (over: Record<string, unknown>): StripeObject => ({
  id: 're_1',
  object: 'refund',
  charge: 'ch_1',
  payment_intent: 'pi_1',
  amount: 2000,
  currency: 'usd',
  status: 'succeeded',
  created: 200,
  reason: null,
  failure_reason: null,
  pending_reason: null,
  balance_transaction: 'txn_r1',
  failure_balance_transaction: null,
  metadata: {},
  ...over,
})
const dispute = (over: Record<string, unknown>): StripeObject => ({
  id: 'dp_1',
  object: 'dispute',
  charge: 'ch_1',
  payment_intent: 'pi_1',
  amount: 5000,
  currency: 'usd',
  status: 'needs_response',
  created: 300,
  reason: 'fraudulent',
  balance_transactions: [],
  evidence_details: { due_by: 900, has_evidence: false, past_due: false, submission_count: 0 },
  ...over,
})
const declined = { code: 'card_declined', decline_code: 'generic_decline', message: 'Your card was declined.' }
const done = { status: 'succeeded', amount_received: 5000, latest_charge: 'ch_1' }
const card: FamilyEvent[] = [
  { type: 'payment_intent.created', second: 100, object: intent({}) },
  { type: 'charge.succeeded', second: 101, object: charge({}) },
  { type: 'payment_intent.succeeded', second: 101, object: intent(done) },
  { type: 'charge.updated', second: 103, object: charge({ balance_transaction: 'txn_1' }), previous: { balance_transaction: null } },
]

export const families: Family[] = [
  { name: 'card', events: card },
  {
    name: 'everything in one second',
    events: card.map((event) => ({ ...event, second: 100 })),
  },
  {
    name: 'declined twice, then paid',
    events: [
      { type: 'payment_intent.created', second: 100, object: intent({}) },
      {
        type: 'charge.failed',
        second: 101,
        object: charge({
          id: 'ch_0',
          status: 'failed',
          captured: false,
          amount_captured: 0,
          failure_code: 'card_declined',
          failure_message: 'No.',
          created: 101,
        }),
      },
      { type: 'payment_intent.payment_failed', second: 101, object: intent({ last_payment_error: declined, latest_charge: 'ch_0' }) },
      {
        type: 'charge.failed',
        second: 101,
        object: charge({
          id: 'ch_00',
          status: 'failed',
          captured: false,
          amount_captured: 0,
          failure_code: 'expired_card',
          failure_message: 'Old.',
          created: 101,
        }),
      },
      {
        type: 'payment_intent.payment_failed',
        second: 101,
        object: intent({ last_payment_error: { ...declined, code: 'expired_card' }, latest_charge: 'ch_00' }),
      },
      { type: 'charge.succeeded', second: 105, object: charge({ created: 105 }) },
      { type: 'payment_intent.succeeded', second: 105, object: intent(done) },
      { type: 'charge.updated', second: 106, object: charge({ created: 105, balance_transaction: 'txn_1' }), previous: { balance_transaction: null } },
    ],
  },
  {
    name: 'declined and left',
    events: [
      { type: 'payment_intent.created', second: 100, object: intent({}) },
      { type: 'payment_intent.requires_action', second: 101, object: intent({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } }) },
      {
        type: 'payment_intent.payment_failed',
        second: 101,
        object: intent({ last_payment_error: { ...declined, code: 'payment_intent_authentication_failure' } }),
      },
    ],
  },
  {
    name: '3-D Secure',
    events: [
      { type: 'payment_intent.created', second: 100, object: intent({}) },
      { type: 'payment_intent.requires_action', second: 100, object: intent({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } }) },
      ...card.slice(1),
    ],
  },
  {
    name: 'delayed, failing in the end',
    events: [
      { type: 'payment_intent.created', second: 100, object: intent({}) },
      { type: 'charge.pending', second: 101, object: charge({ status: 'pending', captured: true }) },
      { type: 'payment_intent.processing', second: 101, object: intent({ status: 'processing', latest_charge: 'ch_1' }) },
      { type: 'charge.failed', second: 400, object: charge({ status: 'failed', failure_code: 'insufficient_funds', failure_message: 'Empty.' }) },
      { type: 'payment_intent.payment_failed', second: 400, object: intent({ last_payment_error: declined, latest_charge: 'ch_1' }) },
    ],
  },
  {
    name: 'authorised, captured in part',
    events: [
      { type: 'payment_intent.created', second: 100, object: intent({}) },
      { type: 'charge.succeeded', second: 101, object: charge({ captured: false, amount_captured: 0 }) },
      {
        type: 'payment_intent.amount_capturable_updated',
        second: 101,
        object: intent({ status: 'requires_capture', amount_capturable: 5000, latest_charge: 'ch_1' }),
      },
      { type: 'charge.captured', second: 150, object: charge({ amount_captured: 3000 }) },
      { type: 'payment_intent.succeeded', second: 150, object: intent({ ...done, amount_received: 3000 }) },
      { type: 'charge.updated', second: 151, object: charge({ amount_captured: 3000, balance_transaction: 'txn_1' }), previous: { balance_transaction: null } },
    ],
  },
  {
    name: 'authorised, raised, captured',
    events: [
      { type: 'charge.succeeded', second: 101, object: charge({ captured: false, amount_captured: 0 }) },
      {
        type: 'payment_intent.amount_capturable_updated',
        second: 101,
        object: intent({ status: 'requires_capture', amount_capturable: 5000, latest_charge: 'ch_1' }),
      },
      { type: 'charge.updated', second: 120, object: charge({ captured: false, amount_captured: 0, amount: 7000 }), previous: { amount: 5000 } },
      {
        type: 'payment_intent.amount_capturable_updated',
        second: 120,
        object: intent({ status: 'requires_capture', amount: 7000, amount_capturable: 7000, latest_charge: 'ch_1' }),
      },
      { type: 'charge.captured', second: 150, object: charge({ amount: 7000, amount_captured: 7000 }) },
      { type: 'payment_intent.succeeded', second: 150, object: intent({ ...done, amount: 7000, amount_received: 7000 }) },
    ],
  },
  {
    name: 'authorisation expired',
    events: [
      { type: 'charge.succeeded', second: 101, object: charge({ captured: false, amount_captured: 0 }) },
      {
        type: 'payment_intent.amount_capturable_updated',
        second: 101,
        object: intent({ status: 'requires_capture', amount_capturable: 5000, latest_charge: 'ch_1' }),
      },
      { type: 'charge.expired', second: 700, object: charge({ captured: false, amount_captured: 0, amount_refunded: 5000 }) },
      {
        type: 'payment_intent.canceled',
        second: 700,
        object: intent({ status: 'canceled', canceled_at: 700, cancellation_reason: 'expired', latest_charge: 'ch_1' }),
      },
    ],
  },
  {
    name: 'a charge without a payment, authorised and released',
    events: [
      { type: 'charge.succeeded', second: 101, object: charge({ payment_intent: null, captured: false, amount_captured: 0 }) },
      { type: 'charge.refunded', second: 150, object: charge({ payment_intent: null, captured: false, amount_captured: 0, amount_refunded: 5000 }) },
      { type: 'refund.created', second: 150, object: refund({ payment_intent: null, amount: 5000, balance_transaction: null }) },
    ],
  },
  {
    name: 'two refunds, one failing after it succeeded',
    events: [
      ...card,
      { type: 'refund.created', second: 200, object: refund({}) },
      { type: 'charge.refunded', second: 200, object: charge({ balance_transaction: 'txn_1', amount_refunded: 2000 }) },
      {
        type: 'refund.created',
        second: 200,
        object: refund({ id: 're_2', amount: 1000, status: 'pending', pending_reason: 'processing', balance_transaction: null }),
      },
      { type: 'charge.refunded', second: 200, object: charge({ balance_transaction: 'txn_1', amount_refunded: 3000 }) },
      { type: 'refund.updated', second: 260, object: refund({ id: 're_2', amount: 1000, balance_transaction: 'txn_r2' }) },
      {
        type: 'refund.failed',
        second: 500,
        object: refund({ status: 'failed', failure_reason: 'expired_or_canceled_card', failure_balance_transaction: 'txn_f1' }),
      },
      { type: 'charge.updated', second: 500, object: charge({ balance_transaction: 'txn_1', amount_refunded: 1000 }) },
    ],
  },
  {
    name: 'disputed, lost, appealed, won',
    events: [
      ...card,
      { type: 'charge.dispute.created', second: 300, object: dispute({}) },
      { type: 'charge.dispute.funds_withdrawn', second: 300, object: dispute({ balance_transactions: [{ id: 'txn_d1' }] }) },
      {
        type: 'charge.dispute.updated',
        second: 310,
        object: dispute({
          status: 'under_review',
          balance_transactions: [{ id: 'txn_d1' }],
          evidence_details: { due_by: 900, has_evidence: true, past_due: false, submission_count: 1 },
        }),
      },
      {
        type: 'charge.dispute.closed',
        second: 400,
        object: dispute({
          status: 'lost',
          balance_transactions: [{ id: 'txn_d1' }],
          evidence_details: { due_by: 900, has_evidence: true, past_due: false, submission_count: 1 },
        }),
      },
      {
        type: 'charge.dispute.updated',
        second: 500,
        object: dispute({
          status: 'appeal_under_review',
          balance_transactions: [{ id: 'txn_d1' }],
          evidence_details: { due_by: null, has_evidence: true, past_due: false, submission_count: 2 },
        }),
      },
      {
        type: 'charge.dispute.funds_reinstated',
        second: 600,
        object: dispute({
          status: 'won',
          balance_transactions: [{ id: 'txn_d1' }, { id: 'txn_d2' }],
          evidence_details: { due_by: null, has_evidence: true, past_due: false, submission_count: 2 },
        }),
      },
      {
        type: 'charge.dispute.closed',
        second: 600,
        object: dispute({
          status: 'won',
          balance_transactions: [{ id: 'txn_d1' }, { id: 'txn_d2' }],
          evidence_details: { due_by: null, has_evidence: true, past_due: false, submission_count: 2 },
        }),
      },
    ],
  },
]
