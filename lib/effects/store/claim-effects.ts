import type { Sql } from '@/lib/db/pools'
import type { HeldEffect } from '../core/outcome'
import { settledAfterSeconds } from '../core/retry'

/** Seconds of the database's clock for which an effect is held. */
export const leaseSeconds = 40

/** A lease on what is queued keeps everybody away, also from the others of its order: the last write may still be done. */
const due = `e.state IN ('queued', 'running') AND e.due_at <= $1 AND (e.lease_until IS NULL OR e.lease_until < now())`

/** Tenants with something to do, the longest waiting first. */
export async function findTenantsWithDue(sql: Sql, now: Date): Promise<string[]> {
  const { rows } = await sql.query(`SELECT e.tenant_id FROM effect e WHERE ${due} GROUP BY e.tenant_id ORDER BY min(e.due_at), e.tenant_id LIMIT 500`, [now])
  return (rows as { tenant_id: string }[]).map((row) => row.tenant_id)
}

/**
 * Takes up to `limit` effects of one tenant, each the oldest unfinished one of its order. Two statements in one
 * transaction: the first locks orders, the second looks again. Who claims holds the order's lock, so that two workers
 * never hold effects of the same order. Stores that pause or that this process is busy with are left out.
 */
export async function claimOfTenant(sql: Sql, tenantId: string, now: Date, limit: number, busyStores: string[]): Promise<HeldEffect[]> {
  const { rows: orders } = await sql.query(
    `SELECT o.id FROM "order" o
      WHERE o.tenant_id = $2 AND o.id IN (
        SELECT e.order_id FROM effect e JOIN store_connection c ON c.tenant_id = e.tenant_id AND c.store_id = e.store_id
         WHERE e.tenant_id = $2 AND ${due} AND (c.paused_until IS NULL OR c.paused_until <= $1) AND NOT (e.store_id = ANY($4::uuid[]))
           AND NOT EXISTS (SELECT 1 FROM effect r WHERE r.tenant_id = $2 AND r.order_id = e.order_id AND r.id <> e.id AND r.state IN ('queued', 'running')
                            AND ((r.created_at, r.id) < (e.created_at, e.id) OR r.lease_until >= now()))
         GROUP BY e.order_id ORDER BY min(e.due_at), e.order_id LIMIT $3)
      ORDER BY o.id FOR NO KEY UPDATE SKIP LOCKED`,
    [now, tenantId, limit, busyStores],
  )
  if (orders.length === 0) return []
  const { rows } = await sql.query(
    `WITH head AS MATERIALIZED (
       SELECT DISTINCT ON (order_id) id FROM effect WHERE tenant_id = $2 AND order_id = ANY($3::uuid[]) AND state IN ('queued', 'running') ORDER BY order_id, created_at, id
     ), mine AS MATERIALIZED (
       SELECT e.id FROM effect e JOIN head ON head.id = e.id
        WHERE e.tenant_id = $2 AND ${due}
          AND NOT EXISTS (SELECT 1 FROM effect r WHERE r.tenant_id = $2 AND r.order_id = e.order_id AND r.id <> e.id AND r.state IN ('queued', 'running') AND r.lease_until >= now())
        FOR UPDATE OF e SKIP LOCKED
     )
     UPDATE effect e SET state = 'running', attempts = e.attempts + 1, lease_epoch = e.lease_epoch + 1, lease_until = now() + make_interval(secs => $4)
       FROM mine WHERE e.tenant_id = $2 AND e.id = mine.id
     RETURNING e.tenant_id, e.id, e.mode, e.key, e.kind, e.store_id, e.order_id, e.payment_id, e.payload, e.attempts,
       split_part(e.last_error, ':', 1) AS last_code, e.receipt -> 'away' AS away, e.lease_epoch`,
    [now, tenantId, orders.map((row: { id: string }) => row.id), leaseSeconds],
  )
  return rows as HeldEffect[]
}

/**
 * Prolongs the lease before a write, for as long as a shop may take to do it: a worker that dies after sending is not
 * followed by one that looks too early. False when it is no longer ours. One that ran out is not ours either: what was
 * read under it may be long ago.
 */
export async function renewLease(sql: Sql, effect: HeldEffect): Promise<boolean> {
  const { rowCount } = await sql.query(
    `UPDATE effect SET lease_until = now() + make_interval(secs => $4) WHERE tenant_id = $1 AND id = $2 AND lease_epoch = $3 AND state = 'running' AND lease_until >= now()`,
    [effect.tenant_id, effect.id, effect.lease_epoch, settledAfterSeconds],
  )
  return rowCount === 1
}
