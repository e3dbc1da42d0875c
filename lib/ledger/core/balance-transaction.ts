import type Stripe from 'stripe'
import type { Columns } from '@/lib/kernel/columns'
import type { Mode } from '@/lib/kernel/mode'

/** One movement of a Stripe balance: amounts in minor units of the settlement currency, times UTC. */
export type BalanceTransactionRow = {
  tenant_id: string
  id: string
  mode: Mode
  connection_id: string
  stripe_id: string
  type: string
  reporting_category: string
  balance_type: string
  amount: bigint
  fee: bigint
  net: bigint
  currency: string
  exchange_rate: string | null
  source_id: string | null
  description: string | null
  status: string
  available_on: Date
  created_at: Date
  inbox_bucket: number
  inbox_id: string
}

export const balanceTransactionColumns: Columns<BalanceTransactionRow> = {
  tenant_id: 'uuid',
  id: 'uuid',
  mode: 'text',
  connection_id: 'uuid',
  stripe_id: 'text',
  type: 'text',
  reporting_category: 'text',
  balance_type: 'text',
  amount: 'bigint',
  fee: 'bigint',
  net: 'bigint',
  currency: 'text',
  exchange_rate: 'text',
  source_id: 'text',
  description: 'text',
  status: 'text',
  available_on: 'timestamptz',
  created_at: 'timestamptz',
  inbox_bucket: 'int',
  inbox_id: 'uuid',
}

export type FeeDetailRow = {
  tenant_id: string
  balance_transaction_id: string
  position: number
  type: string
  amount: bigint
  currency: string
  application: string | null
  description: string | null
}

export const feeDetailColumns: Columns<FeeDetailRow> = {
  tenant_id: 'uuid',
  balance_transaction_id: 'uuid',
  position: 'int',
  type: 'text',
  amount: 'bigint',
  currency: 'text',
  application: 'text',
  description: 'text',
}

/** Stripe's balance transaction as our rows. `exchange_rate` stays text: it is never calculated with. */
export function rowsOf(
  transaction: Stripe.BalanceTransaction,
  key: Pick<BalanceTransactionRow, 'tenant_id' | 'id' | 'mode' | 'connection_id' | 'inbox_bucket' | 'inbox_id'>,
): { row: BalanceTransactionRow; fees: FeeDetailRow[] } {
  const source = transaction.source
  return {
    row: {
      ...key,
      stripe_id: transaction.id,
      type: transaction.type,
      reporting_category: transaction.reporting_category,
      balance_type: transaction.balance_type ?? 'payments',
      amount: BigInt(transaction.amount),
      fee: BigInt(transaction.fee),
      net: BigInt(transaction.net),
      currency: transaction.currency,
      exchange_rate: transaction.exchange_rate === null ? null : String(transaction.exchange_rate),
      source_id: source === null ? null : typeof source === 'string' ? source : source.id,
      description: transaction.description,
      status: transaction.status,
      available_on: new Date(transaction.available_on * 1000),
      created_at: new Date(transaction.created * 1000),
    },
    fees: transaction.fee_details.map((fee, position) => ({
      tenant_id: key.tenant_id,
      balance_transaction_id: key.id,
      position,
      type: fee.type,
      amount: BigInt(fee.amount),
      currency: fee.currency,
      application: fee.application,
      description: fee.description,
    })),
  }
}
