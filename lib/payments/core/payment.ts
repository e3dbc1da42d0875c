import type { Mode } from '@/lib/kernel/mode'
import type { Columns } from '@/lib/kernel/columns'

/** Our mirror of one PaymentIntent, or of a charge that has none. Amounts in minor units, times UTC. */
export type PaymentRow = {
  tenant_id: string
  id: string
  mode: Mode
  connection_id: string
  stripe_id: string
  origin: 'checkout' | 'foreign'
  attempt_id: string | null
  store_id: string | null
  /** PaymentIntent's status as Stripe says it, or `unknown` for a stub. */
  status: string
  currency: string
  amount: bigint
  amount_capturable: bigint
  amount_captured: bigint
  amount_refunded: bigint
  amount_disputed: bigint
  fee_state: 'pending' | 'known' | 'not_applicable'
  fee: bigint | null
  net: bigint | null
  settlement_currency: string | null
  latest_charge_id: string | null
  payment_method_type: string | null
  card_brand: string | null
  card_last4: string | null
  customer_email: string | null
  description: string | null
  metadata: Record<string, string>
  last_error: LastError | null
  next_action_type: string | null
  attribution: 'none' | 'proven' | 'withheld'
  expired: boolean
  created_at: Date
  succeeded_at: Date | null
  canceled_at: Date | null
  snapshot_at: Date | null
  read_as_of: Date | null
  updated_at: Date
}

export type LastError = { code: string | null; decline_code: string | null; message: string | null }

export const paymentColumns: Columns<PaymentRow> = {
  tenant_id: 'uuid',
  id: 'uuid',
  mode: 'text',
  connection_id: 'uuid',
  stripe_id: 'text',
  origin: 'text',
  attempt_id: 'uuid',
  store_id: 'uuid',
  status: 'text',
  currency: 'text',
  amount: 'bigint',
  amount_capturable: 'bigint',
  amount_captured: 'bigint',
  amount_refunded: 'bigint',
  amount_disputed: 'bigint',
  fee_state: 'text',
  fee: 'bigint',
  net: 'bigint',
  settlement_currency: 'text',
  latest_charge_id: 'text',
  payment_method_type: 'text',
  card_brand: 'text',
  card_last4: 'text',
  customer_email: 'text',
  description: 'text',
  metadata: 'jsonb',
  last_error: 'jsonb',
  next_action_type: 'text',
  attribution: 'text',
  expired: 'boolean',
  created_at: 'timestamptz',
  succeeded_at: 'timestamptz',
  canceled_at: 'timestamptz',
  snapshot_at: 'timestamptz',
  read_as_of: 'timestamptz',
  updated_at: 'timestamptz',
}

/** One try of a payment; declined ones too. */
export type ChargeRow = {
  tenant_id: string
  id: string
  mode: Mode
  connection_id: string
  stripe_id: string
  payment_id: string
  status: string
  amount: bigint
  currency: string
  captured: boolean
  amount_captured: bigint
  amount_refunded_reported: bigint
  balance_transaction_id: string | null
  failure_balance_transaction_id: string | null
  failure_code: string | null
  failure_message: string | null
  outcome: Record<string, unknown> | null
  payment_method_type: string | null
  card_brand: string | null
  card_last4: string | null
  card_country: string | null
  customer_email: string | null
  expired: boolean
  created_at: Date
  snapshot_at: Date | null
  read_as_of: Date | null
}

export const chargeColumns: Columns<ChargeRow> = {
  tenant_id: 'uuid',
  id: 'uuid',
  mode: 'text',
  connection_id: 'uuid',
  stripe_id: 'text',
  payment_id: 'uuid',
  status: 'text',
  amount: 'bigint',
  currency: 'text',
  captured: 'boolean',
  amount_captured: 'bigint',
  amount_refunded_reported: 'bigint',
  balance_transaction_id: 'text',
  failure_balance_transaction_id: 'text',
  failure_code: 'text',
  failure_message: 'text',
  outcome: 'jsonb',
  payment_method_type: 'text',
  card_brand: 'text',
  card_last4: 'text',
  card_country: 'text',
  customer_email: 'text',
  expired: 'boolean',
  created_at: 'timestamptz',
  snapshot_at: 'timestamptz',
  read_as_of: 'timestamptz',
}

/** A payment that something mentioned before Stripe told us of it. */
export function stubPayment(
  key: { tenant_id: string; id: string; mode: Mode; connection_id: string; stripe_id: string },
  currency: string,
  at: Date,
): PaymentRow {
  return {
    ...key,
    origin: 'foreign',
    attempt_id: null,
    store_id: null,
    status: 'unknown',
    currency,
    amount: 0n,
    amount_capturable: 0n,
    amount_captured: 0n,
    amount_refunded: 0n,
    amount_disputed: 0n,
    fee_state: 'pending',
    fee: null,
    net: null,
    settlement_currency: null,
    latest_charge_id: null,
    payment_method_type: null,
    card_brand: null,
    card_last4: null,
    customer_email: null,
    description: null,
    metadata: {},
    last_error: null,
    next_action_type: null,
    attribution: 'none',
    expired: false,
    created_at: at,
    succeeded_at: null,
    canceled_at: null,
    snapshot_at: null,
    read_as_of: null,
    updated_at: at,
  }
}
