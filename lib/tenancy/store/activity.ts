import type { Sql } from '@/lib/db/pools'
import type { Prisma } from '@/lib/db/generated/client'
import type { Tx } from '@/lib/db/tenant'

export type ActivityRow = {
  tenant_id: string
  id: string
  at: Date
  actor_kind: string
  actor_id: string | null
  action: string
  subject_kind: string
  subject_id: string
  detail: Prisma.InputJsonObject
}

/** Append only: the app role may insert, nothing else. */
export async function insertActivity(tx: Tx, row: ActivityRow): Promise<void> {
  await tx.activity.create({ data: row, select: { id: true } })
}

export async function insertActivityAsWorker(sql: Sql, row: ActivityRow): Promise<void> {
  await sql.query(
    `INSERT INTO activity (tenant_id, id, at, actor_kind, actor_id, action, subject_kind, subject_id, detail)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [row.tenant_id, row.id, row.at, row.actor_kind, row.actor_id, row.action, row.subject_kind, row.subject_id, JSON.stringify(row.detail)],
  )
}
