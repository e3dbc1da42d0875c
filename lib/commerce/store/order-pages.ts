import type { Executor } from '@/lib/db/executor'
import type { Mode } from '@/lib/kernel/mode'
import type { PagePart } from '@/lib/kernel/page'
import { orderColumns, withAmounts, type AmountsAsText, type OrderRow } from './read-orders'

export type OrderFilter = {
  store_ids: readonly string[]
  payment_states: readonly string[]
  statuses: readonly string[]
  search: string | null
  /** Days `YYYY-MM-DD` of `zone`, both included. */
  placed: { from: string | null; to: string | null; zone: string }
  oldestFirst: boolean
}
export type OrderListRow = OrderRow & { created_at: Date; store_name: string }
export type RevisionRow = { revision: number; cause: string; read_at: Date; snapshot: Record<string, unknown> }

/** Conditions are put together from constants; every value is a parameter. The order is that of the indexes `order_page*`. */
export async function findOrderPage(db: Executor, tenantId: string, mode: Mode, filter: OrderFilter, page: PagePart): Promise<OrderListRow[]> {
  const values: unknown[] = [tenantId, mode, page.limit]
  const value = (item: unknown, type: string) => `$${values.push(item)}::${type}`
  const where = [`o.tenant_id = $1::uuid`, `o.mode = $2::text`]
  const oneOf = (column: string, items: readonly string[], type: string) => {
    if (items.length === 1) where.push(`${column} = ${value(items[0], type)}`)
    else if (items.length > 1) where.push(`${column} IN (SELECT item::${type} FROM jsonb_array_elements_text(${value(JSON.stringify(items), 'jsonb')}) item)`)
  }
  oneOf('o.store_id', filter.store_ids, 'uuid')
  oneOf('o.payment_state', filter.payment_states, 'text')
  oneOf('o.status', filter.statuses, 'text')
  const { from, to, zone } = filter.placed
  if (from !== null) where.push(`COALESCE(o.placed_at, o.created_at) >= (${value(from, 'text')}::date::timestamp AT TIME ZONE ${value(zone, 'text')})`)
  if (to !== null) where.push(`COALESCE(o.placed_at, o.created_at) < ((${value(to, 'text')}::date + 1)::timestamp AT TIME ZONE ${value(zone, 'text')})`)
  if (filter.search !== null) {
    const text = value(filter.search, 'text')
    const own = (alias: string) => `${alias}.tenant_id = $1::uuid AND ${alias}.mode = $2::text`
    // One index each; a single condition with OR would read the list until enough is found.
    where.push(`o.id IN (
      SELECT f.id FROM "order" f WHERE ${own('f')} AND f.search_number IN (${text}, '#' || ${text})
      UNION SELECT f.id FROM "order" f WHERE ${own('f')} AND f.search_email = ${text}
      UNION SELECT f.id FROM "order" f WHERE f.tenant_id = $1::uuid AND f.external_id = ${text} AND f.store_id IN (SELECT s.id FROM store s WHERE ${own('s')}))`)
  }
  // Reading away from the start of the list follows its order; reading back goes against it.
  const descends = (page.towards === 'older') !== filter.oldestFirst
  if (page.from !== null)
    where.push(
      `(COALESCE(o.placed_at, o.created_at), o.id) ${descends ? '<' : '>'} (${value(page.from.at.toISOString(), 'timestamptz')}, ${value(page.from.id, 'uuid')})`,
    )
  const order = descends ? 'DESC' : 'ASC'
  const rows = await db.query<AmountsAsText<OrderListRow>>(
    `SELECT ${orderColumns}, o.created_at, s.name AS store_name FROM "order" o JOIN store s ON s.tenant_id = o.tenant_id AND s.id = o.store_id
      WHERE ${where.join(' AND ')} ORDER BY COALESCE(o.placed_at, o.created_at) ${order}, o.id ${order} LIMIT $3::int`,
    values,
  )
  return rows.map((row) => withAmounts<OrderListRow>(row))
}

export async function findRevisions(db: Executor, tenantId: string, orderId: string): Promise<RevisionRow[]> {
  return db.query<RevisionRow>(
    `SELECT revision, cause, read_at, snapshot FROM order_revision WHERE tenant_id = $1::uuid AND order_id = $2::uuid ORDER BY revision DESC LIMIT 100`,
    [tenantId, orderId],
  )
}

/** Of the newest 1,000 orders: a filter need not know the words of years ago. */
export async function findStatuses(db: Executor, tenantId: string, mode: Mode): Promise<string[]> {
  const rows = await db.query<{ status: string }>(
    `SELECT DISTINCT status FROM (SELECT o.status FROM "order" o WHERE o.tenant_id = $1::uuid AND o.mode = $2::text ORDER BY COALESCE(o.placed_at, o.created_at) DESC, o.id DESC LIMIT 1000) newest ORDER BY status`,
    [tenantId, mode],
  )
  return rows.map((row) => row.status)
}

/** Up to 10,000: beyond that nobody counts on a screen, and counting costs. */
export async function countOrders(db: Executor, tenantId: string, storeId: string): Promise<number> {
  const rows = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT 1 FROM "order" o WHERE o.tenant_id = $1::uuid AND o.store_id = $2::uuid LIMIT 10000) counted`,
    [tenantId, storeId],
  )
  return rows[0]?.count ?? 0
}

/** The same of every store of a mode. */
export async function countOrdersByStore(db: Executor, tenantId: string, mode: Mode): Promise<{ store_id: string; count: number }[]> {
  return db.query<{ store_id: string; count: number }>(
    `SELECT s.id AS store_id, n.count FROM store s CROSS JOIN LATERAL (
       SELECT count(*)::int AS count FROM (SELECT 1 FROM "order" o WHERE o.tenant_id = s.tenant_id AND o.mode = s.mode AND o.store_id = s.id LIMIT 10000) counted) n
      WHERE s.tenant_id = $1::uuid AND s.mode = $2::text`,
    [tenantId, mode],
  )
}
