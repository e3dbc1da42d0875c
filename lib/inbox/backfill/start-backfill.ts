import { inWorkerTransaction } from '@/lib/db/pools'
import type { Scope } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { Fault } from '@/lib/kernel/fault'
import { recordActivityAsWorker, type Actor } from '@/lib/tenancy/record-activity'
import { askedPosition, keptMs } from './core/look'
import { lockEventCursors, updateToDueNow } from './store/event-cursors'

/**
 * Makes a look through Stripe's list of events due now for every connection of the scope, from `since` on (else from
 * where the last one ended, which it is too when that is earlier). Stripe keeps events for 30 days; an earlier moment is
 * moved there. A look that is under way does not count: another follows it. Recorded.
 * @returns how many connections are looked at, and the moment that isCompared needs. @throws Fault `no_connection` 409
 */
export async function startBackfill(scope: Scope, ask: { since: Date | null; actor: Actor }): Promise<{ connections: number; asked_at: Date }> {
  return inWorkerTransaction(async (sql) => {
    const now = clock.now()
    const since = ask.since === null ? null : new Date(Math.max(ask.since.getTime(), now.getTime() - keptMs))
    const cursors = await lockEventCursors(sql, scope, now)
    if (cursors.length === 0)
      throw new Fault('no_connection', 409, 'No Stripe account is connected in this mode.', { remedy: 'Connect one, or choose the other mode.' })
    await updateToDueNow(
      sql,
      scope,
      now,
      cursors.map(({ connection_id, position, created_at }) => ({ connection_id, position: askedPosition(position, { created_at }, since) })),
    )
    await recordActivityAsWorker(sql, scope.tenant_id, {
      actor: ask.actor,
      action: 'backfill.requested',
      subject: { kind: 'tenant', id: scope.tenant_id },
      detail: { mode: scope.mode, since: since?.toISOString() ?? null },
    })
    return { connections: cursors.length, asked_at: now }
  })
}
