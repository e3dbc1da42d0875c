/**
 * text: guarded against being run as a formula. amount: a plain decimal in major units, negative ones with a minus.
 * time, rate: as they are.
 */
export type CellKind = 'text' | 'amount' | 'time' | 'rate'

/**
 * The one contract of `reconciliation_lines`, shared by the file, the screen's help and the API: names, order and
 * meaning. One row per payment. A column is added at the end and never renamed.
 */
export const lineColumns = [
  { name: 'tenant', kind: 'text', meaning: 'Short name of the account, as in its address' },
  { name: 'store', kind: 'text', meaning: 'Name of the store; empty when no store is known' },
  { name: 'platform', kind: 'text', meaning: 'Kind of store: woocommerce, shopify' },
  { name: 'external_order_id', kind: 'text', meaning: 'The order’s id in its store, as it was when the payment was linked' },
  { name: 'order_display_number', kind: 'text', meaning: 'The order’s number as people in the store see it' },
  { name: 'checkout_attempt_id', kind: 'text', meaning: 'Our id of the attempt that collected it; empty for payments of other applications' },
  { name: 'payment_intent_id', kind: 'text', meaning: 'Stripe’s PaymentIntent, or its charge where there is none' },
  { name: 'charge_id', kind: 'text', meaning: 'Stripe’s charge that went through' },
  { name: 'balance_transaction_id', kind: 'text', meaning: 'Stripe’s balance transaction of that charge; empty until Stripe names it' },
  { name: 'reporting_category', kind: 'text', meaning: 'Stripe’s category of that balance transaction' },
  { name: 'created_utc', kind: 'time', meaning: 'When the payment was created, in UTC' },
  { name: 'created_local', kind: 'time', meaning: 'The same on the clock of the next column' },
  { name: 'timezone', kind: 'text', meaning: 'Zone of created_local and of the days that were filtered by' },
  { name: 'presentment_amount', kind: 'amount', meaning: 'What was taken from the customer; 0 when nothing was' },
  { name: 'presentment_currency', kind: 'text', meaning: 'Currency of presentment_amount' },
  { name: 'gross', kind: 'amount', meaning: 'What came into the balance before the fee; empty until it is known' },
  { name: 'fee', kind: 'amount', meaning: 'Stripe’s fee; empty until it is known, never 0 for unknown' },
  { name: 'fee_status', kind: 'text', meaning: 'pending, known or not_applicable' },
  { name: 'net', kind: 'amount', meaning: 'gross less fee; empty until it is known' },
  { name: 'settlement_currency', kind: 'text', meaning: 'Currency of gross, fee and net' },
  { name: 'exchange_rate', kind: 'rate', meaning: 'Stripe’s rate from presentment to settlement currency, where they differ' },
  { name: 'payout_id', kind: 'text', meaning: 'The payout that it left with; empty until it is in one' },
  { name: 'payout_status', kind: 'text', meaning: 'State of that payout' },
  { name: 'payout_arrival_date', kind: 'time', meaning: 'Day on which that payout arrives' },
  { name: 'trace_id', kind: 'text', meaning: 'The bank’s trace of that payout' },
  { name: 'bank_match_status', kind: 'text', meaning: 'How sure the bank line is: proven, inferred, missing, not_due, not_applicable' },
  {
    name: 'match_state',
    kind: 'text',
    meaning: 'How far it is explained: unmatched, linked, confirmed, settled, paid_out, reconciled; empty when no money was taken',
  },
  { name: 'match_rule', kind: 'text', meaning: 'The rule that tied it to its order' },
  { name: 'exception_code', kind: 'text', meaning: 'What does not add up, if anything; several are separated by a space' },
  { name: 'export_batch_id', kind: 'text', meaning: 'This file, as listed under Exports with its sums and checksum' },
  { name: 'payment_id', kind: 'text', meaning: 'Our id of the payment' },
  { name: 'payment_status', kind: 'text', meaning: 'What the payment is shown as: succeeded, processing, failed, refunded and others' },
  { name: 'requested_amount', kind: 'amount', meaning: 'What the customer was asked for, in presentment_currency' },
  { name: 'refunded_amount', kind: 'amount', meaning: 'What went back to the customer, in presentment_currency' },
  { name: 'disputed_amount', kind: 'amount', meaning: 'What the customer’s bank holds back, in presentment_currency' },
] as const satisfies readonly { name: string; kind: CellKind; meaning: string }[]

export type LineColumn = (typeof lineColumns)[number]['name']
