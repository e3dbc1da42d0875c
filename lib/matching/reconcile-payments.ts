import type { Sql } from '@/lib/db/pools'

/** Explains these payments again from stored rows, in the caller's transaction (worker role). */
export async function reconcilePayments(_sql: Sql, _tenantId: string, _paymentIds: string[]): Promise<void> {}
