import type { Scope, Tx } from '@/lib/db/tenant'

export async function selectMatchedOf(tx: Tx, scope: Scope, orderId: string): Promise<{ payment_id: string; amount: bigint }[]> {
  return tx.match.findMany({
    where: { tenant_id: scope.tenant_id, mode: scope.mode, order_id: orderId, state: 'active' },
    select: { payment_id: true, amount: true },
  })
}
