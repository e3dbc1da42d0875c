import type { Executor } from '@/lib/db/executor'
import type { Mode } from '@/lib/kernel/mode'
import type { StoreClaim, StoredOrder } from '../core/order'

export const orderColumns = `o.tenant_id, o.id, o.store_id, o.mode, o.external_id, o.display_number, o.status, o.currency, o.total::text AS total, o.total_text, o.problem, o.customer_name, o.customer_email,
  o.payment_method, o.placed_at, o.paid_at, o.modified_at, o.deleted_at, o.revision, o.read_at, o.payment_state, o.matched_amount::text AS matched_amount`
export type OrderRow = Omit<StoredOrder, 'lines' | 'claims'>
/** Amounts travel as text: bigint survives neither every driver nor JSON. */
export type AmountsAsText<Row> = {
  [Name in keyof Row]: Name extends 'total' | 'matched_amount' ? (null extends Row[Name] ? string | null : string) : Row[Name]
}

export function withAmounts<Row extends { total: bigint | null; matched_amount: bigint }>(row: AmountsAsText<Row>): Row {
  return { ...row, total: row.total === null ? null : BigInt(row.total as string), matched_amount: BigInt(row.matched_amount as string) } as Row
}

export async function findOrder(db: Executor, tenantId: string, orderId: string, mode: Mode): Promise<StoredOrder | null> {
  const [row] = await db.query<AmountsAsText<OrderRow>>(
    `SELECT ${orderColumns} FROM "order" o WHERE o.tenant_id = $1::uuid AND o.id = $2::uuid AND o.mode = $3::text`,
    [tenantId, orderId, mode],
  )
  return row ? withParts(db, withAmounts<OrderRow>(row)) : null
}

export async function findOrderByExternalId(db: Executor, tenantId: string, storeId: string, externalId: string): Promise<StoredOrder | null> {
  const [row] = await db.query<AmountsAsText<OrderRow>>(
    `SELECT ${orderColumns} FROM "order" o WHERE o.tenant_id = $1::uuid AND o.store_id = $2::uuid AND o.external_id = $3::text`,
    [tenantId, storeId, externalId],
  )
  return row ? withParts(db, withAmounts<OrderRow>(row)) : null
}

async function withParts(db: Executor, row: OrderRow): Promise<StoredOrder> {
  const lines = await db.query<Omit<StoredOrder['lines'][number], 'total'> & { total: string | null }>(
    `SELECT position, external_id, kind, name, sku, quantity, total::text AS total, total_text FROM order_line WHERE tenant_id = $1::uuid AND order_id = $2::uuid ORDER BY position`,
    [row.tenant_id, row.id],
  )
  const claims = await db.query<StoreClaim>(
    `SELECT reference, gateway, paid_at FROM order_payment_claim WHERE tenant_id = $1::uuid AND order_id = $2::uuid AND revision = $3::int ORDER BY reference`,
    [row.tenant_id, row.id, row.revision],
  )
  return { ...row, lines: lines.map((line) => ({ ...line, total: line.total === null ? null : BigInt(line.total) })), claims }
}
