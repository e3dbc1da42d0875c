import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { readCursor, writeCursor, type PageAsk, type PageLinks } from '@/lib/payments/core/page-cursor'
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

const pageSize = 50

/** What is open in the scope's tenant and mode, newest first or oldest first, 50 a page; of these types, or of every type. */
export async function listExceptions(
  scope: Scope,
  ask: { types: readonly string[]; oldestFirst?: boolean; size?: number } & PageAsk,
): Promise<{ rows: OpenException[] } & PageLinks> {
  const { types, oldestFirst = false, size = pageSize } = ask
  const newer = ask.newer ? readCursor(ask.newer) : null
  const older = ask.older ? readCursor(ask.older) : null
  return withTenant(scope, async (tx) => {
    const read = (towards: 'older' | 'newer', from: typeof older) => findOpenPage(onTenant(tx), scope, types, { towards, from, limit: size + 1, oldestFirst })
    if (newer !== null) {
      const rows = await read('newer', newer)
      if (rows.length > size) return linked(rows.slice(0, size).reverse(), { newer: true, older: true })
    }
    const from = newer === null ? older : null
    const rows = await read('older', from)
    return linked(rows.slice(0, size), { newer: from !== null, older: rows.length > size })
  })
}

function linked(rows: OpenException[], has: { newer: boolean; older: boolean }): { rows: OpenException[] } & PageLinks {
  const [first, last] = [rows[0], rows.at(-1)]
  const at = (row: OpenException) => writeCursor({ at: row.opened_at, id: row.id })
  return { rows, newer: has.newer && first ? at(first) : null, older: has.older && last ? at(last) : null }
}

/** What is open by type and currency; amounts at risk as text of minor units, never added across currencies. */
export async function openSums(scope: Scope): Promise<OpenSum[]> {
  return withTenant(scope, (tx) => sumOpen(onTenant(tx), scope))
}
