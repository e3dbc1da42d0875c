import type { Sql } from '@/lib/db/pools'

export type Lease = { bucket: number; epoch: bigint }

/**
 * Wall seconds after which a silent owner's buckets may be taken; the database's clock alone counts. Short, because a
 * batch keeps its lease rows locked however long it takes: the lease only bridges the moments between batches.
 */
export const leaseSeconds = 5

/** Takes free buckets that have work, each with a new epoch; who was served longest ago comes first. */
export async function acquireLeases(sql: Sql, owner: string, limit: number): Promise<Lease[]> {
  const result = await sql.query({
    name: 'acquire_leases',
    text: `UPDATE inbox_lease l SET owner = $1, epoch = l.epoch + 1, lease_until = now() + make_interval(secs => $2), served_at = now()
             FROM (SELECT f.bucket FROM inbox_lease f
                    WHERE (f.lease_until IS NULL OR f.lease_until < now()) AND EXISTS (SELECT 1 FROM inbox_event e WHERE e.bucket = f.bucket AND e.state = 'pending')
                    ORDER BY f.served_at NULLS FIRST, f.bucket LIMIT $3 FOR UPDATE SKIP LOCKED) free
            WHERE l.bucket = free.bucket RETURNING l.bucket, l.epoch`,
    values: [owner, leaseSeconds, limit],
  })
  return result.rows as Lease[]
}

/**
 * Locks the lease rows until the transaction ends and prolongs them; false when one is no longer ours. Whoever takes a
 * bucket over must wait for this lock, so nothing is written under a lost lease.
 */
export async function holdLeases(sql: Sql, owner: string, leases: Lease[]): Promise<boolean> {
  const result = await sql.query({
    name: 'hold_leases',
    text: `UPDATE inbox_lease l SET lease_until = now() + make_interval(secs => $4)
             FROM unnest($2::int[], $3::bigint[]) h(bucket, epoch) WHERE l.bucket = h.bucket AND l.epoch = h.epoch AND l.owner = $1 AND l.lease_until >= now()`,
    values: [owner, leases.map((lease) => lease.bucket), leases.map((lease) => lease.epoch.toString()), leaseSeconds],
  })
  return result.rowCount === leases.length
}

export async function releaseLeases(sql: Sql, owner: string, leases: Lease[]): Promise<void> {
  await sql.query(
    'UPDATE inbox_lease l SET lease_until = NULL, owner = NULL FROM unnest($2::int[], $3::bigint[]) h(bucket, epoch) WHERE l.bucket = h.bucket AND l.epoch = h.epoch AND l.owner = $1',
    [owner, leases.map((lease) => lease.bucket), leases.map((lease) => lease.epoch.toString())],
  )
}
