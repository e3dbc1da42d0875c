import { withTenant, type Scope } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { Fault } from '@/lib/kernel/fault'
import { newId, secretBytes } from '@/lib/kernel/id'
import { sha256 } from '@/lib/kernel/seal'
import { writeApiKey } from './core/api-key-text'
import { recordActivity, type Actor } from './record-activity'
import { insertApiKey } from './store/api-keys'

/**
 * Makes an API key for the scope's tenant and mode. The clear text is returned this once and stored nowhere.
 * @throws Fault `invalid_field` for a name that is empty or longer than 80 characters.
 */
export async function createApiKey(scope: Scope, input: { name: string; actor: Actor }): Promise<{ api_key_id: string; clear_text: string }> {
  const name = input.name.trim()
  if (name === '' || name.length > 80)
    throw new Fault('invalid_field', 400, 'The name of a key has 1 to 80 characters.', {
      field: 'name',
      remedy: 'Say what will use it, for example "shop backend".',
    })
  const id = newId()
  const secret = secretBytes(16).toString('hex')
  await withTenant(scope, async (tx) => {
    await insertApiKey(tx, { tenant_id: scope.tenant_id, id, mode: scope.mode, name, secret_hash: sha256(secret), created_at: clock.now() })
    await recordActivity(tx, scope.tenant_id, {
      actor: input.actor,
      action: 'api_key.created',
      subject: { kind: 'api_key', id },
      detail: { mode: scope.mode, name },
    })
  })
  return { api_key_id: id, clear_text: writeApiKey({ tenant_id: scope.tenant_id, mode: scope.mode, key_id: id, secret }) }
}
