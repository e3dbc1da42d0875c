import { onWorker } from '@/lib/db/executor'
import { inWorkerTransaction, workerPool } from '@/lib/db/pools'
import { openExceptions, type NewException } from '@/lib/exceptions/open-exceptions'
import { clock } from '@/lib/kernel/clock'
import { isFault } from '@/lib/kernel/fault'
import { log } from '@/lib/log/log'
import { lockTenants } from '@/lib/matching/lock-tenants'
import { reconcileOrders, reconcileOrdersReadAgain } from '@/lib/matching/reconcile-orders'
import { ability, type OrderPage } from './contract'
import { syncEveryMs, syncLeaseMs } from './core/rhythm'
import { fetchOrder, openStore } from './fetch-order'
import { closeReadable, keepOrders, unreadableKey } from './keep-orders'
import { recordAnswer, recordFailure } from './store-health'
import { findSaidGone } from './store/write-orders'
import { keepPosition, markSynced, moveDue } from './store/sync-state'
import type { StoreRow } from './core/store'
import { takeReading } from './take-reading'

/** Pages after which the very first sync of a large store pauses, so that other stores get their turn. */
const pagesAtOnce = 40
/** As many looks in a row without an answer, and it is the store that went away: each may take ten seconds, and other stores wait. */
const looksUnanswered = 3

/**
 * Reads what changed in one store since the last complete run and stores it, page by page, each page in a transaction of
 * its own together with what follows for payments. Safe to repeat and to be killed anywhere: a run that does not reach
 * its end starts again where the last complete one ended (the very first run keeps its position). `due` is the due time
 * that this worker put on the store; it is moved while the run lives.
 * @returns the number of orders whose content changed.
 */
export async function syncStore(store: StoreRow, due: Date): Promise<number> {
  let lease = due
  const renew = async (at: Date): Promise<boolean> => {
    const held = await moveDue(onWorker(workerPool()), store, lease, at)
    if (held) lease = at
    return held
  }
  try {
    const changed = await readChanges(store, () => renew(later(syncLeaseMs)))
    await recordAnswer(onWorker(workerPool()), store)
    await confirmGone(store, () => renew(later(syncLeaseMs)))
    await renew(later(changed.complete ? syncEveryMs : 0))
    return changed.orders
  } catch (error) {
    const until = isFault(error) ? await recordFailure(onWorker(workerPool()), store, error) : null
    await renew(until ?? later(syncEveryMs))
    log().warn({ tenant_id: store.tenant_id, store_id: store.store_id, error, paused_until: until?.toISOString() ?? null }, 'a store could not be read')
    if (!isFault(error)) throw error
    return 0
  }
}

async function readChanges(store: StoreRow, renew: () => Promise<boolean>): Promise<{ orders: number; complete: boolean }> {
  const { connector, access } = openStore(store)
  const list = ability(connector, 'listChangedOrders')
  const first = store.last_sync_at === null
  const startedAt = clock.now()
  let orders = 0
  let position: Date | null = null
  let next: string | null = null
  for (let pages = 1; ; pages++) {
    const read_at = clock.now()
    const page: OrderPage = await list(access, store.sync_from, next)
    orders += await keepPage(store, page, read_at)
    // A store whose clock runs ahead must not make us skip what it changes until then.
    if (page.position !== null) position = page.position.getTime() > startedAt.getTime() ? startedAt : page.position
    next = page.next
    if (next === null) break
    await renew()
    if (!first || position === null) continue
    await keepPosition(onWorker(workerPool()), store, position)
    if (pages >= pagesAtOnce && (store.sync_from === null || position.getTime() > store.sync_from.getTime())) return { orders, complete: false }
  }
  await inWorkerTransaction(async (sql) => {
    if (position !== null) await keepPosition(onWorker(sql), store, position)
    await markSynced(onWorker(sql), store, startedAt)
  })
  return { orders, complete: true }
}

async function keepPage(store: StoreRow, page: OrderPage, read_at: Date): Promise<number> {
  if (page.orders.length === 0 && page.unreadable.length === 0) return 0
  return inWorkerTransaction(async (sql) => {
    await lockTenants(sql, [store.tenant_id])
    const db = onWorker(sql)
    const changed = await keepOrders(db, store, { orders: page.orders, read_at }, 'sync')
    await closeReadable(db, store, page.orders, changed)
    await openExceptions(
      db,
      page.unreadable.map((order) => unreadableException(store, order)),
      clock.now(),
    )
    if (changed.length > 0) await reconcileOrders(sql, store.tenant_id, changed)
    await reconcileOrdersReadAgain(
      sql,
      store,
      page.orders.map((order) => order.external_id),
    )
    return changed.length
  })
}

/**
 * The store said that these are gone; its API has the last word. An order that it cannot tell us of holds up no other,
 * and says nothing of the store, which has just answered. @throws Fault of a store that went away since
 */
async function confirmGone(store: StoreRow, renew: () => Promise<boolean>): Promise<void> {
  let unanswered = 0
  for (const externalId of await findSaidGone(onWorker(workerPool()), store, 50)) {
    const reading = await fetchOrder(store, externalId).catch((error: unknown) => {
      if (!isFault(error)) throw error
      unanswered = /^(outbound_|store_busy$)/.test(error.code) ? unanswered + 1 : 0
      if (unanswered >= looksUnanswered) throw error
      log().warn({ tenant_id: store.tenant_id, store_id: store.store_id, order: externalId, error }, 'an order that is said to be gone could not be read')
      return null
    })
    await renew()
    if (reading === null) continue
    unanswered = 0
    await inWorkerTransaction(async (sql) => {
      await lockTenants(sql, [store.tenant_id])
      await takeReading(sql, store, externalId, reading, 'webhook')
    })
  }
}

function unreadableException(store: StoreRow, order: OrderPage['unreadable'][number]): NewException {
  const id = order.external_id ?? 'unknown'
  return {
    tenant_id: store.tenant_id,
    mode: store.mode,
    key: unreadableKey(store, id),
    type: 'order_unreadable',
    subject_kind: 'store_order',
    subject_id: id,
    payment_id: null,
    order_id: null,
    store_id: store.store_id,
    amount_at_risk: null,
    currency: null,
    detail: { external_id: order.external_id, field: order.reason },
  }
}

function later(ms: number): Date {
  return new Date(clock.nowMs() + ms)
}
