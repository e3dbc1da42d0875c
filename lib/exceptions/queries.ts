import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { byTime, readPage, type Page, type PageAsk } from '@/lib/kernel/page'
import { countOpen, findOpen, findOpenPage, sumOpen, type OpenException, type OpenSum } from './store'

export type { OpenException, OpenSum } from './store'

/** What is open in the scope's tenant and mode, newest first, at most `limit`. */
export async function openExceptionsOf(scope: Scope, limit: number): Promise<OpenException[]> {
  return withTenant(scope, (tx) => findOpen(onTenant(tx), scope, limit))
}

/** How many are open per mode, counted up to 1,000: beyond that nobody counts on a screen. */
export async function openCounts(scope: Pick<Scope, 'tenant_id'>): Promise<{ live: number; test: number }> {
  return withTenant(scope, async (tx) => ({
    live: await countOpen(onTenant(tx), { ...scope, mode: 'live' }),
    test: await countOpen(onTenant(tx), { ...scope, mode: 'test' }),
  }))
}

const places = byTime<OpenException>((row) => row.opened_at)

/** What is open in the scope's tenant and mode, newest first or oldest first, a page; of these types, or of every type. */
export async function listExceptions(scope: Scope, ask: { types: readonly string[]; oldestFirst?: boolean } & PageAsk): Promise<Page<OpenException>> {
  const { types, oldestFirst = false } = ask
  return withTenant(scope, (tx) => readPage(ask, places, (part) => findOpenPage(onTenant(tx), scope, types, { ...part, oldestFirst })))
}

/** What is open by type and currency; amounts at risk as text of minor units, never added across currencies. */
export async function openSums(scope: Scope): Promise<OpenSum[]> {
  return withTenant(scope, (tx) => sumOpen(onTenant(tx), scope))
}
