import type { Columns } from '@/lib/kernel/columns'
import type { Mode } from '@/lib/kernel/mode'
import type { AttemptState } from './attempt-state'

/** Our intent to collect one order's money. Amounts in minor units, times UTC. The session_* fields and what follows from them are the fold's. */
export type AttemptRow = {
  tenant_id: string
  id: string
  mode: Mode
  store_id: string
  order_id: string
  connection_id: string
  state: AttemptState
  reason: string | null
  amount: bigint
  currency: string
  order_revision: number
  generation: number
  session_id: string | null
  client_secret_sealed: string | null
  session_status: string | null
  session_payment_status: string | null
  session_expires_at: Date | null
  session_as_of: Date | null
  payment_intent_id: string | null
  return_url: string | null
  created_by: string
  created_at: Date
  opened_at: Date | null
  ended_at: Date | null
}

export const attemptColumns: Columns<AttemptRow> = {
  tenant_id: 'uuid',
  id: 'uuid',
  mode: 'text',
  store_id: 'uuid',
  order_id: 'uuid',
  connection_id: 'uuid',
  state: 'text',
  reason: 'text',
  amount: 'bigint',
  currency: 'text',
  order_revision: 'integer',
  generation: 'integer',
  session_id: 'text',
  client_secret_sealed: 'text',
  session_status: 'text',
  session_payment_status: 'text',
  session_expires_at: 'timestamptz',
  session_as_of: 'timestamptz',
  payment_intent_id: 'text',
  return_url: 'text',
  created_by: 'text',
  created_at: 'timestamptz',
  opened_at: 'timestamptz',
  ended_at: 'timestamptz',
}

/** What the fold may change of an attempt; everything else belongs to the verbs of this slice. */
export const foldedAttemptFields = [
  'state',
  'session_id',
  'session_status',
  'session_payment_status',
  'session_expires_at',
  'session_as_of',
  'payment_intent_id',
  'ended_at',
] as const satisfies readonly (keyof AttemptRow)[]

/** Where the sealed client secret of an attempt is bound to. */
export function clientSecretPlace(attempt: { tenant_id: string; id: string }): string {
  return `${attempt.tenant_id}/checkout_attempt/${attempt.id}/client_secret`
}
