import type { Executor } from '@/lib/db/executor'
import type { Scope } from '@/lib/db/tenant'

/** One figure in one currency; amounts as text of minor units. */
export type MoneyNowRow = { what: string; currency: string; amount: string; count: number }

/**
 * Today's money, one row per figure and currency, set-based. Today is the day of `now` in `zone`.
 * A refund with which Stripe took back what was never captured gave nothing back: lib/matching does not count it either.
 * Fees are in the currency of the balance, everything else in the currency that was charged.
 */
export async function findMoneyNow(db: Executor, scope: Scope, zone: string, now: Date): Promise<MoneyNowRow[]> {
  return db.query<MoneyNowRow>(
    `WITH today AS (SELECT date_trunc('day', $3::text::timestamptz AT TIME ZONE $4::text) AT TIME ZONE $4::text AS start)
     SELECT 'taken' AS what, p.currency, sum(p.amount_captured)::text AS amount, count(*)::int AS count FROM payment p, today
      WHERE p.tenant_id = $1::uuid AND p.mode = $2::text AND p.succeeded_at >= today.start GROUP BY p.currency
     UNION ALL
     SELECT 'refunded', f.currency, sum(f.amount)::text, count(*)::int FROM refund f JOIN payment p ON p.tenant_id = f.tenant_id AND p.id = f.payment_id, today
      WHERE f.tenant_id = $1::uuid AND f.mode = $2::text AND f.created_at >= today.start AND f.status = 'succeeded' AND p.amount_refunded > 0 GROUP BY f.currency
     UNION ALL
     SELECT 'processing', p.currency, sum(p.amount)::text, count(*)::int FROM payment p
      WHERE p.tenant_id = $1::uuid AND p.mode = $2::text AND p.status = 'processing' GROUP BY p.currency
     UNION ALL
     SELECT 'fee_pending', p.currency, sum(p.amount_captured)::text, count(*)::int FROM payment p
      WHERE p.tenant_id = $1::uuid AND p.mode = $2::text AND p.fee_state = 'pending' AND p.amount_captured > 0 GROUP BY p.currency
     UNION ALL
     SELECT 'unmatched', p.currency, sum(p.amount_captured)::text, count(*)::int FROM reconciliation r JOIN payment p ON p.tenant_id = r.tenant_id AND p.id = r.payment_id
      WHERE r.tenant_id = $1::uuid AND r.mode = $2::text AND r.word = 'unmatched' AND p.amount_captured > 0 GROUP BY p.currency
     UNION ALL
     SELECT 'at_risk', e.currency, sum(coalesce(e.amount_at_risk, 0))::text, count(*)::int FROM exception e
      WHERE e.tenant_id = $1::uuid AND e.mode = $2::text AND e.state = 'open' AND e.currency IS NOT NULL GROUP BY e.currency`,
    [scope.tenant_id, scope.mode, now.toISOString(), zone],
  )
}
