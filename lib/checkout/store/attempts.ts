import type { CheckoutAttempt } from '@/lib/db/generated/client'
import type { Scope, Tx } from '@/lib/db/tenant'
import { isMode } from '@/lib/kernel/mode'
import type { AttemptRow } from '../core/attempt'
import { isAttemptState, liveStates, type AttemptState } from '../core/attempt-state'

/** The attempt that holds the order's live place, or null. */
export async function selectLiveAttempt(tx: Tx, scope: Scope, orderId: string): Promise<AttemptRow | null> {
  return rowOf(
    await tx.checkoutAttempt.findFirst({ where: { tenant_id: scope.tenant_id, order_id: orderId, state: { in: [...liveStates] } }, orderBy: { id: 'desc' } }),
  )
}

/** The attempts of the order that took money, and whether all of it went back since, as far as Stripe has told us. */
export async function selectPaidAttempts(tx: Tx, scope: Scope, orderId: string): Promise<{ id: string; is_refunded: boolean }[]> {
  const paid = await tx.checkoutAttempt.findMany({
    where: { tenant_id: scope.tenant_id, order_id: orderId, state: 'paid' },
    select: { id: true, connection_id: true, payment_intent_id: true },
    orderBy: { id: 'asc' },
  })
  if (paid.length === 0) return []
  const ids = paid.flatMap(({ payment_intent_id }) => payment_intent_id ?? [])
  const payments = await tx.payment.findMany({
    where: { tenant_id: scope.tenant_id, connection_id: { in: paid.map(({ connection_id }) => connection_id) }, stripe_id: { in: ids } },
    select: { connection_id: true, stripe_id: true, amount_captured: true, amount_refunded: true },
  })
  const isRefunded = payments.filter(({ amount_captured, amount_refunded }) => amount_captured > 0n && amount_refunded >= amount_captured)
  return paid.map(({ id, ...attempt }) => ({
    id,
    is_refunded: isRefunded.some((payment) => payment.connection_id === attempt.connection_id && payment.stripe_id === attempt.payment_intent_id),
  }))
}

export async function selectAttempt(tx: Tx, scope: Scope, id: string): Promise<AttemptRow | null> {
  return rowOf(await tx.checkoutAttempt.findFirst({ where: { tenant_id: scope.tenant_id, id, mode: scope.mode } }))
}

/** The hash that a pay link's secret must have. */
export async function selectPayTokenHash(tx: Tx, scope: Scope, id: string): Promise<Uint8Array | null> {
  const found = await tx.checkoutAttempt.findFirst({ where: { tenant_id: scope.tenant_id, id, mode: scope.mode }, select: { pay_token_hash: true } })
  return found?.pay_token_hash ?? null
}

/** False when another attempt of the order holds the live place: the database decides between two at the same moment. */
export async function insertAttempt(tx: Tx, row: AttemptRow & { pay_token_hash: Uint8Array<ArrayBuffer> }): Promise<boolean> {
  const { count } = await tx.checkoutAttempt.createMany({ data: [row], skipDuplicates: true })
  return count === 1
}

/** creating -> open. False when this generation is no longer the one being made. */
export async function updateToOpen(
  tx: Tx,
  attempt: Pick<AttemptRow, 'tenant_id' | 'id' | 'generation'>,
  session: { id: string; client_secret_sealed: string; expires_at: Date; opened_at: Date },
): Promise<boolean> {
  const { count } = await tx.checkoutAttempt.updateMany({
    where: { tenant_id: attempt.tenant_id, id: attempt.id, state: 'creating', generation: attempt.generation },
    data: {
      state: 'open',
      session_id: session.id,
      client_secret_sealed: session.client_secret_sealed,
      session_expires_at: session.expires_at,
      opened_at: session.opened_at,
    },
  })
  return count === 1
}

/** Ends an attempt that is still in one of the states `from`. */
export async function updateToEnded(
  tx: Tx,
  attempt: Pick<AttemptRow, 'tenant_id' | 'id'>,
  end: { from: AttemptState[]; to: 'expired' | 'canceled'; reason: string; at: Date; session_id?: string },
): Promise<boolean> {
  const { count } = await tx.checkoutAttempt.updateMany({
    where: { tenant_id: attempt.tenant_id, id: attempt.id, state: { in: end.from } },
    data: { state: end.to, reason: end.reason, ended_at: end.at, ...(end.session_id !== undefined && { session_id: end.session_id }) },
  })
  return count === 1
}

/** A further try under a new key, for what the order says now. False when another was faster. */
export async function updateToNextGeneration(
  tx: Tx,
  attempt: Pick<AttemptRow, 'tenant_id' | 'id' | 'generation'>,
  order: Pick<AttemptRow, 'amount' | 'currency' | 'order_revision'>,
): Promise<boolean> {
  const { count } = await tx.checkoutAttempt.updateMany({
    where: { tenant_id: attempt.tenant_id, id: attempt.id, state: 'creating', generation: attempt.generation },
    data: { generation: attempt.generation + 1, amount: order.amount, currency: order.currency, order_revision: order.order_revision },
  })
  return count === 1
}

/** After the installation's secret was changed, links are made anew; the former one stops working. */
export async function updatePayTokenHash(tx: Tx, attempt: Pick<AttemptRow, 'tenant_id' | 'id'>, hash: Uint8Array<ArrayBuffer>): Promise<void> {
  await tx.checkoutAttempt.updateMany({ where: { tenant_id: attempt.tenant_id, id: attempt.id }, data: { pay_token_hash: hash } })
}

function rowOf(found: CheckoutAttempt | null): AttemptRow | null {
  if (found === null) return null
  const { pay_token_hash: _hash, mode, state, ...rest } = found
  if (!isMode(mode) || !isAttemptState(state)) throw new Error('an attempt has a mode or state that the database should have refused')
  return { ...rest, mode, state }
}
