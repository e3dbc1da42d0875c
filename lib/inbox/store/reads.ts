import type { Sql } from '@/lib/db/pools'
import { channels, notify } from '@/lib/db/notify'
import { toJson } from '@/lib/db/rows'

export type Want = { tenant_id: string; connection_id: string; object_id: string; reason: string; wanted_at: Date; due_at: Date }
export type DueRead = { tenant_id: string; connection_id: string; object_id: string; reason: string; wanted_at: Date; attempts: number }

/** Reasons that are over once any event tells of the object, or how it ended; every other asks for Stripe's own present word. */
const overOnceTold = ['unknown_object', 'unknown_source']
const overOnceEnded = ['money_moved', 'session_paid']
const weightOf = (reason: string) => (overOnceTold.includes(reason) ? 0 : overOnceEnded.includes(reason) ? 1 : 2)

/** Asking again for the same object moves one want; it never makes two, and what any event may answer never takes the place of what a read alone can. */
export async function insertWants(sql: Sql, wants: Want[]): Promise<void> {
  if (wants.length === 0) return
  const byObject = new Map<string, Want>()
  for (const want of wants) {
    const key = `${want.connection_id}/${want.object_id}`
    const other = byObject.get(key)
    if (other === undefined) byObject.set(key, want)
    else {
      const [first, second] = other.due_at.getTime() > want.due_at.getTime() ? [want, other] : [other, want]
      byObject.set(key, { ...first, reason: weightOf(first.reason) < weightOf(second.reason) ? second.reason : first.reason })
    }
  }
  await sql.query(
    `INSERT INTO object_read (tenant_id, connection_id, object_id, reason, wanted_at, due_at)
     SELECT tenant_id, connection_id, object_id, reason, wanted_at, due_at
       FROM jsonb_to_recordset($1::jsonb) AS w (tenant_id uuid, connection_id uuid, object_id text, reason text, wanted_at timestamptz, due_at timestamptz)
     ON CONFLICT (tenant_id, connection_id, object_id) DO UPDATE SET wanted_at = EXCLUDED.wanted_at,
       reason = CASE WHEN EXCLUDED.reason = ANY($2) OR (EXCLUDED.reason = ANY($3) AND object_read.reason <> ALL($2)) THEN object_read.reason ELSE EXCLUDED.reason END,
       due_at = CASE WHEN object_read.lease_until IS NULL THEN LEAST(object_read.due_at, EXCLUDED.due_at) ELSE EXCLUDED.due_at END`,
    [toJson([...byObject.values()]), overOnceTold, overOnceEnded],
  )
  await notify(sql, channels.reads)
}

/** What an event has told in the meantime no longer needs its read: that the object is there, or (`has_ended`) how it ended. */
export async function clearAnswered(sql: Sql, known: { tenant_id: string; connection_id: string; stripe_id: string; has_ended: boolean }[]): Promise<void> {
  if (known.length === 0) return
  await sql.query({
    name: 'clear_answered',
    text: `DELETE FROM object_read r USING unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[]) k(tenant_id, connection_id, object_id, has_ended)
            WHERE r.tenant_id = k.tenant_id AND r.connection_id = k.connection_id AND r.object_id = k.object_id
              AND (r.reason = ANY($5) OR (k.has_ended AND r.reason = ANY($6)))`,
    values: [
      known.map((row) => row.tenant_id),
      known.map((row) => row.connection_id),
      known.map((row) => row.stripe_id),
      known.map((row) => row.has_ended),
      overOnceTold,
      overOnceEnded,
    ],
  })
}

/** Payments that are paid by a charge which nobody told us of: its delivery may still be on its way, else it is read. */
export async function wantMissingCharges(sql: Sql, keys: readonly { tenant_id: string; payment_id: string }[], now: Date, dueAt: Date): Promise<void> {
  if (keys.length === 0) return
  await sql.query({
    name: 'want_missing_charges',
    text: `INSERT INTO object_read (tenant_id, connection_id, object_id, reason, wanted_at, due_at)
           SELECT p.tenant_id, p.connection_id, p.latest_charge_id, 'unknown_object', $3, $4
             FROM unnest($1::uuid[], $2::uuid[]) k(tenant_id, id) CROSS JOIN LATERAL (SELECT * FROM payment t WHERE t.tenant_id = k.tenant_id AND t.id = k.id OFFSET 0) p
            WHERE p.status IN ('succeeded', 'requires_capture', 'processing') AND p.latest_charge_id IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM charge c WHERE c.tenant_id = p.tenant_id AND c.connection_id = p.connection_id AND c.stripe_id = p.latest_charge_id)
            ORDER BY 1, 2, 3
           ON CONFLICT (tenant_id, connection_id, object_id) DO NOTHING`,
    values: [keys.map((key) => key.tenant_id), keys.map((key) => key.payment_id), now, dueAt],
  })
}

