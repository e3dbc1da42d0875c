import { withTenant, type Scope } from '@/lib/db/tenant'
import type { Connection } from './core/connection'
import { selectConnectionViews } from './store/connection-views'

export type ConnectionView = Pick<
  Connection,
  'id' | 'mode' | 'kind' | 'account_id' | 'name' | 'country' | 'default_currency' | 'state' | 'created_at' | 'revoked_at'
> & {
  stores: { id: string; name: string }[]
  /** When anything of this account last came in, and how many rows wait or were set aside (UTC, counts of this connection). */
  last_event_at: Date | null
  waiting: number
  quarantined: number
  last_settled_at: Date | null
  settle_error: string | null
}

/** The connections of the tenant in this mode, with how they are doing. */
export async function connectionsOf(scope: Scope): Promise<ConnectionView[]> {
  return withTenant(scope, (tx) => selectConnectionViews(tx, scope))
}
