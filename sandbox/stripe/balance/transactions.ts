import type Stripe from 'stripe'
import { newId } from '../../core/ids'
import { DAY, ownedBy, type Call } from '../call'
import type { BalanceTransactionRow } from '../tables'

export interface NewTransaction {
  readonly type: Stripe.BalanceTransaction.Type
  readonly reporting_category: string
  /** Minor units, negative when money leaves. */
  readonly amount: number
  readonly currency: string
  readonly fee_details: readonly Stripe.BalanceTransaction.FeeDetail[]
  /** The object it is about: charge, refund or dispute. */
  readonly source: string
  readonly description: string | null
  readonly available: 'now' | 'later'
}

/** Adds a row to the balance. net = amount - fee; funds become available at the next midnight UTC after the configured time. */
export function addTransaction(call: Call, input: NewTransaction): BalanceTransactionRow {
  const now = call.world.clock.now()
  const wait = call.world.config.values.availableAfterSeconds
  const later = wait < DAY ? now + wait : Math.ceil((now + wait) / DAY) * DAY
  const fee = input.fee_details.reduce((sum, detail) => sum + detail.amount, 0)
  const object = {
    id: newId('txn', 24),
    object: 'balance_transaction',
    amount: input.amount,
    available_on: input.available === 'now' ? now : later,
    balance_type: 'payments',
    created: now,
    currency: input.currency,
    description: input.description,
    exchange_rate: null,
    fee,
    fee_details: [...input.fee_details],
    net: input.amount - fee,
    reporting_category: input.reporting_category,
    source: input.source,
    type: input.type,
  } satisfies BalanceTransactionRow['object']
  return call.tables.balance_transaction.put({ ...ownedBy(call, object), payout: null })
}

export function stripeFee(amount: number, currency: string, description: string): Stripe.BalanceTransaction.FeeDetail {
  return { amount, application: null, currency, description, type: 'stripe_fee' }
}
