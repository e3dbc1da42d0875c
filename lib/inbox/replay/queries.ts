import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { byTime, readPage, type Page, type PageAsk } from '@/lib/kernel/page'
import { selectReplay, selectReplayPage, type ReplayLine, type ReplayRow } from './store/replays'

export type { Difference, PaymentDifference } from './core/difference'
export type { ReplayFilter } from './core/filter'
export type { ReplayLine, ReplayRow } from './store/replays'

const places = byTime<ReplayLine>((row) => row.created_at)

/** Replays of the scope's tenant and mode, newest first, a page. */
export async function listReplays(scope: Scope, ask: PageAsk = {}): Promise<Page<ReplayLine>> {
  return withTenant(scope, (tx) => readPage(ask, places, (part) => selectReplayPage(onTenant(tx), scope, part)))
}

/** One replay (uuid) with how far it is and what it changed; null when there is none of that id here. */
export async function replayById(scope: Scope, id: string): Promise<ReplayRow | null> {
  return withTenant(scope, (tx) => selectReplay(onTenant(tx), scope, id))
}
