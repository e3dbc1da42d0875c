import type { Sql } from '@/lib/db/pools'

export type Lease = { bucket: number; epoch: bigint }

/**
 * Wall seconds after which a silent owner's buckets may be taken; the database's clock alone counts. Short, because a
 * batch keeps its lease rows locked however long it takes: the lease only bridges the moments between batches.
 */
export const leaseSeconds = 5

/**
 * Takes free buckets that have work, each with a new epoch: a few, those first that were served longest ago, or all of
 * them when no more than `little` rows wait in all. Not waited for on
 * the disk: nothing is written under a lease before the lease is, because one log keeps both in their order.
 */
export async function acquireLeases(sql: Sql, owner: string, few: number, little: number): Promise<Lease[]> {
  const result = await sql.query({
    name: 'acquire_leases',
    text: `WITH commit AS (SELECT set_config('synchronous_commit', 'off', true))
           UPDATE inbox_lease l SET owner = $1, epoch = l.epoch + 1, lease_until = now() + make_interval(secs => $2), served_at = now()
             FROM (SELECT f.bucket FROM inbox_lease f
                    WHERE (f.lease_until IS NULL OR f.lease_until < now()) AND EXISTS (SELECT 1 FROM inbox_event e WHERE e.bucket = f.bucket AND e.state = 'pending')
                    ORDER BY f.served_at NULLS FIRST, f.bucket
                    LIMIT (SELECT CASE WHEN count(*) > $4 THEN $3::int ELSE 64 END FROM (SELECT FROM inbox_event WHERE state = 'pending' ORDER BY bucket, scope, id LIMIT $4 + 1) waiting)
                      FOR UPDATE SKIP LOCKED) free, commit
            WHERE l.bucket = free.bucket RETURNING l.bucket, l.epoch`,
    values: [owner, leaseSeconds, few, little],
  })
  return result.rows as Lease[]
}

/**
 * Locks the lease rows until the transaction ends and prolongs them; false when one is no longer ours. Whoever takes a
 * bucket over must wait for this lock, so nothing is written under a lost lease. One that ran out and that nobody took is
 * ours still: a slow batch that is halved is rolled back with what prolonged it, and would otherwise never come to its bad row.
 */
export async function holdLeases(sql: Sql, owner: string, leases: Lease[]): Promise<boolean> {
  const result = await sql.query({
    name: 'hold_leases',
    text: `UPDATE inbox_lease l SET lease_until = now() + make_interval(secs => $4)
             FROM unnest($2::int[], $3::bigint[]) h(bucket, epoch) WHERE l.bucket = h.bucket AND l.epoch = h.epoch AND l.owner = $1`,
    values: [owner, leases.map((lease) => lease.bucket), leases.map((lease) => lease.epoch.toString()), leaseSeconds],
  })
  return result.rowCount === leases.length
}

/** In the transaction of a batch, as its last word, or afterwards when there was none. */
export async function releaseLeases(sql: Sql, owner: string, leases: Lease[]): Promise<void> {
  await sql.query({
    name: 'release_leases',
    text: `UPDATE inbox_lease l SET lease_until = NULL, owner = NULL FROM unnest($2::int[], $3::bigint[]) h(bucket, epoch) WHERE l.bucket = h.bucket AND l.epoch = h.epoch AND l.owner = $1`,
    values: [owner, leases.map((lease) => lease.bucket), leases.map((lease) => lease.epoch.toString())],
  })
}
