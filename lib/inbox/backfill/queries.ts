import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { selectBackfills, type BackfillView } from './store/event-cursors'

export type { BackfillView } from './store/event-cursors'

/** Stripe keeps events for 30 days. */
const keptMs = 30 * 86_400_000

/** Per connection of the scope: when Stripe's list of events was last compared, and what was only found there. */
export async function backfillsOf(scope: Scope): Promise<BackfillView[]> {
  return withTenant(scope, (tx) => selectBackfills(onTenant(tx), scope, new Date(clock.nowMs() - keptMs)))
}
