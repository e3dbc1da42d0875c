import type { Columns } from '@/lib/kernel/columns'
import type { Mode } from '@/lib/kernel/mode'

/** Amounts in minor units, times UTC. `inbox_*`: the inbox row that changed it last. */
export type PayoutRow = {
  tenant_id: string
  id: string
  mode: Mode
  connection_id: string
  stripe_id: string
  status: string
  amount: bigint
  currency: string
  automatic: boolean
  method: string | null
  type: string | null
  arrival_date: Date | null
  description: string | null
  statement_descriptor: string | null
  balance_transaction_id: string | null
  failure_balance_transaction_id: string | null
  failure_code: string | null
  failure_message: string | null
  original_payout_id: string | null
  reversed_by_id: string | null
  reconciliation_status: string
  trace_id_status: string | null
  trace_id: string | null
  metadata: Record<string, string>
  created_at: Date
  snapshot_at: Date | null
  read_as_of: Date | null
  inbox_bucket: number
  inbox_id: string
}

export const payoutColumns: Columns<PayoutRow> = {
  tenant_id: 'uuid',
  id: 'uuid',
  mode: 'text',
  connection_id: 'uuid',
  stripe_id: 'text',
  status: 'text',
  amount: 'bigint',
  currency: 'text',
  automatic: 'boolean',
  method: 'text',
  type: 'text',
  arrival_date: 'timestamptz',
  description: 'text',
  statement_descriptor: 'text',
  balance_transaction_id: 'text',
  failure_balance_transaction_id: 'text',
  failure_code: 'text',
  failure_message: 'text',
  original_payout_id: 'text',
  reversed_by_id: 'text',
  reconciliation_status: 'text',
  trace_id_status: 'text',
  trace_id: 'text',
  metadata: 'jsonb',
  created_at: 'timestamptz',
  snapshot_at: 'timestamptz',
  read_as_of: 'timestamptz',
  inbox_bucket: 'int',
  inbox_id: 'uuid',
}

export function stubPayout(
  key: Pick<PayoutRow, 'tenant_id' | 'id' | 'mode' | 'connection_id' | 'stripe_id' | 'inbox_bucket' | 'inbox_id'>,
  currency: string,
  at: Date,
): PayoutRow {
  return {
    ...key,
    status: 'unknown',
    amount: 0n,
    currency,
    automatic: false,
    method: null,
    type: null,
    arrival_date: null,
    description: null,
    statement_descriptor: null,
    balance_transaction_id: null,
    failure_balance_transaction_id: null,
    failure_code: null,
    failure_message: null,
    original_payout_id: null,
    reversed_by_id: null,
    reconciliation_status: 'unknown',
    trace_id_status: null,
    trace_id: null,
    metadata: {},
    created_at: at,
    snapshot_at: null,
    read_as_of: null,
  }
}
