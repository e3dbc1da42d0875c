import type { Executor } from '@/lib/db/executor'
import type { Scope } from '@/lib/db/tenant'
import type { PagePart } from '@/lib/kernel/page'
import type { EffectRow } from './find-effects'

/** An effect with the names of what it is for. */
export type UndoneEffect = EffectRow & { store_name: string; order_display_number: string }

/** Effects of one state after an id (ids sort by creation), newest first; or before it, oldest first. */
export async function findUndone(db: Executor, scope: Scope, state: 'dead' | 'skipped', page: PagePart<string>): Promise<UndoneEffect[]> {
  const [op, order] = page.towards === 'older' ? ['<', 'DESC'] : ['>', 'ASC']
  return db.query<UndoneEffect>(
    `SELECT f.id, f.key, f.kind, f.state, f.store_id, f.order_id, f.payment_id, f.payload, f.attempts, f.due_at, f.receipt, f.last_error, f.created_at, f.done_at,
            s.name AS store_name, o.display_number AS order_display_number
       FROM effect f JOIN store s ON s.tenant_id = f.tenant_id AND s.id = f.store_id JOIN "order" o ON o.tenant_id = f.tenant_id AND o.id = f.order_id
      WHERE f.tenant_id = $1::uuid AND f.mode = $2::text AND f.state = $3::text AND f.state IN ('dead', 'skipped') AND ($4::uuid IS NULL OR f.id ${op} $4::uuid)
      ORDER BY f.id ${order} LIMIT $5::int`,
    [scope.tenant_id, scope.mode, state, page.from, page.limit],
  )
}

/** How many were given up, counted up to 1,000. */
export async function countDead(db: Executor, scope: Scope): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT 1 FROM effect f WHERE f.tenant_id = $1::uuid AND f.mode = $2::text AND f.state = 'dead' LIMIT 1000) counted`,
    [scope.tenant_id, scope.mode],
  )
  return row?.count ?? 0
}
