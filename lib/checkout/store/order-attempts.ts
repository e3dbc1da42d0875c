import type { Scope, Tx } from '@/lib/db/tenant'

/** An attempt of an order for screens: no secret. Amounts in minor units, times UTC. */
export type OrderAttempt = { id: string; state: string; reason: string | null; amount: bigint; currency: string; session_id: string | null; created_at: Date }

export async function selectOrderAttempts(tx: Tx, scope: Scope, orderId: string): Promise<OrderAttempt[]> {
  return tx.checkoutAttempt.findMany({
    where: { tenant_id: scope.tenant_id, mode: scope.mode, order_id: orderId },
    select: { id: true, state: true, reason: true, amount: true, currency: true, session_id: true, created_at: true },
    orderBy: [{ created_at: 'asc' }, { id: 'asc' }],
    take: 100,
  })
}
