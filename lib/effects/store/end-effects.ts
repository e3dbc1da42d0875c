import { channels, notify } from '@/lib/db/notify'
import type { Sql } from '@/lib/db/pools'
import { toJson } from '@/lib/db/rows'
import type { HeldEffect } from '../core/outcome'
import type { Away } from '../core/retry'

type Key = Pick<HeldEffect, 'tenant_id' | 'id' | 'lease_epoch'>
const held = `tenant_id = $1 AND id = $2 AND lease_epoch = $3 AND state = 'running'`

/** Writes the end of an effect; false, and nothing written, when the lease is no longer ours. */
export async function writeEnd(sql: Sql, effect: Key, end: { state: 'done' | 'skipped'; receipt: unknown; at: Date }): Promise<boolean> {
  const { rowCount } = await sql.query(`UPDATE effect SET state = $4, receipt = $5::jsonb, done_at = $6, lease_until = NULL, last_error = NULL WHERE ${held}`, [
    effect.tenant_id,
    effect.id,
    effect.lease_epoch,
    end.state,
    toJson(end.receipt),
    end.at,
  ])
  return rowCount === 1
}

/** What a try in vain leaves on the row: the fault, and what is remembered of outages until the effect ends or is queued anew. */
export type Failed = { error: string; away: Away | null }
const keeps = `last_error = $4, receipt = CASE WHEN $5::jsonb IS NULL THEN receipt ELSE coalesce(receipt, '{}') || jsonb_build_object('away', $5::jsonb) END`
const heldFor = 'CASE WHEN $7 > 0 THEN now() + make_interval(secs => $7) END'

/** Queues it again; for `heldSeconds` of the database's clock nobody takes it, whatever a process takes for the time. */
export async function writeRetry(sql: Sql, effect: Key, failed: Failed, again: { due_at: Date; heldSeconds: number }): Promise<boolean> {
  const { rowCount } = await sql.query(`UPDATE effect SET state = 'queued', due_at = $6, lease_until = ${heldFor}, ${keeps} WHERE ${held}`, [
    effect.tenant_id,
    effect.id,
    effect.lease_epoch,
    failed.error,
    failed.away && toJson(failed.away),
    again.due_at,
    again.heldSeconds,
  ])
  return rowCount === 1
}

/** For `heldSeconds` of the database's clock nobody takes it, also when it is queued again. */
export async function writeDeath(sql: Sql, effect: Key, failed: Failed, end: { at: Date; heldSeconds: number }): Promise<boolean> {
  const { rowCount } = await sql.query(`UPDATE effect SET state = 'dead', done_at = $6, lease_until = ${heldFor}, ${keeps} WHERE ${held}`, [
    effect.tenant_id,
    effect.id,
    effect.lease_epoch,
    failed.error,
    failed.away && toJson(failed.away),
    end.at,
    end.heldSeconds,
  ])
  return rowCount === 1
}

/** A paused store's waiting effects wait with it, so that nobody looks at them in between. */
export async function postponeStore(sql: Sql, store: { tenant_id: string; store_id: string }, until: Date): Promise<void> {
  await sql.query(`UPDATE effect SET due_at = $3 WHERE tenant_id = $1 AND store_id = $2 AND state = 'queued' AND due_at < $3`, [
    store.tenant_id,
    store.store_id,
    until,
  ])
}

/** Was all that changed in the store read since (ISO)? */
export async function wasReadSince(sql: Sql, store: { tenant_id: string; store_id: string }, since: string): Promise<boolean> {
  const { rowCount } = await sql.query(`SELECT 1 FROM store_connection WHERE tenant_id = $1 AND store_id = $2 AND last_sync_at > $3`, [
    store.tenant_id,
    store.store_id,
    since,
  ])
  return rowCount === 1
}

/** Wakes workers for what the order still waits for. */
export async function tellIfMore(sql: Sql, effect: { tenant_id: string; order_id: string }): Promise<void> {
  const { rowCount } = await sql.query(`SELECT 1 FROM effect WHERE tenant_id = $1 AND order_id = $2 AND state = 'queued' LIMIT 1`, [
    effect.tenant_id,
    effect.order_id,
  ])
  if (rowCount) await notify(sql, channels.effects)
}
