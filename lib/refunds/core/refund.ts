import type { Columns } from '@/lib/kernel/columns'
import type { Mode } from '@/lib/kernel/mode'

/** Amounts in minor units, times UTC. Only `succeeded` moves money; `failed` gives it back. */
export type RefundRow = {
  tenant_id: string
  id: string
  mode: Mode
  connection_id: string
  stripe_id: string
  payment_id: string
  charge_id: string | null
  status: string
  amount: bigint
  currency: string
  reason: string | null
  failure_reason: string | null
  pending_reason: string | null
  balance_transaction_id: string | null
  failure_balance_transaction_id: string | null
  metadata: Record<string, string>
  created_at: Date
  snapshot_at: Date | null
  read_as_of: Date | null
}

export const refundColumns: Columns<RefundRow> = {
  tenant_id: 'uuid',
  id: 'uuid',
  mode: 'text',
  connection_id: 'uuid',
  stripe_id: 'text',
  payment_id: 'uuid',
  charge_id: 'text',
  status: 'text',
  amount: 'bigint',
  currency: 'text',
  reason: 'text',
  failure_reason: 'text',
  pending_reason: 'text',
  balance_transaction_id: 'text',
  failure_balance_transaction_id: 'text',
  metadata: 'jsonb',
  created_at: 'timestamptz',
  snapshot_at: 'timestamptz',
  read_as_of: 'timestamptz',
}

export function stubRefund(
  key: Pick<RefundRow, 'tenant_id' | 'id' | 'mode' | 'connection_id' | 'stripe_id' | 'payment_id'>,
  currency: string,
  at: Date,
): RefundRow {
  return {
    ...key,
    charge_id: null,
    status: 'unknown',
    amount: 0n,
    currency,
    reason: null,
    failure_reason: null,
    pending_reason: null,
    balance_transaction_id: null,
    failure_balance_transaction_id: null,
    metadata: {},
    created_at: at,
    snapshot_at: null,
    read_as_of: null,
  }
}
