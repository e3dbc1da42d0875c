import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { findBatches, type BatchRow } from './store/batches'

export type { BatchRow } from './store/batches'

/** The newest 50 files of the scope's tenant and mode that were taken to their end. */
export async function exportsOf(scope: Scope): Promise<BatchRow[]> {
  return withTenant(scope, (tx) => findBatches(onTenant(tx), scope))
}
