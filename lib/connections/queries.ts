import { withTenant, type Scope } from '@/lib/db/tenant'
import type { AccountRow } from './core/account'
import type { Connection } from './core/connection'
import { selectConnectionViews } from './store/connection-views'

export type ConnectionView = Pick<
  Connection,
  'id' | 'mode' | 'kind' | 'account_id' | 'name' | 'country' | 'default_currency' | 'state' | 'created_at' | 'revoked_at'
> &
  Pick<AccountRow, 'charges_enabled' | 'payouts_enabled' | 'disabled_reason'> & {
    stores: { id: string; name: string }[]
    /** When anything of this account last came in (UTC). */
    last_event_at: Date | null
    last_settled_at: Date | null
    settle_error: string | null
  }

/** The connections of the tenant in this mode, with how they are doing. */
export async function connectionsOf(scope: Scope): Promise<ConnectionView[]> {
  return withTenant(scope, (tx) => selectConnectionViews(tx, scope))
}
