import type { Prisma } from '@/lib/db/generated/client'
import type { Sql } from '@/lib/db/pools'
import type { Tx } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { newId } from '@/lib/kernel/id'
import { insertActivity, insertActivityAsWorker, type ActivityRow } from './store/activity'

/** Who did it: a person, a merchant's backend, an operator's command, or the product itself. */
export type Actor = { kind: 'user'; id: string } | { kind: 'api_key'; id: string } | { kind: 'operator' } | { kind: 'system' }

/** `action` is `<noun>.<verb in the past>`, for example `api_key.created`; `detail` holds no secret and no card data. */
export type Activity = { actor: Actor; action: string; subject: { kind: string; id: string }; detail?: Prisma.InputJsonObject }

/** Writes who did what, in the transaction that does it (business time). */
export async function recordActivity(tx: Tx, tenant_id: string, activity: Activity): Promise<void> {
  await insertActivity(tx, activityRow(tenant_id, activity))
}

/** The same in a transaction of the worker role. */
export async function recordActivityAsWorker(sql: Sql, tenant_id: string, activity: Activity): Promise<void> {
  await insertActivityAsWorker(sql, activityRow(tenant_id, activity))
}

/** The row of an activity; for verbs of this slice that run on the worker role. */
export function activityRow(tenant_id: string, activity: Activity): ActivityRow {
  return {
    tenant_id,
    id: newId(),
    at: clock.now(),
    actor_kind: activity.actor.kind,
    actor_id: 'id' in activity.actor ? activity.actor.id : null,
    action: activity.action,
    subject_kind: activity.subject.kind,
    subject_id: activity.subject.id,
    detail: activity.detail ?? {},
  }
}
