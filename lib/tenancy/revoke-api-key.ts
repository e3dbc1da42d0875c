import { withTenant, type Scope } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { nothingHere } from './errors'
import { recordActivity, type Actor } from './record-activity'
import { markKeyRevoked } from './store/api-keys'

/**
 * Ends an API key at once and for good.
 * @throws Fault `not_found` when the scope has no such key that is still valid.
 */
export async function revokeApiKey(scope: Scope, input: { api_key_id: string; actor: Actor }): Promise<void> {
  await withTenant(scope, async (tx) => {
    const changed = await markKeyRevoked(tx, { ...scope, id: input.api_key_id, at: clock.now() })
    if (changed === 0) throw nothingHere()
    await recordActivity(tx, scope.tenant_id, { actor: input.actor, action: 'api_key.revoked', subject: { kind: 'api_key', id: input.api_key_id } })
  })
}
