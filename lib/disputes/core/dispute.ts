import type { Columns } from '@/lib/kernel/columns'
import type { Mode } from '@/lib/kernel/mode'

/** Amounts in minor units, times UTC. `legs`: ids of its balance transactions, a union that only grows. */
export type DisputeRow = {
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
  due_by: Date | null
  has_evidence: boolean
  past_due: boolean
  submission_count: number
  legs: string[]
  funds_withdrawn: boolean
  funds_reinstated: boolean
  created_at: Date
  snapshot_at: Date | null
  read_as_of: Date | null
}

export const disputeColumns: Columns<DisputeRow> = {
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
  due_by: 'timestamptz',
  has_evidence: 'boolean',
  past_due: 'boolean',
  submission_count: 'int',
  legs: 'text[]',
  funds_withdrawn: 'boolean',
  funds_reinstated: 'boolean',
  created_at: 'timestamptz',
  snapshot_at: 'timestamptz',
  read_as_of: 'timestamptz',
}

/** Money that this dispute holds back from the merchant now: an inquiry, a won or a prevented one holds nothing. */
export function heldBack(dispute: Pick<DisputeRow, 'status' | 'amount'>): bigint {
  return /^(warning_|won$|prevented$|unknown$)/.test(dispute.status) ? 0n : dispute.amount
}

/** The bank has decided, or there is nothing to decide any more. An appeal may open it again. */
export const overStatuses: readonly string[] = ['won', 'lost', 'warning_closed', 'prevented', 'charge_refunded']

export function isOver(dispute: Pick<DisputeRow, 'status'>): boolean {
  return overStatuses.includes(dispute.status)
}

export function stubDispute(
  key: Pick<DisputeRow, 'tenant_id' | 'id' | 'mode' | 'connection_id' | 'stripe_id' | 'payment_id'>,
  currency: string,
  at: Date,
): DisputeRow {
  return {
    ...key,
    charge_id: null,
    status: 'unknown',
    amount: 0n,
    currency,
    reason: null,
    due_by: null,
    has_evidence: false,
    past_due: false,
    submission_count: 0,
    legs: [],
    funds_withdrawn: false,
    funds_reinstated: false,
    created_at: at,
    snapshot_at: null,
    read_as_of: null,
  }
}
