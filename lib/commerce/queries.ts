import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { Fault } from '@/lib/kernel/fault'
import { readPage, type Cursors, type Place } from '@/lib/kernel/page'
import { isUuid } from '@/lib/kernel/public-id'
import { connectors } from './connectors'
import { can } from './contract'
import type { StoredOrder } from './core/order'
import type { StoreRow } from './core/store'
import { storeNotFound } from './errors'
import {
  countOrders,
  countOrdersByStore,
  findOrderPage,
  findRevisions,
  findStatuses,
  type OrderFilter,
  type OrderListRow,
  type RevisionRow,
} from './store/order-pages'
import { findOrder } from './store/read-orders'
import { findStore, findStores } from './store/store-row'

export type { OrderListRow, RevisionRow } from './store/order-pages'

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
  return {
    ...shown,
    health: healthOf(row),
    platform_name: connector?.name ?? row.platform,
    can_mark_paid: connector ? can(connector, 'markPaid') : false,
    can_add_notes: connector ? can(connector, 'addNote') : false,
  }
}

function healthOf(row: StoreRow): StoreHealth {
  if (row.last_error?.startsWith('store_credentials_refused')) return 'revoked'
  if (row.paused_until !== null && row.paused_until.getTime() > clock.nowMs()) return 'paused'
  if (row.failures_in_a_row > 0 || row.last_error !== null) return 'failing'
  return row.last_sync_at === null ? 'never' : 'active'
}

/** A list is an "or"; what is left out is no condition. */
export type OrderListFilter = {
  store_id?: string | readonly string[]
  payment_state?: string | readonly string[]
  /** The store's own word. */
  status?: string | readonly string[]
  /** A display number, external id or e-mail address, whole, in any case. */
  search?: string
  /** Days `YYYY-MM-DD` of an IANA zone, both included. */
  placed?: { from: string | null; to: string | null; zone: string }
  /** What a page returned as `next`, or as `previous`. */
  after?: string
  before?: string
  oldestFirst?: boolean
  /** 1 to 100; 50 when left out. */
  limit?: number
}

/**
 * Orders of the scope's tenant and mode, newest first by when they were placed. Keyset: `next` is null on the last page,
 * `previous` on the first; a page before that is not full is the first page.
 * @throws Fault `invalid_field` when `after` or `before` is none of ours.
 */
export async function listOrders(
  scope: Scope,
  filter: OrderListFilter = {},
): Promise<{ orders: OrderListRow[]; next: string | null; previous: string | null }> {
  const size = Math.min(100, Math.max(1, Math.trunc(filter.limit ?? 50)))
  const search = filter.search?.trim().toLowerCase()
  const list = (item: string | readonly string[] | undefined) => (item === undefined ? [] : typeof item === 'string' ? [item] : item)
  const wanted: OrderFilter = {
    store_ids: list(filter.store_id),
    payment_states: list(filter.payment_state),
    statuses: list(filter.status),
    search: search ? search : null,
    placed: filter.placed ?? { from: null, to: null, zone: 'UTC' },
    oldestFirst: filter.oldestFirst ?? false,
  }
  const { rows, older, newer } = await withTenant(scope, (tx) =>
    readPage({ older: filter.after, newer: filter.before, size }, places, (part) => findOrderPage(onTenant(tx), scope.tenant_id, scope.mode, wanted, part)),
  )
  return { orders: rows, next: older, previous: newer }
}

/** Programs keep these cursors, so one that is none of ours is said to be wrong. */
const places: Cursors<OrderListRow, Place> = {
  write: (row) => `${(row.placed_at ?? row.created_at).getTime()}.${row.id}`,
  read(text) {
    const [ms = '', id = ''] = text.split('.')
    if (!/^\d{1,15}$/.test(ms) || !isUuid(id))
      throw new Fault('invalid_field', 400, 'This page does not exist.', { field: 'after', remedy: 'Start from the first page.' })
    return { at: new Date(Number(ms)), id }
  },
}

/** How many orders each store has, counted up to 10,000, by store id. */
export async function orderCountsOf(scope: Scope): Promise<Map<string, number>> {
  const rows = await withTenant(scope, (tx) => countOrdersByStore(onTenant(tx), scope.tenant_id, scope.mode))
  return new Map(rows.map((row) => [row.store_id, row.count]))
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
