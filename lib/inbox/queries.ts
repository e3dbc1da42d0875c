import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { selectHearing, selectLastHeard, type Hearing } from './store/hearing'

export type { Hearing } from './store/hearing'

/** What is heard of each connection of the scope: its endpoint, the newest delivery, and what became of deliveries since `since`. */
export async function hearingOf(scope: Scope, since: Date): Promise<Map<string, Hearing>> {
  const rows = await withTenant(scope, (tx) => selectHearing(onTenant(tx), scope, since))
  return new Map(rows.map((row) => [row.connection_id, row]))
}

/** Each connection of the scope with the time of its newest delivery (ours, business time). */
export async function lastHeard(scope: Scope): Promise<{ connection_id: string; name: string; at: Date | null }[]> {
  return withTenant(scope, (tx) => selectLastHeard(onTenant(tx), scope))
}
