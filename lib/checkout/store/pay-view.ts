import type { Scope, Tx } from '@/lib/db/tenant'
import { selectConnection, type ConnectionRow } from './places'
import { selectAttempt } from './attempts'
import type { AttemptRow } from '../core/attempt'

/** What the payer's pages are made of. Amounts in minor units. */
export type PayRows = {
  attempt: AttemptRow
  store: { name: string }
  order: {
    display_number: string
    revision: number
    paid_at: Date | null
    deleted_at: Date | null
    payment_state: string
    lines: { kind: string; name: string; quantity: string; total: bigint | null }[]
  }
  /** How it was last tried to be paid, as far as Stripe has told us. */
  payment: { payment_method_type: string | null; last_error: unknown } | null
  connection: ConnectionRow
}

export async function selectPayRows(tx: Tx, scope: Scope, attemptId: string): Promise<PayRows | null> {
  const attempt = await selectAttempt(tx, scope, attemptId)
  if (attempt === null) return null
  const more = await tx.checkoutAttempt.findFirst({
    where: { tenant_id: scope.tenant_id, id: attemptId, mode: scope.mode },
    select: {
      store: { select: { name: true } },
      order: {
        select: {
          display_number: true,
          revision: true,
          paid_at: true,
          deleted_at: true,
          payment_state: true,
          lines: { select: { kind: true, name: true, quantity: true, total: true }, orderBy: { position: 'asc' } },
        },
      },
    },
  })
  const payment =
    attempt.payment_intent_id === null
      ? null
      : await tx.payment.findFirst({
          where: { tenant_id: scope.tenant_id, connection_id: attempt.connection_id, stripe_id: attempt.payment_intent_id },
          select: { payment_method_type: true, last_error: true },
        })
  const connection = await selectConnection(tx, scope, attempt.connection_id)
  return more && connection && { attempt, store: more.store, order: more.order, payment, connection }
}

/** When a read of this object was last asked for and is not answered yet; null when none is. */
export async function selectPendingRead(tx: Tx, attempt: { tenant_id: string; connection_id: string; session_id: string }): Promise<Date | null> {
  const found = await tx.objectRead.findFirst({
    where: { tenant_id: attempt.tenant_id, connection_id: attempt.connection_id, object_id: attempt.session_id },
    select: { wanted_at: true },
  })
  return found?.wanted_at ?? null
}
