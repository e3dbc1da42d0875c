import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { selectReplay, selectReplays, type ReplayRow } from './store/replays'

export type { Difference, PaymentDifference } from './core/difference'
export type { ReplayFilter } from './core/filter'
export type { ReplayRow } from './store/replays'

/** Replays of the scope's tenant and mode, newest first, at most `limit`. */
export async function replaysOf(scope: Scope, limit = 50): Promise<ReplayRow[]> {
  return withTenant(scope, (tx) => selectReplays(onTenant(tx), scope, limit))
}

/** One replay (uuid) with how far it is and what it changed; null when there is none of that id here. */
export async function replayById(scope: Scope, id: string): Promise<ReplayRow | null> {
  return withTenant(scope, (tx) => selectReplay(onTenant(tx), scope, id))
}
