import { parsePublicId } from '@/lib/kernel/public-id'
import type { PaymentRow } from '@/lib/payments/core/payment'
import type { AttemptFacts } from '../core/facts'
import { grouped, paymentKey, type Rows } from './facts-by-payment'

/** An attempt that a fold has changed and not written yet. */
export type PendingAttempt = AttemptFacts & { tenant_id: string }

/**
 * The attempt of each payment, by its key. By the session's PaymentIntent first; else by the label on the payment, within the tenant alone. The PaymentIntent is
 * asked for as a range in its order: only its own index answers so. While there are few attempts, the planner takes any
 * index that begins with tenant and connection for as good, and would read every attempt of the connection.
 */
export async function loadAttempts(rows: Rows, payments: readonly PaymentRow[], pending: readonly PendingAttempt[]): Promise<Map<string, AttemptFacts>> {
  const labelled = payments.map((payment) => parsePublicId('attempt', payment.metadata.mb_attempt ?? ''))
  const found = await rows<AttemptFacts & { tenant_id: string; k_payment_id: string }>(
    'attempt',
    `SELECT k.id AS k_payment_id, a.tenant_id, a.id, a.mode, a.connection_id, a.store_id, a.order_id, a.amount, a.currency, a.order_revision, a.session_id, a.session_status, a.payment_intent_id
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[]) k(tenant_id, id, connection_id, stripe_id, attempt_id)
       JOIN LATERAL (
         (SELECT s.tenant_id, s.id FROM checkout_attempt s
           WHERE s.tenant_id = k.tenant_id AND s.connection_id = k.connection_id AND s.payment_intent_id BETWEEN k.stripe_id AND k.stripe_id ORDER BY s.payment_intent_id)
         UNION
         SELECT k.tenant_id, k.attempt_id WHERE k.attempt_id IS NOT NULL
       ) i ON true
       CROSS JOIN LATERAL (SELECT * FROM checkout_attempt t WHERE t.tenant_id = i.tenant_id AND t.id = i.id OFFSET 0) a`,
    payments.map((p) => p.tenant_id),
    payments.map((p) => p.id),
    payments.map((p) => p.connection_id),
    payments.map((p) => p.stripe_id),
    labelled,
  )
  const stored = grouped(found, (row) => row.k_payment_id)
  const changed = new Map(pending.map((attempt) => [attempt.id, attempt]))
  const named = grouped(
    pending.filter((attempt) => attempt.payment_intent_id !== null),
    (attempt) => sessionKey(attempt.tenant_id, attempt.connection_id, attempt.payment_intent_id),
  )
  const byPayment = new Map<string, AttemptFacts>()
  payments.forEach((payment, place) => {
    const candidates = [
      ...(stored.get(payment.id) ?? []).map((row) => changed.get(row.id) ?? row),
      ...(named.get(sessionKey(payment.tenant_id, payment.connection_id, payment.stripe_id)) ?? []),
    ]
    const attempt =
      candidates.findLast((row) => row.payment_intent_id === payment.stripe_id && row.connection_id === payment.connection_id) ??
      candidates.find((row) => row.id === labelled[place])
    if (attempt) byPayment.set(paymentKey({ tenant_id: payment.tenant_id, payment_id: payment.id }), attemptFacts(attempt))
  })
  return byPayment
}

function sessionKey(tenant_id: string, connection_id: string, payment_intent_id: string | null): string {
  return `${tenant_id}/${connection_id}/${payment_intent_id ?? ''}`
}

function attemptFacts(row: AttemptFacts): AttemptFacts {
  return {
    id: row.id,
    mode: row.mode,
    connection_id: row.connection_id,
    store_id: row.store_id,
    order_id: row.order_id,
    amount: row.amount,
    currency: row.currency,
    order_revision: row.order_revision,
    session_id: row.session_id,
    session_status: row.session_status,
    payment_intent_id: row.payment_intent_id,
  }
}
