import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { Fault } from '@/lib/kernel/fault'
import { isUuid } from '@/lib/kernel/public-id'
import { connectors } from './connectors'
import { can } from './contract'
import type { StoredOrder } from './core/order'
import type { StoreRow } from './core/store'
import { storeNotFound } from './errors'
import { countOrders, findOrderPage, findRevisions, findStatuses, type OrderFilter, type OrderListRow, type RevisionRow } from './store/order-pages'
import { findOrder } from './store/read-orders'
import { findStore, findStores } from './store/store-row'

/** revoked: it refused our keys. paused: left alone after repeated failures. failing: the last call failed. never: not read to the end yet. */
export type StoreHealth = 'active' | 'never' | 'failing' | 'paused' | 'revoked'

/** A store for screens: everything but its secrets. Times UTC. */
export type StoreView = Omit<StoreRow, 'credentials_sealed' | 'webhook_secret_sealed' | 'sync_from'> & {
  platform_name: string
  health: StoreHealth
  /** What its kind of store can do at all. */
  can_mark_paid: boolean
  can_add_notes: boolean
}

/** The stores of the scope's tenant and mode, by name. */
export async function storesOf(scope: Scope): Promise<StoreView[]> {
  const rows = await withTenant(scope, (tx) => findStores(onTenant(tx), scope.tenant_id, scope.mode))
  return rows.map(storeView)
}

/** @throws Fault `store_not_found`, also for a store of the other mode. */
export async function storeOf(scope: Scope, storeId: string): Promise<StoreView & { order_count: number }> {
  return withTenant(scope, async (tx) => {
    const db = onTenant(tx)
    const row = await findStore(db, scope.tenant_id, storeId)
    if (row === null || row.mode !== scope.mode) throw storeNotFound()
    return { ...storeView(row), order_count: await countOrders(db, scope.tenant_id, storeId) }
  })
}

function storeView(row: StoreRow): StoreView {
  const { credentials_sealed: _credentials, webhook_secret_sealed: _secret, sync_from: _from, ...shown } = row
  const connector = connectors.find(({ platform }) => platform === row.platform)
  return { ...shown, health: healthOf(row), platform_name: connector?.name ?? row.platform, can_mark_paid: connector ? can(connector, 'markPaid') : false, can_add_notes: connector ? can(connector, 'addNote') : false }
}

function healthOf(row: StoreRow): StoreHealth {
  if (row.last_error?.startsWith('store_credentials_refused')) return 'revoked'
  if (row.paused_until !== null && row.paused_until.getTime() > clock.nowMs()) return 'paused'
  if (row.failures_in_a_row > 0 || row.last_error !== null) return 'failing'
  return row.last_sync_at === null ? 'never' : 'active'
}

export type OrderListFilter = {
  store_id?: string
  payment_state?: string
  /** The store's own word. */
  status?: string
  /** A display number, external id or e-mail address, whole, in any case. */
  search?: string
  /** What the page before returned as `next`. */
  after?: string
  /** 1 to 100; 50 when left out. */
  limit?: number
}

/**
 * Orders of the scope's tenant and mode, newest first by when they were placed. Keyset: `next` is null on the last page.
 * @throws Fault `invalid_field` when `after` is none of ours.
 */
export async function listOrders(scope: Scope, filter: OrderListFilter = {}): Promise<{ orders: OrderListRow[]; next: string | null }> {
  const limit = Math.min(100, Math.max(1, Math.trunc(filter.limit ?? 50)))
  const search = filter.search?.trim().toLowerCase()
  const wanted: OrderFilter = {
    store_id: filter.store_id ?? null, payment_state: filter.payment_state ?? null, status: filter.status ?? null, search: search ? search : null, after: filter.after === undefined ? null : readCursor(filter.after), limit: limit + 1,
  }
  const rows = await withTenant(scope, (tx) => findOrderPage(onTenant(tx), scope.tenant_id, scope.mode, wanted))
  const orders = rows.slice(0, limit)
  const last = orders.at(-1)
  return { orders, next: rows.length > limit && last ? `${(last.placed_at ?? last.created_at).getTime()}.${last.id}` : null }
}

function readCursor(text: string): { at: Date; id: string } {
  const [ms = '', id = ''] = text.split('.')
  if (!/^\d{1,15}$/.test(ms) || !isUuid(id)) throw new Fault('invalid_field', 400, 'This page does not exist.', { field: 'after', remedy: 'Start from the first page.' })
  return { at: new Date(Number(ms)), id }
}

/** The words that stores use for the status of their orders, for a filter. */
export async function orderStatusesOf(scope: Scope): Promise<string[]> {
  return withTenant(scope, (tx) => findStatuses(onTenant(tx), scope.tenant_id, scope.mode))
}

/** One order with its store, lines, claims of the newest revision, and all revisions, newest first; null when there is none. */
export async function orderOf(scope: Scope, orderId: string): Promise<{ order: StoredOrder; store: StoreView; revisions: RevisionRow[] } | null> {
  return withTenant(scope, async (tx) => {
    const db = onTenant(tx)
    const order = await findOrder(db, scope.tenant_id, orderId, scope.mode)
    const store = order && (await findStore(db, scope.tenant_id, order.store_id))
    return order && store ? { order, store: storeView(store), revisions: await findRevisions(db, scope.tenant_id, order.id) } : null
  })
}
