import { clock } from '@/lib/kernel/clock'
import type { Role } from './core/roles'
import { activityRow, type Actor } from './record-activity'
import { upsertMembership } from './store/people'

/** Makes a person a member of a tenant, or gives a member another role; on the worker role. Counts from their next request on. */
export async function addMember(input: { tenant_id: string; user_id: string; role: Role; actor?: Actor }): Promise<void> {
  const activity = activityRow(input.tenant_id, {
    actor: input.actor ?? { kind: 'operator' },
    action: 'member.added',
    subject: { kind: 'user', id: input.user_id },
    detail: { role: input.role },
  })
  await upsertMembership({ tenant_id: input.tenant_id, user_id: input.user_id, role: input.role, created_at: clock.now() }, activity)
}
