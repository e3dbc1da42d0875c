import type { Sql } from '@/lib/db/pools'
import type { PaymentKey } from './facts-by-payment'

/** Payments that were taken for an answer to one of these attempts, but for those named. */
export async function paymentsOfAttempts(
  sql: Sql,
  attempts: readonly { tenant_id: string; id: string }[],
  except: readonly PaymentKey[],
): Promise<PaymentKey[]> {
  const result = await sql.query({
    name: 'payments_of_attempts',
    text: `SELECT p.tenant_id, p.id AS payment_id FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, attempt_id) JOIN payment p USING (tenant_id, attempt_id)
            WHERE p.id <> ALL ($3::uuid[]) ORDER BY 1, 2`,
    values: [attempts.map((attempt) => attempt.tenant_id), attempts.map((attempt) => attempt.id), except.map((key) => key.payment_id)],
  })
  return result.rows as PaymentKey[]
}
