import { onWorker } from '@/lib/db/executor'
import { workerPool } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { syncLeaseMs } from './core/rhythm'
import type { StoreRow } from './core/store'
import { findDueStores } from './store/store-row'
import { takeStore } from './store/sync-state'
import { syncStore } from './sync-store'

const atOnce = 4

/**
 * One step of the worker's loop: reads the stores that are due, a few side by side. Several workers may run it: a store
 * is taken by moving its due time, which only one of them can.
 * @returns true when more may be due.
 */
export async function syncStoresStep(): Promise<boolean> {
  const db = onWorker(workerPool())
  const due = await findDueStores(db, clock.now(), atOnce * 2)
  const taken: { store: StoreRow; lease: Date }[] = []
  for (const store of due) {
    if (taken.length >= atOnce) break
    const lease = new Date(clock.nowMs() + syncLeaseMs)
    if (store.next_sync_at !== null && (await takeStore(db, store, store.next_sync_at, lease))) taken.push({ store, lease })
  }
  await Promise.all(taken.map(({ store, lease }) => syncStore(store, lease)))
  return taken.length > 0 && due.length > taken.length
}
