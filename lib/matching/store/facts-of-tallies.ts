import type { Tally } from '../core/facts'
import type { PaymentKey, Rows } from './facts-by-payment'

/** A transition that a fold adds. */
export type AddedTransition = PaymentKey & { event_id: string; kind: string; received_at: Date }

/** What was heard of each payment and tried for it, as far as it is stored. */
export function loadTallies(rows: Rows, keys: readonly PaymentKey[]): Promise<(Tally & PaymentKey)[]> {
  return rows<Tally & PaymentKey>(
    'tally',
    `SELECT k.tenant_id, k.payment_id, t.event_ids, t.first_webhook_at, t.last_webhook_at, e.retry_count, e.effect_keys, e.order_asked
         FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, payment_id)
         CROSS JOIN LATERAL (
           SELECT coalesce(array_agg(t.event_id) FILTER (WHERE t.kind IN ('delivery', 'backfill')), '{}') AS event_ids,
                  min(t.received_at) FILTER (WHERE t.kind = 'delivery') AS first_webhook_at, max(t.received_at) FILTER (WHERE t.kind = 'delivery') AS last_webhook_at
             FROM payment_transition t WHERE t.tenant_id = k.tenant_id AND t.payment_id = k.payment_id) t
         CROSS JOIN LATERAL (
           SELECT coalesce(sum(greatest(e.attempts - 1, 0)) FILTER (WHERE e.state IN ('done', 'skipped', 'dead')), 0)::int AS retry_count, coalesce(array_agg(e.key), '{}') AS effect_keys,
                  coalesce(bool_or(e.kind = 'order.mark_paid' AND e.receipt ? 'read_at'), false) AS order_asked FROM effect e WHERE e.tenant_id = k.tenant_id AND e.payment_id = k.payment_id) e`,
    keys.map((key) => key.tenant_id),
    keys.map((key) => key.payment_id),
  )
}

/** The stored tally with what a fold adds. */
export function tallyOf(stored: Tally | undefined, added: readonly AddedTransition[]): Tally {
  const delivered = added.filter((row) => row.kind === 'delivery').map((row) => row.received_at.getTime())
  const at = (which: (...times: number[]) => number, known: Date | null | undefined): Date | null => {
    const times = known ? [...delivered, known.getTime()] : delivered
    return times.length === 0 ? null : new Date(which(...times))
  }
  const heard = added.filter((row) => row.kind === 'delivery' || row.kind === 'backfill').map((row) => row.event_id)
  return {
    event_ids: [...new Set([...(stored?.event_ids ?? []), ...heard])].sort(),
    first_webhook_at: at(Math.min, stored?.first_webhook_at),
    last_webhook_at: at(Math.max, stored?.last_webhook_at),
    retry_count: stored?.retry_count ?? 0,
    effect_keys: stored?.effect_keys ?? [],
    order_asked: stored?.order_asked ?? false,
  }
}
