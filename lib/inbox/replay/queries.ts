import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { readCursor, writeCursor, type PageAsk, type PageLinks } from '@/lib/payments/core/page-cursor'
import { selectReplay, selectReplayPage, type ReplayLine, type ReplayRow } from './store/replays'

export type { Difference, PaymentDifference } from './core/difference'
export type { ReplayFilter } from './core/filter'
export type { ReplayLine, ReplayRow } from './store/replays'

const pageSize = 50

/** Replays of the scope's tenant and mode, newest first, 50 a page. A cursor that we never made is the first page. */
export async function listReplays(scope: Scope, ask: { size?: number } & PageAsk = {}): Promise<{ rows: ReplayLine[] } & PageLinks> {
  const { size = pageSize } = ask
  const newer = ask.newer ? readCursor(ask.newer) : null
  const older = ask.older ? readCursor(ask.older) : null
  return withTenant(scope, async (tx) => {
    const read = (towards: 'older' | 'newer', from: typeof older) => selectReplayPage(onTenant(tx), scope, { towards, from, limit: size + 1 })
    if (newer !== null) {
      const rows = await read('newer', newer)
      if (rows.length > size) return linked(rows.slice(0, size).reverse(), { newer: true, older: true })
    }
    const from = newer === null ? older : null
    const rows = await read('older', from)
    return linked(rows.slice(0, size), { newer: from !== null, older: rows.length > size })
  })
}

function linked(rows: ReplayLine[], has: { newer: boolean; older: boolean }): { rows: ReplayLine[] } & PageLinks {
  const [first, last] = [rows[0], rows.at(-1)]
  const at = (row: ReplayLine) => writeCursor({ at: row.created_at, id: row.id })
  return { rows, newer: has.newer && first ? at(first) : null, older: has.older && last ? at(last) : null }
}

/** One replay (uuid) with how far it is and what it changed; null when there is none of that id here. */
export async function replayById(scope: Scope, id: string): Promise<ReplayRow | null> {
  return withTenant(scope, (tx) => selectReplay(onTenant(tx), scope, id))
}
