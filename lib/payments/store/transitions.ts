import type { Sql } from '@/lib/db/pools'
import { writeRows } from '@/lib/db/rows'
import type { Columns } from '@/lib/kernel/columns'

/** `changes`: field -> [from, to]; `at`: Stripe's time, `received_at`: ours (UTC). */
export type TransitionRow = {
  tenant_id: string
  id: string
  payment_id: string
  inbox_bucket: number
  inbox_id: string
  event_id: string
  kind: string
  type: string
  object_id: string
  changes: Record<string, [unknown, unknown]>
  at: Date
  received_at: Date
}

const columns: Columns<TransitionRow> = {
  tenant_id: 'uuid',
  id: 'uuid',
  payment_id: 'uuid',
  inbox_bucket: 'int',
  inbox_id: 'uuid',
  event_id: 'text',
  kind: 'text',
  type: 'text',
  object_id: 'text',
  changes: 'jsonb',
  at: 'timestamptz',
  received_at: 'timestamptz',
}

export async function insertTransitions(sql: Sql, rows: TransitionRow[]): Promise<void> {
  await writeRows(sql, 'payment_transition', columns, rows, { key: ['tenant_id', 'payment_id', 'inbox_id', 'object_id'], update: [] })
}
