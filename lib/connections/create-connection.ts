import { config } from '@/lib/config/config'
import { inWorkerTransaction } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { codeOf, Fault } from '@/lib/kernel/fault'
import { newId } from '@/lib/kernel/id'
import { seal } from '@/lib/kernel/seal'
import { connectionKeysPlace, type StripeJob } from '@/lib/stripe/client'
import type { Connection } from './core/connection'
import { insertConnection } from './store/connections'

/**
 * Links a Stripe account in a mode to a tenant; for operators and the seed.
 * @throws Fault `account_taken` when the account in that mode belongs to a tenant already.
 */
export async function createConnection(
  input: Pick<Connection, 'tenant_id' | 'mode' | 'kind' | 'account_id' | 'name' | 'country' | 'default_currency' | 'publishable_key'> & {
    keys: Partial<Record<StripeJob, string>> | null
  },
): Promise<Connection> {
  const { keys, ...rest } = input
  const id = newId()
  const row: Connection = {
    ...rest,
    id,
    state: 'active',
    created_at: clock.now(),
    revoked_at: null,
    keys_sealed: keys === null ? null : seal(config().secret, connectionKeysPlace({ tenant_id: input.tenant_id, id }), JSON.stringify(keys)),
  }
  try {
    await inWorkerTransaction((sql) => insertConnection(sql, row))
  } catch (error) {
    if (codeOf(error) === '23505')
      throw new Fault('account_taken', 409, `${input.account_id} is already connected in ${input.mode} mode.`, {
        field: 'account_id',
        remedy: 'A Stripe account in a mode belongs to one tenant only.',
      })
    throw error
  }
  return row
}
