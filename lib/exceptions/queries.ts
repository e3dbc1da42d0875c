import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { countOpen, findOpen, type OpenException } from './store'

export type { OpenException } from './store'

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