/**
 * Charges whose newest snapshot says another refunded amount than their refund rows (money back: succeeded; perhaps on
 * its way: pending), a smaller one only where it is newer than they are. The refund's own event may still come; else the
 * charge is read, which brings its refunds and settles what was told before, so that the same disagreement is asked about
 * once. A refund that fails later is told by no snapshot of its charge: then it is read again.
 */
export async function wantMissingRefunds(
  sql: Sql,
  charges: readonly { tenant_id: string; connection_id: string; stripe_id: string }[],
  now: Date,
  dueAt: Date,
): Promise<void> {
  if (charges.length === 0) return
  await sql.query({
    name: 'want_missing_refunds',
    text: `WITH k AS (SELECT DISTINCT * FROM unnest($1::uuid[], $2::uuid[], $3::text[]) u(tenant_id, connection_id, stripe_id)),
           said AS (
             SELECT c.tenant_id, c.connection_id, c.stripe_id,
                    c.snapshot_at IS NULL OR coalesce(c.read_as_of > greatest(c.snapshot_at, r.newest), false)
                      OR (c.amount_refunded_reported <= r.done + r.pending AND (c.amount_refunded_reported >= r.done OR c.snapshot_at <= r.newest)) AS agrees
               FROM k CROSS JOIN LATERAL (
                 SELECT * FROM charge t WHERE t.tenant_id = k.tenant_id AND t.connection_id = k.connection_id AND t.stripe_id = k.stripe_id OFFSET 0) c CROSS JOIN LATERAL (
                 SELECT coalesce(sum(amount) FILTER (WHERE r.status = 'succeeded'), 0) AS done, max(r.snapshot_at) AS newest,
                        coalesce(sum(amount) FILTER (WHERE r.status IN ('pending', 'requires_action', 'unknown')), 0) AS pending
                   FROM refund r WHERE r.tenant_id = c.tenant_id AND r.payment_id = c.payment_id AND r.charge_id = c.stripe_id) r),
           settled AS (
             DELETE FROM object_read o USING said s
              WHERE s.agrees AND o.tenant_id = s.tenant_id AND o.connection_id = s.connection_id AND o.object_id = s.stripe_id AND o.reason = 'refunds_differ')
           INSERT INTO object_read (tenant_id, connection_id, object_id, reason, wanted_at, due_at)
           SELECT tenant_id, connection_id, stripe_id, 'refunds_differ', $4::timestamptz, $5::timestamptz FROM said WHERE NOT agrees ORDER BY 1, 2, 3
           ON CONFLICT (tenant_id, connection_id, object_id) DO NOTHING`,
    values: [charges.map((row) => row.tenant_id), charges.map((row) => row.connection_id), charges.map((row) => row.stripe_id), now, dueAt],
  })
}

/** Claims due reads for a while; one that is not finished by then is due again. */
export async function claimReads(sql: Sql, now: Date, leaseMs: number, limit: number): Promise<DueRead[]> {
  const result = await sql.query(
    `UPDATE object_read r SET lease_until = $2, attempts = r.attempts + 1
       FROM (SELECT tenant_id, connection_id, object_id FROM object_read WHERE due_at <= $1 AND (lease_until IS NULL OR lease_until < $1) ORDER BY due_at, object_id LIMIT $3 FOR UPDATE SKIP LOCKED) d
      WHERE r.tenant_id = d.tenant_id AND r.connection_id = d.connection_id AND r.object_id = d.object_id
      RETURNING r.tenant_id, r.connection_id, r.object_id, r.reason, r.wanted_at, r.attempts`,
    [now, new Date(now.getTime() + leaseMs), limit],
  )
  return result.rows as DueRead[]
}

/** The want is gone unless it was wanted again meanwhile. */
export async function finishRead(sql: Sql, read: DueRead): Promise<void> {
  const key = [read.tenant_id, read.connection_id, read.object_id]
  const gone = await sql.query('DELETE FROM object_read WHERE tenant_id = $1 AND connection_id = $2 AND object_id = $3 AND wanted_at = $4', [
    ...key,
    read.wanted_at,
  ])
  if (gone.rowCount === 0)
    await sql.query('UPDATE object_read SET lease_until = NULL, attempts = 0 WHERE tenant_id = $1 AND connection_id = $2 AND object_id = $3', key)
}

export async function postponeRead(sql: Sql, read: DueRead, dueAt: Date, error: string): Promise<void> {
  await sql.query('UPDATE object_read SET lease_until = NULL, due_at = $4, last_error = $5 WHERE tenant_id = $1 AND connection_id = $2 AND object_id = $3', [
    read.tenant_id,
    read.connection_id,
    read.object_id,
    dueAt,
    error,
  ])
}
